"""`imadmin probe --all`, `--sample` and `--resume`: many mailboxes, told by cause and kept in the journal."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
import yaml

from imadmin.cli import main
from imadmin.cli.progress import Progress
from imadmin.journal import Journal
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

ANNA, BEN, CHLOE, EVA = (
    f"{name}@contoso.com" for name in ("anna.lind", "ben.carver", "chloe.martin", "eva.huber")
)
NOBODY = "nobody@contoso.com"
PEOPLE = (ANNA, BEN, CHLOE, EVA)

pytestmark = pytest.mark.lab("healthy")


class Said(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def rows(self) -> dict[str, dict[str, str]]:
        """Of a CSV list on standard output."""
        return {row["mailbox"]: row for row in csv.DictReader(io.StringIO(self.out))}

    @property
    def causes(self) -> dict[str, str]:
        return {mailbox: row["cause"] for mailbox, row in self.rows.items()}


@pytest.fixture
def probe(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command in this process."""

    def run(*arguments: object) -> Said:
        status = main(["probe", *map(str, arguments)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Said(status, said.out, said.err)

    return run


@pytest.fixture
def deployment(lab: Lab, tmp_path: Path) -> Callable[..., Path]:
    """Write a deployment of these people, in saved output, and the lab's endpoint."""

    def write(*people: str, **sections: Any) -> Path:
        users = [
            {"Identity": one, "SipAddress": f"sip:{one}", "Enabled": True, "HostingProvider": "SRV:"}
            for one in people or PEOPLE
        ]
        save_output(tmp_path, "skype/Get-CsUser", users)
        described = yaml.safe_load(lab.deployment.read_text(encoding="utf-8"))
        kept = {key: described[key] for key in ("deployment", "ews", "credentials", "tls")}
        skype = {"shell": "export", "folder": str(tmp_path / "skype")}
        file = lab.deployment.with_name("many.yaml")
        file.write_text(yaml.safe_dump({**kept, "skype": skype, **sections}), encoding="utf-8")
        return file

    return write


def run_id(said: Said) -> str:
    [entry] = [one for one in Journal().entries() if one.id in said.out + said.err]
    return entry.id


def test_all_answer(probe: Callable[..., Said], deployment: Callable[..., Path]) -> None:
    said = probe("--all", "--deployment", deployment())
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines.index("4 mailboxes") + 1 == lines.index(
        "  ok               4 onprem: answers, and has Conversation History"
    )
    assert "fabrikam.com" not in said.out  # an owner's endpoint, and its mailbox is nobody's here
    assert [line.split()[1] for line in lines[1:4]] == ["name", "connection", "TLS"]
    [entry] = Journal().entries()
    assert (entry.exit_status, entry.command[:3]) == (0, ("imadmin", "probe", "--all"))
    run = Journal().document(entry.id)
    assert run is not None
    [result] = run.results
    assert (result.check, result.counts["pass"]) == ("ews.probed-mailbox", 4)


def test_what_is_wrong_is_told_by_cause(
    probe: Callable[..., Said], deployment: Callable[..., Path], lab: Lab, tmp_path: Path
) -> None:
    lab.faults.switch_on("access-denied", mailbox=ANNA)
    lab.faults.switch_on("access-denied", mailbox=BEN)
    file = deployment(*PEOPLE, NOBODY)
    listed, document = tmp_path / "all.csv", tmp_path / "all.json"
    said = probe("--all", "--deployment", file, f"--report=csv={listed}", f"--report=json={document}")
    assert said.status == 1
    assert "  FAILED           2 onprem: the credential may not open this mailbox or folder" in said.out
    assert f"{' ' * 21}{ANNA}, {BEN}\n{' ' * 21}Give it full access" in said.out
    assert "  FAILED           1 onprem: there is no mailbox with this address" in said.out
    assert listed.read_bytes().startswith(b"\xef\xbb\xbfmailbox,endpoint,status,cause,")
    rows = Said(0, listed.read_text(encoding="utf-8-sig"), "").causes
    expected = {
        ANNA: "access-denied",
        BEN: "access-denied",
        CHLOE: "answers",
        EVA: "answers",
        NOBODY: "no-mailbox",
    }
    assert rows == expected
    found = json.loads(document.read_text(encoding="utf-8"))
    assert {one["mailbox"]: one["cause"] for one in found["mailboxes"]} == expected
    assert {(one["cause"], one["count"]) for one in found["causes"]} == {
        ("answers", 2),
        ("access-denied", 2),
        ("no-mailbox", 1),
    }
    assert found["exit_status"] == 1


def test_a_sample_is_the_same_when_the_run_goes_on(
    probe: Callable[..., Said], deployment: Callable[..., Path], lab: Lab
) -> None:
    file = deployment()
    lab.faults.switch_on("refused")
    first = probe("--sample", 2, "--deployment", file)
    assert first.status == 3
    assert f"imadmin probe --resume {run_id(first)}" in first.out
    assert "2 onprem: not asked: " in first.out
    lab.faults.switch_off("refused")
    again = probe("--resume", run_id(first), "--report", "csv")
    assert again.status == 0
    assert len(again.causes) == 2
    assert set(again.causes.values()) == {"answers"}


def test_who_has_answered_is_not_asked_again(
    probe: Callable[..., Said], deployment: Callable[..., Path], lab: Lab
) -> None:
    lab.faults.switch_on("transient", mailbox=BEN)
    first = probe("--all", "--deployment", deployment())
    assert first.status == 1
    lab.faults.switch_off("transient")
    lab.faults.switch_on("forbidden")
    again = probe("--resume", run_id(first), "--report", "csv")
    assert again.causes == dict.fromkeys(PEOPLE, "answers") | {BEN: "forbidden"}


def test_what_was_found_before_an_interruption_is_kept(
    probe: Callable[..., Said],
    deployment: Callable[..., Path],
    lab: Lab,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(_: Progress, text: str) -> None:
        if "4 of 4" in text:
            raise KeyboardInterrupt

    with monkeypatch.context() as changed:
        changed.setattr(Progress, "going_on", interrupted)
        first = probe("--all", "--deployment", deployment())
    assert first.status == 130
    [entry] = Journal().entries()
    assert f"To go on: imadmin probe --resume {entry.id}" in first.err
    assert entry.ended == ""
    lab.faults.switch_on("forbidden")
    again = probe("--resume", "latest", "--report", "csv")
    assert again.status == 0
    assert again.causes == dict.fromkeys(PEOPLE, "answers")


def test_credentials_share_the_mailboxes(
    probe: Callable[..., Said], deployment: Callable[..., Path], lab: Lab
) -> None:
    described = yaml.safe_load(lab.deployment.read_text(encoding="utf-8"))["ews"][0]
    several = [described, {**described, "name": "second", "credential": "exchange-admin"}]
    said = probe("--all", "--deployment", deployment(ews=several), "--report", "csv")
    assert set(said.causes.values()) == {"answers"}
    assert sorted(row["endpoint"] for row in said.rows.values()) == ["onprem", "onprem", "second", "second"]


def test_a_mailbox_without_an_endpoint(
    probe: Callable[..., Said], deployment: Callable[..., Path], lab: Lab
) -> None:
    described = yaml.safe_load(lab.deployment.read_text(encoding="utf-8"))["ews"][0]
    owner = {**described, "access": "owner", "mailboxes": [ANNA]}
    owner.pop("credential")
    owner["mailboxes"] = {ANNA: "ews-probe"}
    said = probe("--all", "--deployment", deployment(ews=[owner]), "--report", "csv")
    assert said.status == 1
    assert {one for one, row in said.rows.items() if row["endpoint"]} == {ANNA}
    assert {row["status"] for row in said.rows.values()} == {"fail", "error"}


def test_a_wrong_password_is_tried_once(
    probe: Callable[..., Said], deployment: Callable[..., Path], lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    [variable] = lab.environment
    monkeypatch.setenv(variable, "wrong")
    said = probe("--all", "--deployment", deployment(), "--report", "csv")
    assert said.status == 1
    assert lab.accounts.failures(r"CONTOSO\svc-imadmin") == 1
    assert set(said.causes.values()) == {"unauthorized", "not-asked"}


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--all", "--sample", "3"], "not allowed with argument"),
        (["--sample", "0"], "is not a number of mailboxes"),
        (["--sample", "few"], "is not a number of mailboxes"),
        (["--all", "a@contoso.com"], "mailboxes are named, and many are asked for"),
        (["--resume", "nonsense"], "there is no run 'nonsense'"),
        (["--all", "--report", "html"], "there is no report 'html' here"),
        (["--all", "--report", "csv", "--report", "json"], "only one report can go to standard output"),
        (["--all", "--report", "csv=nowhere/x.csv"], "there is no such folder"),
        (["--all", "--endpoint", "nonsense"], "there is no endpoint 'nonsense'"),
        (["a@contoso.com", "--report", "csv"], "there is no report 'csv' here"),
    ],
)
def test_what_cannot_be_asked(
    probe: Callable[..., Said], deployment: Callable[..., Path], arguments: list[str], complaint: str
) -> None:
    said = probe(*arguments, "--deployment", deployment())
    assert said.status == 2
    assert complaint in said.err
    assert said.out == ""


def test_another_command_s_run_does_not_go_on(
    probe: Callable[..., Said], deployment: Callable[..., Path]
) -> None:
    main(["check", "policy", "--deployment", str(deployment())])
    said = probe("--resume", "latest")
    assert said.status == 2
    assert "is none of this command, but of imadmin check" in said.err


def test_nobody(probe: Callable[..., Said], deployment: Callable[..., Path], tmp_path: Path) -> None:
    file = deployment()
    leaver = {"Identity": ANNA, "SipAddress": f"sip:{ANNA}", "Enabled": False}
    save_output(tmp_path, "skype/Get-CsUser", [leaver])
    said = probe("--all", "--deployment", file)
    assert said.status == 3
    assert "there is nobody whose mailbox could be asked for" in said.err
