"""apply, undo, show, runs, diff: over a lab's servers, and with a process that is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

pytestmark = pytest.mark.lab("offline-im-off-at-site")
APPLY = ("apply", "enable-offline-im")


def munich(lab: Lab) -> object:
    entry = lab.directory.find("skype", "CsImConfiguration", "Site:Munich")
    assert entry is not None
    return entry.get("EnableOfflineIm")


@pytest.fixture
def here(lab: Lab) -> tuple[str, ...]:
    return ("--deployment", str(lab.deployment))


@pytest.fixture
def enabled(inside: Callable[..., Any], here: tuple[str, ...]) -> str:
    """The id of a run that has switched it on at Munich."""
    assert inside(*APPLY, *here, "--yes").status == 0
    (row,) = json.loads(inside("runs", "--json").out)
    return str(row["id"])


# Asking


@pytest.mark.parametrize("option", ["--dry-run", "--what-if"])
def test_a_dry_run(lab: Lab, here: tuple[str, ...], inside: Callable[..., Any], option: str) -> None:
    done = inside(*APPLY, *here, option)
    assert done.status == 0
    assert "EnableOfflineIm False → EnableOfflineIm True" in done.out
    assert "policy.offline-im-enabled: FAIL → PASS, 4 people" in done.out
    assert "eva.huber@contoso.com, felix.brandt@contoso.com" in done.out
    assert "Nothing was changed: this is a dry run." in done.err
    assert (munich(lab), json.loads(inside("runs", "--json").out)) == (False, [])


def test_with_neither_a_terminal_nor_yes(
    lab: Lab, here: tuple[str, ...], imadmin: Callable[..., Any]
) -> None:
    done = imadmin(*APPLY, *here, input="y\n")
    assert done.status == 2
    assert done.complaint.endswith("there is no terminal on which to ask: nothing was changed")
    assert munich(lab) is False


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
@pytest.mark.parametrize(("answer", "status", "made"), [("y", 0, True), ("", 1, False), ("no", 1, False)])
def test_on_a_terminal_it_asks(
    lab: Lab, here: tuple[str, ...], home: Path, answer: str, status: int, *, made: bool
) -> None:
    import pty

    master, slave = pty.openpty()
    try:
        os.write(master, f"{answer}\n".encode())
        done = subprocess.run(
            [sys.executable, "-m", "imadmin", *APPLY, *here],
            stdin=slave,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "IMADMIN_HOME": str(home)},
            timeout=60,
            check=False,
        )
    finally:
        os.close(master)
        os.close(slave)
    assert (done.returncode, munich(lab)) == (status, made), done.stderr
    assert "Change this object? [y/N]" in done.stderr
    assert ("Nothing was changed." in done.stderr) is not made


def test_a_limit(lab: Lab, here: tuple[str, ...], inside: Callable[..., Any]) -> None:
    done = inside("apply", "disable-offline-im", *here, "--yes", "--limit", "0")
    assert done.status == 2
    assert "would change 1 object, and the limit is 0" in done.complaint
    assert "--limit 1" in done.err
    assert lab.directory.find("skype", "CsImConfiguration", "Global").get("EnableOfflineIm") is True  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("apply",), "takes the name of an operation, or --resume RUN"),
        (("apply", "enable-offline-in"), "there is no operation 'enable-offline-in'"),
        (("apply", "enable-offline-im", "-p", "identiti=all"), "has no parameter 'identiti'"),
        (("apply", "enable-offline-im", "-p", "identity"), "is given as NAME=VALUE"),
        (("apply", "test-send", "-p", "wait=long"), "'long' is not a float"),
        (("apply", "--resume", "nothing"), "there is no run 'nothing'"),
        (("undo", "nothing.json"), "cannot be read"),
    ],
)
def test_what_makes_no_sense(
    here: tuple[str, ...], inside: Callable[..., Any], arguments: tuple[str, ...], said: str
) -> None:
    done = inside(*arguments, *here, "--yes")
    assert (done.status, said in done.complaint) == (2, True), done.err


def test_saved_output_can_be_planned_and_not_changed(
    organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    folder = organisation(configurations={"Global": False})
    done = inside(*APPLY, "--from", folder, "--dry-run")
    assert (done.status, "FAIL → PASS, 2 people" in done.out) == (0, True)
    done = inside(*APPLY, "--from", folder, "--yes")
    assert (done.status, "this is saved output" in done.complaint) == (2, True)
    assert json.loads(inside("runs", "--json").out) == []


def test_a_plan_as_json_is_alone_on_standard_output(
    lab: Lab, here: tuple[str, ...], inside: Callable[..., Any]
) -> None:
    [change] = json.loads(inside(*APPLY, *here, "--dry-run", "--report", "json=-").out)["changes"]
    assert (change["subject"], change["begun"], change["status"]) == ("Site:Munich", "", "")
    done = inside(*APPLY, *here, "--yes", "--report", "json=-")
    [change] = json.loads(done.out)["changes"]
    assert (change["status"], change["effects"][0]["status"], munich(lab)) == ("pass", "done", True)
    assert "FAIL → PASS, 4 people" in done.err


# Doing and taking back


def test_what_was_done_is_told_judged_and_kept(
    lab: Lab, here: tuple[str, ...], inside: Callable[..., Any]
) -> None:
    done = inside(*APPLY, *here, "--yes")
    assert (done.status, munich(lab)) == (0, True)
    assert "DONE" in done.out
    assert "Judged anew: policy.offline-im-enabled: 8 pass" in done.out
    (row,) = json.loads(inside("runs", "--json").out)
    assert (row["what"], row["ended"]) == ("apply enable-offline-im", "exit status 0")
    assert f"take it back with: imadmin undo {row['id']}" in done.err
    shown = inside("show", "latest").out
    assert "EnableOfflineIm False → EnableOfflineIm True" in shown
    assert "Nothing has to be changed" in inside(*APPLY, *here, "--yes").err


def test_undo(lab: Lab, enabled: str, inside: Callable[..., Any]) -> None:
    """The deployment is that of the run."""
    done = inside("undo", enabled, "--dry-run")
    assert "EnableOfflineIm True → EnableOfflineIm False" in done.out
    assert munich(lab) is True
    done = inside("undo", enabled, "--yes")
    assert (done.status, "undo of enable-offline-im · Site:Munich" in done.out) == (0, True)
    assert munich(lab) is False
    assert inside("undo", "latest", "--yes").status == 0
    assert munich(lab) is True


def test_undo_says_what_has_been_changed_since(lab: Lab, enabled: str, inside: Callable[..., Any]) -> None:
    lab.directory.change("skype", "CsImConfiguration", "Site:Munich", {"EnableOfflineIm": None})
    done = inside("undo", enabled, "--yes")
    assert done.status == 1
    assert done.out.count("Somebody has changed it since") == 2, "in the plan, and in what came of it"


def test_a_run_that_was_exported_is_taken_back_by_another_imadmin(
    lab: Lab, here: tuple[str, ...], enabled: str, inside: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "run.json"
    assert inside("show", enabled, "--report", f"json={file}").status == 0
    [change] = json.loads(file.read_text(encoding="utf-8"))["changes"]
    assert (change["before"], change["after"]) == ({"EnableOfflineIm": False}, {"EnableOfflineIm": True})
    assert [effect["status"] for effect in change["effects"]] == ["done"]
    other = tmp_path / "other-home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMADMIN_HOME", str(other))
        done = subprocess.run(
            [sys.executable, "-m", "imadmin", "undo", str(file), *here, "--yes"],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    assert (done.returncode, munich(lab)) == (0, False), done.stderr


def test_a_run_from_elsewhere_cannot_name_what_is_written(
    lab: Lab, here: tuple[str, ...], enabled: str, inside: Callable[..., Any], tmp_path: Path
) -> None:
    """Whoever made the file does not choose the cmdlet, nor the property."""
    file = tmp_path / "run.json"
    inside("show", enabled, "--report", f"json={file}")
    run = json.loads(file.read_text(encoding="utf-8"))
    run["changes"][0]["detail"] = {"noun": "CsUser", "shell": "exchange"}
    run["changes"][0]["before"] = {"EnableOfflineIm": False, "Force": True}
    file.write_text(json.dumps(run), encoding="utf-8")
    done = inside("undo", file, *here, "--yes")
    assert (done.status, munich(lab)) == (1, True)
    assert "cannot set Force: only EnableOfflineIm" in " ".join(done.out.split())


def test_another_organisation_is_not_touched(enabled: str, fine: Path, inside: Callable[..., Any]) -> None:
    done = inside("undo", enabled, "--from", fine, "--yes")
    assert done.status == 2
    assert "changed contoso, and this is saved" in done.complaint


def test_a_run_without_changes_has_nothing_to_take_back(fine: Path, inside: Callable[..., Any]) -> None:
    inside("check", "server", "--from", fine)
    assert "has changed nothing" in inside("undo", "latest", "--yes").complaint


def test_the_page_has_the_changes_and_escapes_them(
    enabled: str, inside: Callable[..., Any], tmp_path: Path
) -> None:
    assert inside("show", enabled, "--report", f"html={tmp_path / 'run.html'}").status == 0
    page = (tmp_path / "run.html").read_text(encoding="utf-8")
    assert "enable-offline-im: Site:Munich" in page
    assert "EnableOfflineIm False → EnableOfflineIm True" in page


# A process that is killed


KILLED = """
import os, signal, sys
from imadmin import managed
from imadmin.cli import main
from imadmin.shells.psrp import PsrpShell

change = PsrpShell.change

def killed(self, cmdlet):
    if sys.argv[1] == "after":
        change(self, cmdlet)
    os.kill(os.getpid(), signal.SIGKILL)

PsrpShell.change = killed
main(sys.argv[2:])
"""


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("wish", ["finish", "undo"])
def test_a_killed_run_is_found_and_finished_or_taken_back(
    lab: Lab, here: tuple[str, ...], inside: Callable[..., Any], home: Path, moment: str, wish: str
) -> None:
    arguments = [sys.executable, "-c", KILLED, moment, *APPLY, *here, "--yes"]
    environment = {**os.environ, "IMADMIN_HOME": str(home)}
    done = subprocess.run(arguments, env=environment, capture_output=True, timeout=60, check=False)
    assert (done.returncode, munich(lab)) == (-signal.SIGKILL, moment == "after"), done.stderr
    (row,) = json.loads(inside("runs", "--json").out)
    assert (row["state"], row["ended"]) == ("interrupted", "did not end; 1 without an end")
    told = inside("runs").err
    assert f"run {row['id']} left changes without an end: enable-offline-im of Site:Munich." in told
    shown = inside("show", row["id"]).out
    assert "NO END" in shown
    assert "Set-CsImConfiguration began, and nothing more is known" in shown
    command = ("apply", "--resume") if wish == "finish" else ("undo",)
    assert inside(*command, row["id"], "--yes").status == 0
    assert munich(lab) is (wish == "finish")
    assert inside("runs").err == ""


def test_no_secret_is_in_the_journal(
    lab: Lab, here: tuple[str, ...], enabled: str, home: Path, inside: Callable[..., Any]
) -> None:
    lab.faults.switch_on("cmdlet-fail", cmdlet="Set-*", times=1)
    inside("undo", enabled, "--yes")
    inside("apply", "disable-offline-im", *here, "--yes", "--report", "json=")
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"Site:Munich" in kept
    for secret in lab.environment.values():
        assert secret.encode() not in kept


# Drift


def test_diff(organisation: Callable[..., Path], inside: Callable[..., Any]) -> None:
    inside("check", "policy", "--from", organisation("a", policies={"Global": False}))
    inside("check", "policy", "--from", organisation("b", configurations={"Global": False}))
    first, second = (row["id"] for row in json.loads(inside("runs", "--json").out)[::-1])
    done = inside("diff", first, second)
    assert done.status == 1
    assert "These are two deployments: a and b." in " ".join(done.out.split())
    told = json.loads(inside("diff", first, second, "--json").out)
    assert [d["what"] for d in told["new"]] == ["policy.offline-im-enabled: Global"]
    assert [d["what"] for d in told["gone"]] == ["policy.auto-archiving: Global"]
    assert (told["worse"], told["better"], told["summary"]["cannot_send"]) == ([], [], [2, 2])
    same = inside("diff", second, second)
    assert (same.status, "Nothing that was judged in both has changed." in same.out) == (0, True)


def test_diff_with_an_exported_run(
    organisation: Callable[..., Path], inside: Callable[..., Any], tmp_path: Path
) -> None:
    folder = organisation(policies={"Global": None})
    inside("check", "--from", folder, "--report", f"json={tmp_path / 'then.json'}")
    inside("check", "policy", "--from", folder)
    done = inside("diff", tmp_path / "then.json", "latest")
    assert done.status == 0
    assert "Only the earlier run judged: " in done.out


def test_prune(fine: Path, inside: Callable[..., Any]) -> None:
    for _ in range(3):
        inside("check", "server", "--from", fine)
    assert inside("runs", "--prune").status == inside("runs", "--prune", "--days", "nan").status == 2
    done = inside("runs", "--prune", "--keep", "1")
    assert "Forgotten: 2" in done.err
    assert len(done.out.splitlines()) == 2


def test_saved_output_is_not_taken_for_the_server_that_was_changed(
    lab: Lab, enabled: str, inside: Callable[..., Any], contoso: Path
) -> None:
    done = inside("undo", enabled, "--from", contoso, "--yes")
    assert (done.status, "this is saved output" in done.complaint, munich(lab)) == (2, True, True)
