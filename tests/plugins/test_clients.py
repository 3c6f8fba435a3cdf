"""Lists of clients as scripts, databases and inventories write them, and what they mean for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin import Missing
from imadmin.model import ClientBuild
from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.run import CheckResult

NEW = "UCCAPI/16.0.7967.5277 OC/16.0.7967.2139 (Skype for Business)"
MID = "UCCAPI/16.0.6741.2105 OC/16.0.6741.2105 (Skype for Business)"
OLD = "UCCAPI/15.0.4420.1017 OC/15.0.4420.1017 (Microsoft Lync)"


def write(folder: Path, text: str, name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / "clients" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return folder


def endpoints(folder: Path) -> set[tuple[str, str | None, str | None]]:
    """Person, build and edition of each client."""
    with open_session(Target.of(folder)) as session:
        table: Any = session.facts["client_builds"]
        assert not isinstance(table, Missing), table.reason
        rows = table.query("select person, build, edition from client_builds")
    return {
        (person, str(ClientBuild.from_number(build)) if build is not None else None, edition)
        for person, build, edition in rows
    }


ANN = "ann@x.com"
LISTS: dict[str, tuple[list[str], set[tuple[str, str | None, str | None]]]] = {
    "Get-CsRegistration": (
        [
            '"UserName","ClientVersion","EndpointId","ExpiresAt","RegistrarFQDN"',
            f'"Ann@X.com","{NEW}","{{0}}","2026-11-20 06:05:00","fe01"',
        ],
        {(ANN, "16.0.7967.2139", None)},
    ),
    "ClientApp, semicolons": (
        ["UserName;ClientApp", f"sip:ann@x.com;{MID}"],
        {(ANN, "16.0.6741.2105", None)},
    ),
    "an address with parameters": (
        ["UserUri\tUserAgent", f"<sip:ann@x.com;gruu>\t{MID}"],
        {(ANN, "16.0.6741.2105", None)},
    ),
    "an agent without its suffix": (
        ["UserName,ClientVersion", "ann@x.com,OC/16.0.6965.2117"],
        {(ANN, "16.0.6965.2117", None)},
    ),
    "several in a cell": (
        ["UserName,ClientVersion", f'ann@x.com,"{MID}; {NEW}, iPhoneLync/6.19.0.1"'],
        {(ANN, "16.0.6741.2105", None), (ANN, "16.0.7967.2139", None)},
    ),
    "several in a cell, with blanks alone": (
        ["UserName,ClientVersion", "ann@x.com,OC/16.0.6741.2105 OC/16.0.7967.2139"],
        {(ANN, "16.0.6741.2105", None), (ANN, "16.0.7967.2139", None)},
    ),
    "several in a cell, line by line": (
        ["UserName,ClientVersion", f'ann@x.com,"{MID}', f'{OLD}"'],
        {(ANN, "16.0.6741.2105", None), (ANN, "15.0.4420.1017", None)},
    ),
    "version and agent apart": (
        ["User,Client Version,Agent", "ann@x.com,16.0.6965.2117,OC", "ann@x.com,6.19.0.1,iPhoneLync"],
        {(ANN, "16.0.6965.2117", None), (ANN, None, None)},
    ),
    "the agent has the build": (
        ["User,Client Version,Agent", f"ann@x.com,1,{NEW}"],
        {(ANN, "16.0.7967.2139", None)},
    ),
    "the monitoring database": (
        [
            "UserUri,ClientVersion,ClientType,RegisterTime",
            f"ann@x.com,{OLD},4,2026-01-10 08:00:00.123",
            f"ann@x.com,{MID},4,2026-11-01 08:00:00.123",
            f"ann@x.com,{NEW},OC,2026-11-19 08:00:00.123",
            "ann@x.com,6.19.0.1,16399,2026-11-19 08:00:00.123",
            f"bob@x.com,{OLD},4,2026-01-10 08:00:00.123",
        ],
        {
            (ANN, "16.0.6741.2105", None),
            (ANN, "16.0.7967.2139", None),
            (ANN, None, None),
            ("bob@x.com", "15.0.4420.1017", None),
        },
    ),
    "times of another country": (
        [
            "UserUri;ClientVersion;RegisterTime",
            f"ann@x.com;{OLD};10.1.2026 08:00:00",
            f"ann@x.com;{NEW};19.11.2026 08:00:00",
        ],
        {(ANN, "16.0.7967.2139", None)},
    ),
    "months before days, as one line tells": (
        [
            "UserUri,ClientVersion,RegisterTime",
            f"ann@x.com,{OLD},1/2/2026 8:00:00 AM",
            f"ann@x.com,{NEW},11/19/2026 8:00:00 PM",
        ],
        {(ANN, "16.0.7967.2139", None)},
    ),
    "days or months, which nothing tells": (
        [
            "UserUri,ClientVersion,RegisterTime",
            f"ann@x.com,{OLD},1/2/2026 08:00:00",
            f"ann@x.com,{NEW},10/11/2026 08:00:00",
        ],
        {(ANN, "15.0.4420.1017", None), (ANN, "16.0.7967.2139", None)},
    ),
    "VersionToReport": (
        ["Name0;VersionToReport00;UserName", r"PC1;16.0.12527.20194;X\Ann"],
        {(r"x\ann", "16.0.12527.20194", None)},
    ),
    "an inventory's edition": (
        [
            "PrimaryUser,VersionToReport,ProductName",
            "ann@x.com,16.0.12527.20194,Microsoft 365 Apps for enterprise - en-us",
            "bob@x.com,16.0.7967.2139,Skype for Business 2016 (MSI)",
            "cat@x.com,,Office 2016 MSI",
            "dan@x.com,16.0.7967.2139,Skype for Business",
        ],
        {
            (ANN, "16.0.12527.20194", "Click-to-Run"),
            ("bob@x.com", "16.0.7967.2139", "MSI"),
            ("cat@x.com", None, "MSI"),
            ("dan@x.com", "16.0.7967.2139", None),
        },
    ),
    "an inventory's flags": (
        ["UPN,Version,IsClickToRun", "ann@x.com,16.0.7967.2139,True", "bob@x.com,16.0.7967.2139,False"],
        {(ANN, "16.0.7967.2139", "Click-to-Run"), ("bob@x.com", "16.0.7967.2139", "MSI")},
    ),
    "no desktop client": (
        [
            "UserName,ClientVersion",
            "ann@x.com,RTCC/7.0.0.0 UCWA/7.0.0.0 (bot)",
            "ann@x.com,LWA/1.0",
            "ann@x.com,Skype for Business/16.0.7967.2139",
            "ann@x.com,MC/16.0.6741.2105",
            "ann@x.com,CPE/4.0.7577.314 OCPhone/4.0.7577.314",
            "ann@x.com,AOC/16.0.7967.2139",
        ],
        {(ANN, None, None)},
    ),
    "numbers that are no build": (
        [
            "UserName,ClientVersion",
            "ann@x.com,OC/16.0.6920",
            "ann@x.com,OC/16.0.6920.1000.1",
            "ann@x.com,OC/16.0.6920.65536",
        ],
        {(ANN, None, None)},
    ),
}


@pytest.mark.parametrize("what", LISTS)
def test_a_list_of_clients(what: str, tmp_path: Path) -> None:
    lines, expected = LISTS[what]
    assert endpoints(write(tmp_path, "\n".join([*lines, ""]))) == expected


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_a_list_in_another_encoding(encoding: str, tmp_path: Path) -> None:
    lines, expected = LISTS["Get-CsRegistration"]
    assert endpoints(write(tmp_path, "\r\n".join([*lines, ""]), encoding=encoding)) == expected


def organisation(folder: Path, mailbox: str = "UserMailbox") -> Path:
    """Ann, with a mailbox on-premises, and Bob, of whom nobody knows where his is."""
    users = [
        {"SipAddress": "sip:ann@x.com", "UserPrincipalName": "a.smith@x.com", "SamAccountName": "Ann"},
        {"SipAddress": "sip:bob@x.com", "UserPrincipalName": "bob@corp.x.com", "SamAccountName": "Bob"},
    ]
    save_output(folder, "skype/Get-CsUser", users)
    boxes = [{"PrimarySmtpAddress": "ann@x.com", "RecipientTypeDetails": mailbox}]
    save_output(folder, "exchange/Get-Mailbox", boxes)
    return folder


def check(folder: Path, name: str) -> CheckResult:
    with open_session(Target.of(folder)) as session:
        [result] = session.check(name)
    return result


def statuses(folder: Path, *agents: str) -> dict[str, str]:
    """What client.build says of Ann and Bob, who both have these clients."""
    rows = "".join(f'{name}@x.com,"{agent}"\n' for name in ("ann", "bob") for agent in agents)
    result = check(write(folder, f"UserName,ClientVersion\n{rows}"), "client.build")
    said = {person: found.status for found in result.findings for person in found.people}
    return {name: str(said.get(f"{name}@x.com", "pass")) for name in ("ann", "bob")}


BUILDS = {
    "16.0.6701.1000": ("fail", "error"),
    "16.0.6701.999": ("fail", "fail"),
    "16.0.6919.65535": ("fail", "error"),
    "16.0.6920.999": ("fail", "error"),
    "16.0.6920.1000": ("pass", "pass"),
    "16.0.10000.0": ("pass", "pass"),
    "16.0.20228.20190": ("pass", "pass"),
    "15.0.9999.65535": ("fail", "fail"),
    "15.0.20228.20190": ("fail", "fail"),
    "16.0.4417.1000": ("fail", "fail"),
    "17.0.0.0": ("pass", "pass"),
}


@pytest.mark.parametrize("build", BUILDS)
def test_a_build_by_where_the_mailbox_is(build: str, tmp_path: Path) -> None:
    assert tuple(statuses(organisation(tmp_path), f"OC/{build}").values()) == BUILDS[build]


def test_a_remote_mailbox_is_held_to_the_lower_minimum(tmp_path: Path) -> None:
    assert statuses(organisation(tmp_path, "RemoteUserMailbox"), MID)["ann"] == "pass"


def test_an_inventorys_msi_never_can(tmp_path: Path) -> None:
    rows = "UserName,VersionToReport,Edition\nann@x.com,16.0.7967.2139,MSI\nbob@x.com,,MSI\n"
    result = check(write(organisation(tmp_path), rows), "client.build")
    assert (result.counts["fail"], result.counts["pass"]) == (2, 0)
    messages = {found.people[0]: found.message for found in result.findings}
    assert "16.0.7967.2139 (MSI edition)" in messages["ann@x.com"]
    assert "of unknown build (MSI edition)" in messages["bob@x.com"]
    assert all("Click-to-Run" in found.remedy for found in result.findings)


@pytest.mark.parametrize(
    ("user", "whose"),
    [
        ("a.smith@x.com", "ann"),
        ("A.Smith@X.com", "ann"),
        (r"X\ann", "ann"),
        ("ann", "ann"),
        (r"OTHER\bob", "bob"),
        ("PC-0815", None),
    ],
)
def test_whose_an_inventorys_client_is(user: str, whose: str | None, tmp_path: Path) -> None:
    result = check(
        write(organisation(tmp_path), f"UserName,VersionToReport\n{user},16.0.7967.2139\n"), "client.build"
    )
    assert result.counts["pass"] == (whose is not None)
    said = {person.partition("@")[0] for found in result.findings for person in found.people}
    assert said == {"ann", "bob"} - {whose}


def test_an_account_that_two_have_is_nobodys(tmp_path: Path) -> None:
    folder = organisation(tmp_path)
    users = [{"SipAddress": f"sip:{name}@x.com", "SamAccountName": "ann"} for name in ("ann", "eve")]
    save_output(folder, "skype/Get-CsUser", users)
    result = check(write(folder, "UserName,Version\nX\\ann,16.0.7967.2139\n"), "client.build")
    assert result.counts["error"] == 2


def test_a_summary_without_users_costs_no_other_list_and_is_named(tmp_path: Path) -> None:
    write(organisation(tmp_path), "Client Version,Agent,Connections\n16.0.7967.2139,OC,12\n", "summary.csv")
    result = check(write(tmp_path, f"UserName,ClientVersion\nann@x.com,{NEW}\n"), "client.build")
    assert (result.counts["pass"], result.counts["error"]) == (1, 1)
    assert "summary.csv names no users" in result.findings[0].message


def test_a_summary_alone_says_nothing_of_anybody(tmp_path: Path) -> None:
    folder = write(
        organisation(tmp_path), "Client Version / Agent;Connections\nOC/16.0.7967.2139;12\n", "sum.csv"
    )
    result = check(folder, "client.build")
    assert result.counts["error"] == 2
    assert "sum.csv names no users" in result.findings[0].message


def test_the_drafts_defect_is_told_of_a_second_client_too(tmp_path: Path) -> None:
    rows = f"UserName,ClientVersion\nann@x.com,{NEW}\nann@x.com,{MID}\nbob@x.com,{NEW}\n"
    result = check(write(organisation(tmp_path), rows), "client.drafts-defect")
    [finding] = result.findings
    assert (finding.status, finding.people) == ("warn", ("ann@x.com",))
    assert "2016-06-14" in finding.message
    assert "inference" in finding.message


TLS = {
    "OC/4.0.7577.4103": "Lync 2010",
    "OC/15.0.5022.1000": "Lync 2013",
    "OC/15.0.5023.1000": None,
    "OC/16.0.4677.1000": "MSI edition of 2016",
    "OC/16.0.4678.1000": None,
    "OC/16.0.8431.2241": "Click-to-Run",
    "OC/16.0.8431.2242": None,
    "OC/16.0.8432.0": "Click-to-Run",
    "OC/16.0.9126.2151": "Click-to-Run",
    "OC/16.0.9126.2152": None,
    "iPhoneLync/6.18.0.1": "iOS and Android",
    "AndroidLync/6.19.0.1": None,
    "iPadLync/10.0": None,
}


@pytest.mark.parametrize("agent", TLS)
def test_clients_that_need_an_older_tls(agent: str, tmp_path: Path) -> None:
    rows = f"UserName,ClientVersion\nann@x.com,{agent}\n"
    result = check(write(organisation(tmp_path), rows), "client.tls")
    assert [found.subject for found in result.findings] == ([TLS[agent]] if TLS[agent] else [])
    assert result.status == ("warn" if TLS[agent] else "pass")


def test_clients_of_other_kinds_tell_nothing_of_tls(tmp_path: Path) -> None:
    rows = "UserName,ClientVersion\nann@x.com,OCPhone/4.0.7577.314\n"
    assert check(write(organisation(tmp_path), rows), "client.tls").status == "skip"
