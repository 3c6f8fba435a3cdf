"""`imadmin doctor` as it is called."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.cli import INTERRUPTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

CANARY = "Canary-31c7"
PLUGIN = """
from imadmin import Finding, Probe, Status, hookimpl

def look(access):
    yield Finding("site", Status.{status}, "\\x1b[2J as seen", remedy="Ask \\x07 Ann.")

@hookimpl
def imadmin_doctor():
    return [Probe("acme", "What Acme asks for", look)]
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="a signal that only a console sends there")


def lines(text: str) -> list[list[str]]:
    """The words of each line about something that was tried."""
    return [line.split() for line in text.splitlines() if line.startswith("  ")]


def test_everything_is_in_order(imadmin: Callable[..., Any]) -> None:
    done = imadmin("doctor", "--lab=healthy")
    assert (done.status, done.err) == (0, "")
    assert {words[0] for words in lines(done.out)} <= {"ok", "skipped"}
    assert "\nskype: https://127.0.0.1:" in done.out
    assert "readiness can examine: server, policy, client, ews, delivery, spool.\n" in done.out
    assert done.out.splitlines()[-1].startswith("All ")


def test_a_password_is_in_no_output(imadmin: Callable[..., Any], lab: Lab) -> None:
    for arguments in ((), ("--json",)):
        done = imadmin(
            "doctor", "--deployment", lab.deployment, *arguments, env={"IMADMIN_LAB_PASSWORD": CANARY}
        )
        assert done.status == 1
        assert CANARY not in done.out + done.err
        assert lab.environment["IMADMIN_LAB_PASSWORD"] not in done.out + done.err


@pytest.mark.lab("cmdlet-hidden")
def test_what_fails_comes_with_its_remedy(inside: Callable[..., Any], lab: Lab) -> None:
    done = inside("doctor", "--deployment", lab.deployment)
    assert done.status == 1
    told = done.out.splitlines()
    [place] = [number for number, line in enumerate(told) if line.startswith("  FAILED ")]
    assert told[place].split()[1] == "Get-CsClientPolicy"
    assert told[place + 1].strip().startswith("An administrator sees which: Get-CsAdminRole")
    assert "not: policy (skype: Get-CsClientPolicy)" in told[-1]
    assert told[-1].startswith("1 of ")


def test_as_json(inside: Callable[..., Any], contoso: Path) -> None:
    done = inside("doctor", "--from", contoso, "--json")
    document = json.loads(done.out)
    assert (done.status, document["exit_status"], document["deployment"]) == (0, 0, "contoso")
    assert document["verdict"]["examined"] == ["server", "policy", "client", "spool"]
    assert document["verdict"]["sentence"].startswith("All ")
    names = [probe["name"] for probe in document["probes"]]
    assert names[:5] == ["installation", "private-folder", "plugins", "kernel", "deployment"]
    [clients] = [probe for probe in document["probes"] if probe["name"] == "clients"]
    assert {finding["status"] for finding in clients["findings"]} == {"pass"}


@pytest.mark.parametrize(
    ("given", "word", "status"),
    [
        ("PASS", "ok", 0),
        ("WARN", "warning", 0),
        ("SKIP", "skipped", 0),
        ("ERROR", "UNKNOWN", 3),
        ("FAIL", "FAILED", 1),
    ],
)
def test_a_probe_of_a_plugin(
    inside: Callable[..., Any], contoso: Path, tmp_path: Path, given: str, word: str, status: int
) -> None:
    """Its text cannot move the cursor, and its status counts like the host's."""
    folder = tmp_path / "imadmin_plugins"
    folder.mkdir(mode=0o755)
    (folder / "acme.py").write_text(PLUGIN.format(status=given), encoding="utf-8")
    deployment = tmp_path / "imadmin.yaml"
    deployment.write_text(
        f"skype: {{shell: export, folder: {json.dumps(str(contoso / 'skype'))}}}\nplugins: imadmin_plugins\n"
    )
    done = inside("doctor")
    assert done.status == status
    head, _, told = done.out.partition("\nWhat Acme asks for\n")
    assert head
    assert told.startswith(f"  {word:<8} site                  \\x1b[2J as seen\n")
    assert ("Ask \\x07 Ann." in told) is (given != "PASS")


def test_time_that_is_over_before_it_begins(imadmin: Callable[..., Any]) -> None:
    """What is not done is unknown, which is not a failure."""
    done = imadmin("doctor", "--lab=ews-down", "--timeout", "0")
    assert done.status == 3
    assert "UNKNOWN" in done.out


@pytest.mark.parametrize("text", ["skype: {shell: telnet}\n", "skipe: {}\n", ":\n  - ]"])
def test_a_bad_deployment_file(inside: Callable[..., Any], tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    done = inside("doctor", "--deployment", path)
    assert (done.status, done.out) == (2, "")
    assert str(path) in done.complaint


@posix
@pytest.mark.lab("healthy")
@pytest.mark.parametrize("seen", ["python", "certificate"])
def test_ctrl_c_ends_it(lab: Lab, tmp_path: Path, seen: str) -> None:
    """Neither a kernel that is being started nor a server that never answers keeps it."""
    lab.faults.switch_on("cmdlet-hang", cmdlet="Get-Command")
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "imadmin", "doctor", "--deployment", lab.deployment],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=dict(os.environ),
    ) as process:
        assert process.stdout is not None
        assert any(f" {seen} " in line for line in process.stdout)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert err.strip() == "imadmin: interrupted"
