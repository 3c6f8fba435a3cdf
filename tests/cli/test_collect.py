"""`imadmin collect`: from live servers into a folder, and what the folder is good for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

TELLABLE = ("server", "policy", "client", "ews.allowed")
"""What saved output can tell; whether an endpoint answers, and whether mail arrives, it cannot."""


def judged(inside: Callable[..., Any], *source: object) -> tuple[Any, Any, Any]:
    done = inside("check", *TELLABLE, *source, "--report", "json=-", "-q")
    report = json.loads(done.out)
    return report["people"], report["summary"], report["run"]


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param("contoso", marks=pytest.mark.lab("contoso")),
        pytest.param("offline-im-off-at-site", marks=pytest.mark.lab("offline-im-off-at-site")),
        pytest.param("ews-allow-list", marks=pytest.mark.lab("ews-allow-list")),
    ],
)
def test_what_was_collected_gives_the_same_verdicts(
    scenario: str, lab: Lab, tmp_path: Path, inside: Callable[..., Any]
) -> None:
    folder = tmp_path / "made"
    done = inside("collect", folder, "--deployment", lab.deployment)
    assert (done.status, "FAILED" in done.err) == (0, False), scenario
    assert f'imadmin run readiness --from "{folder}"' in done.out
    live = judged(inside, "--deployment", lab.deployment)
    saved = judged(inside, "--from", folder)
    assert saved[:2] == live[:2]
    assert live[0]
    assert (live[2]["collected"], live[2]["dated_by"]) == ("", "")
    assert saved[2]["dated_by"] == "manifest"
    assert saved[2]["collected"] <= saved[2]["started"]


@pytest.mark.lab("cmdlet-hidden")
def test_a_cmdlet_that_a_role_hides_costs_its_own_file(
    lab: Lab, tmp_path: Path, inside: Callable[..., Any]
) -> None:
    folder = tmp_path / "made"
    done = inside("collect", folder, "--deployment", lab.deployment, "-q")
    assert done.status == 3
    lines = done.err.splitlines()
    failed = [line for line in lines if line.startswith("  FAILED")]
    assert failed
    assert all("is not offered" in line for line in failed)
    assert any("This tells which" in line for line in lines)
    manifest = yaml.safe_load((folder / "manifest.yaml").read_text(encoding="utf-8"))
    lost = {entry["file"] for entry in manifest["files"] if "error" in entry}
    assert lost == {line.split()[1] for line in failed}
    assert not any((folder / name).exists() for name in lost)
    assert judged(inside, "--from", folder)[:2] == judged(inside, "--deployment", lab.deployment)[:2]


@pytest.mark.lab("healthy")
def test_a_shell_that_lets_nobody_in_is_not_left_out(
    lab: Lab, tmp_path: Path, inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    (name, password) = next(iter(lab.environment.items()))
    monkeypatch.setenv(name, "wrong")
    done = inside("collect", tmp_path / "made", "--deployment", lab.deployment)
    assert done.status == 3
    assert "saved     clients/" in done.err
    assert not list((tmp_path / "made").glob("skype/*"))
    assert "wrong" not in done.err.replace("password is wrong", "")
    monkeypatch.setenv(name, password)
    checked = inside("check", "policy", "client", "--from", tmp_path / "made", "-q")
    assert checked.status == 3
    assert "holds no Get-CsUser" in " ".join(checked.out.split())


def test_a_second_collection(fine: Path, tmp_path: Path, inside: Callable[..., Any]) -> None:
    folder = tmp_path / "made"
    (fine / "skype" / "Get-CsPool.xml").unlink()
    assert inside("collect", folder, "--from", fine).status == 3
    again = inside("collect", folder, "--from", fine)
    assert (again.status, again.complaint) == (2, f"{folder}: holds a collection")
    assert "--replace" in again.err
    assert inside("collect", folder, "--from", fine, "--replace").status == 3


def test_how_old_it_is(fine: Path, inside: Callable[..., Any]) -> None:
    (fine / "manifest.yaml").write_text("deployment: contoso\nwhen: 2026-01-01T00:00:00Z\n", encoding="utf-8")
    checked = inside("check", "policy", "--from", fine, "-q")
    told = inside("explain", "ann@contoso.com", "bob@contoso.com", "--from", fine, "-q")
    for done in (checked, told):
        shown = " ".join(done.out.split())
        assert "Judged: contoso, " in shown
        assert ", saved 2026-01-01 00:00 UTC, " in shown
        assert "days old: what was changed since then is not in it." in shown
    assert told.status == 0
    assert (
        "what was changed"
        in json.loads(
            inside("explain", "ann@contoso.com", "bob@contoso.com", "--from", fine, "-q", "--json").out
        )["notice"]
    )


def test_nothing_to_collect(tmp_path: Path, inside: Callable[..., Any]) -> None:
    (tmp_path / "imadmin.yaml").write_text("deployment: contoso\n", encoding="utf-8")
    done = inside("collect", "made")
    assert done.status == 2
    assert "nothing to collect" in done.complaint
    assert not (tmp_path / "made").exists()


def test_a_plugin_that_should_have_been_asked(
    fine: Path, tmp_path: Path, imadmin: Callable[..., Any]
) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow/imadmin_policy.py").write_text("raise RuntimeError('no policy today')\n")
    (fine / "skype/Get-CsSite.xml").write_bytes(b"<Objs />")
    done = imadmin("collect", "made", "--from", fine, env={"PYTHONPATH": str(tmp_path / "shadow")})
    assert done.status == 3
    assert "no policy today" in done.err


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "names no folder"),
        (("made", "--shell", "skype"), "--shell is for --script"),
        (("--script", "--from", "x"), "--script asks nobody"),
        (("--script", "--replace"), "--script asks nobody"),
        (("--script", "--lab"), "--script asks nobody"),
        (("--script", "--shell", "bash"), "invalid choice"),
    ],
)
def test_what_does_not_go_together(
    arguments: tuple[str, ...], complaint: str, inside: Callable[..., Any]
) -> None:
    done = inside("collect", *arguments)
    assert done.status == 2
    assert complaint in done.complaint


def test_the_script(inside: Callable[..., Any]) -> None:
    done = inside("collect", "--script")
    assert (done.status, done.err) == (0, "")
    for shell in ("skype", "exchange", "exchange_online"):
        assert f"'saved\\{shell}\\" in done.out
    assert "imadmin run readiness --from saved" in done.out
    one = inside("collect", "--script", "--shell", "skype", "elsewhere").out
    assert "'elsewhere\\skype\\Get-CsUser.xml'" in one
    assert "exchange" not in one.lower()
