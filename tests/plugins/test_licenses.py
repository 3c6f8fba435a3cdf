"""`ews.licenses`: who has the right to EWS of Exchange Online, by an administrator's lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.model.licenses import EwsRight, right_of
from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from pathlib import Path

CHECK = "ews.licenses"
E3, F3 = "Microsoft 365 E3", "Microsoft 365 F3"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ann's, Bob's and Cy's mailboxes are online, Dee's on-premises; Eve has none."""
    people = ("ann", "bob", "cy", "dee", "eve")
    save_output(
        tmp_path,
        "skype/Get-CsUser",
        [{"SipAddress": f"sip:{name}@x.com", "UserPrincipalName": f"{name}@corp.x.com"} for name in people],
    )
    for shell, names in {"exchange": ["dee"], "exchange_online": ["ann", "bob", "cy"]}.items():
        boxes = [{"PrimarySmtpAddress": f"{name}@x.com", "EmailAddresses": []} for name in names]
        save_output(tmp_path, f"{shell}/Get-Mailbox", boxes)
    return tmp_path


def write(folder: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> None:
    path = folder / "licenses" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode(encoding))


def judge(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """The status and the reason of each person."""
    with open_session(Target.of(folder)) as session:
        session.check(CHECK)
        [outcome] = [outcome for outcome in session.outcomes() if outcome.result.check == CHECK]
        sql = f"select person, status, reason from {outcome.rows}"
        rows = session.database.cursor().execute(sql).fetchall()
    named = [(person.partition("@")[0], status, reason) for person, status, reason in rows]
    return {name: status for name, status, _ in named}, {name: reason for name, _, reason in named}


def test_without_a_list_nothing_is_known_and_nothing_taken_away(folder: Path) -> None:
    statuses, reasons = judge(folder)
    assert statuses == {"ann": "skip", "bob": "skip", "cy": "skip", "dee": "pass", "eve": "pass"}
    assert "no list of licenses is described (licenses:)" in reasons["ann"]


@pytest.mark.parametrize(("day", "refused"), [("2026-06-30", "warn"), ("2026-07-01", "fail")])
def test_by_the_day(day: str, refused: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMADMIN_AS_OF", day)
    write(folder, f"User principal name,Licenses\nann@x.com,{F3}\nBOB@corp.X.com,{E3}+{F3}\ndee@x.com,{F3}\n")
    statuses, reasons = judge(folder)
    assert statuses == {"ann": refused, "bob": "pass", "cy": "error", "dee": "pass", "eve": "pass"}
    assert "Microsoft 365 F3" in reasons["ann"]
    assert "2026-07-01" in reasons["ann"]
    assert reasons["cy"] == "The lists of licenses do not name this person."


@pytest.mark.parametrize(
    ("held", "status"),
    [
        ("SPE_F1", "fail"),
        ("contoso:DESKLESSPACK", "fail"),
        ("Office 365 F3;Power BI (free)", "fail"),
        ("EXCHANGEDESKLESS | FLOW_FREE", "fail"),
        ("contoso:DESKLESSPACK;contoso:EXCHANGESTANDARD", "pass"),
        ("Exchange Online (Plan 2)", "pass"),
        ("office 365 e5", "pass"),
        ("Microsoft 365 F3;Something New", "error"),
        ("Something New", "error"),
        ("Visio Plan 2", "error"),
        ("", "error"),
    ],
)
def test_what_a_person_holds(held: str, status: str, folder: Path) -> None:
    write(folder, f'SipAddress,SkuPartNumber\nsip:Ann@x.com,"{held}"\n')
    assert judge(folder)[0]["ann"] == status


def test_several_lists_lines_and_encodings(folder: Path) -> None:
    write(folder, f"Mail;License\r\nann@x.com;{F3}\r\nbob@x.com;{F3}\r\n", "a.csv", "utf-16")
    write(folder, f"#TYPE x\nUserName\tLicenses\nann@x.com\t{E3}\nbob@x.com\tPower BI\n", "b.csv")
    assert {name: judge(folder)[0][name] for name in ("ann", "bob")} == {"ann": "pass", "bob": "fail"}


def test_a_list_without_a_person_or_a_license_is_refused(folder: Path) -> None:
    write(folder, "Name,Licenses\nAnn,x\n")
    statuses, reasons = judge(folder)
    assert statuses["ann"] == "error"
    assert "has no column UserPrincipalName or" in reasons["ann"]
    assert statuses["dee"] == "pass"


def test_where_the_mailbox_is_matters(folder: Path) -> None:
    (folder / "exchange/Get-Mailbox.xml").unlink()
    (folder / "exchange").rmdir()
    write(folder, f"User,License\nann@x.com,{E3}\ndee@x.com,{F3}\neve@x.com,{E3}\n")
    statuses, reasons = judge(folder)
    assert (statuses["ann"], statuses["dee"], statuses["eve"]) == ("pass", "error", "pass")
    assert "Where the mailbox is, is not known" in reasons["dee"]


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("Exchange Online Kiosk", EwsRight.DENIED),
        ("M365_F1_COMM", EwsRight.DENIED),
        ("reseller-account:ENTERPRISEPACK", EwsRight.GIVEN),
        ("Microsoft Teams Exploratory", EwsRight.OTHER),
        ("Ünbekannt", EwsRight.UNKNOWN),
        ("", EwsRight.UNKNOWN),
    ],
)
def test_a_license(name: str, right: EwsRight) -> None:
    assert right_of(name) is right
