"""`imadmin troubleshoot`: whatever it is pointed at, and the folder and the file that say where to look."""

from __future__ import annotations

import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.cli import main
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Told = Callable[..., tuple[int, list[tuple[str, str]], str]]

ANNA = "anna.lind@contoso.com"
LOG = f"""SIP/2.0 200 OK\r
From: <sip:{ANNA}>\r
CSeq: 1 REGISTER\r
<property name="EnableIMAutoArchiving" >false</property>"""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Told:
    """Exit status, checks with their statuses, and what was said besides."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMADMIN_HOME", str(tmp_path / "home"))

    def run(*arguments: object) -> tuple[int, list[tuple[str, str]], str]:
        status = main(["troubleshoot", *map(str, arguments), "--report", "json=-", "-q"])
        said = capsys.readouterr()
        results = json.loads(said.out)["results"] if said.out else []
        return status, [(result["check"], result["status"]) for result in results], said.err

    return run


def test_a_folder_with_everything(tmp_path: Path, told: Told, spool: Any) -> None:
    """No deployment is needed to look at what lies on a share."""
    tracing = spool(tmp_path / "users" / "anna", f"sip_{ANNA}", 500).parents[1] / "Tracing"
    tracing.mkdir()
    (tracing / "Lync-UccApi-0.UccApilog").write_text(LOG)
    spools = [("spool.history-spooler", "fail"), ("spool.searched-places", "pass")]
    assert told("users")[:2] == (1, spools)
    assert told(tracing)[:2] == (1, [("spool.client-log", "fail")])
    assert told(tracing.parent)[:2] == (1, [("spool.client-log", "fail"), *spools])


def test_files_by_what_they_are(tmp_path: Path, told: Told) -> None:
    (tmp_path / "a.UccApilog").write_text(LOG, encoding="utf-16")
    (tmp_path / "i.csv").write_text(
        f"Path,Owner,Files,Stuck,CollectedUtc\nx,{ANNA},3,3,2026-11-20T08:00:00Z\n"
    )
    (tmp_path / "window.txt").write_text("EWS Information;EWS Status OK")
    (tmp_path / "sent by mail.log").write_text(LOG, encoding="utf-16-le")
    assert told("sent by mail.log")[:2] == (1, [("spool.client-log", "fail")])
    assert told("a.UccApilog", "i.csv", "window.txt")[:2] == (
        1,
        [
            ("spool.client-log", "fail"),
            ("spool.configuration-information", "pass"),
            ("spool.history-spooler", "fail"),
            ("spool.searched-places", "pass"),
        ],
    )


def test_what_was_pasted(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def paste(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    paste("EWS Information\tEWS not deployed".encode("utf-16"))
    assert told("-")[:2] == (1, [("spool.configuration-information", "fail")])
    paste(b" ")
    assert told("-")[0] == 2


def test_the_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["troubleshoot", "--script"]) == 0
    assert "Export-Csv -NoTypeInformation -Encoding UTF8" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["absent"], "there is no such file or folder"),
        (["--sender", ANNA], "needs --recipient"),
        (["--recipient", ANNA, "--since", "monday"], "'monday' is not a time"),
        (["--recipient", ANNA], "there is no imadmin.yaml here"),
        ([], "there is no imadmin.yaml here"),
    ],
)
def test_what_cannot_be_done(told: Told, arguments: list[str], what: str) -> None:
    status, results, said = told(*arguments)
    assert (status, results) == (2, [])
    assert what in said


def test_saved_output_and_a_deployment_file(tmp_path: Path, told: Told, spool: Any) -> None:
    """A subfolder of that name, or a section; each with paths of its own."""
    users = [{"SipAddress": f"sip:{ANNA}", "Enabled": True}]
    save_output(tmp_path / "saved", "skype/Get-CsUser", users)
    spool(tmp_path / "saved" / "troubleshoot" / "profiles" / "anna", f"sip_{ANNA}", 500)
    (tmp_path / "saved" / "troubleshoot" / "a.UccApilog").write_text(LOG)
    found = dict(told("--from", "saved")[1])
    assert (found["spool.history-spooler"], found["spool.client-log"]) == ("fail", "fail")
    assert found["spool.drafts"] == "skip"
    section = (
        "exchange: {shell: export, folder: saved/exchange}\ntroubleshoot: {places: [saved/troubleshoot]}\n"
    )
    (tmp_path / "imadmin.yaml").write_text(section)
    found = dict(told()[1])
    assert (found["spool.history-spooler"], found["spool.client-log"]) == ("fail", "fail")
    (tmp_path / "imadmin.yaml").write_text("troubleshoot: {place: [saved]}\n")
    status, _, said = told()
    assert (status, "line 1: troubleshoot.place: unknown key" in said) == (2, True)


def test_the_runbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It finds what waits, and the message that is missed; and a healthy client beside them is no finding."""
    monkeypatch.setenv("IMADMIN_HOME", str(tmp_path / "home"))
    (tmp_path / "window.txt").write_text("EWS Information;EWS Status OK")
    missed = ("-p", f"places={tmp_path / 'window.txt'}", "-p", f"recipient={ANNA}", "-p", "subject=4711")
    assert main(["run", "troubleshoot", "--lab=spool-stuck", "-q", "--report", "json=-", *missed]) == 1
    results = json.loads(capsys.readouterr().out)["results"]
    failed = {result["check"] for result in results if result["status"] in {"fail", "error"}}
    assert failed == {"spool.history-spooler", "delivery.elsewhere"}


@pytest.mark.lab("healthy")
def test_the_message_that_is_missed(lab: Any, told: Told) -> None:
    """Whose mailboxes are looked into is what the command line names."""
    del lab
    missed = ("--recipient", "ben.carver@contoso.com", "--sender", ANNA, "--since", "2026-11-01T08:00Z")
    status, results, _ = told(*missed, "--deployment", "lab/imadmin.yaml")
    assert (status, results) == (1, [("delivery.elsewhere", "fail"), ("spool.drafts", "pass")])
