"""`ews.virtual-directories`, `ews.addresses` and `policy.modern-authentication`: what warns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin.model import ClientPolicy, Setting
from imadmin.session import Target, open_session
from imadmin.shells.clixml import PSObject
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imadmin.session import Session

URL = "https://mail.x.com/EWS/Exchange.asmx"
GOOD: Mapping[str, Any] = {
    "Identity": r"EX01\EWS (Default Web Site)",
    "InternalUrl": URL,
    "ExternalUrl": URL,
    "WindowsAuthentication": True,
    "OAuthAuthentication": True,
    "ExtendedProtectionTokenChecking": "Require",
}
DIRECTORIES: dict[str, tuple[Mapping[str, Any], list[str]]] = {
    "good": ({}, []),
    "not published": ({"ExternalUrl": None}, ["warn"]),
    "an empty address": ({"ExternalUrl": ""}, ["warn"]),
    "nor inside": ({"ExternalUrl": None, "InternalUrl": None}, ["warn", "warn"]),
    "without TLS": ({"InternalUrl": "http://ex01/EWS/Exchange.asmx"}, ["warn"]),
    "OAuth alone": ({"WindowsAuthentication": False}, ["warn"]),
    "no log-in": ({"WindowsAuthentication": False, "OAuthAuthentication": False}, ["fail"]),
    "a log-in that is not known": ({"WindowsAuthentication": False, "OAuthAuthentication": None}, ["warn"]),
}


@pytest.mark.parametrize("what", DIRECTORIES)
def test_a_virtual_directory(what: str, tmp_path: Path) -> None:
    changes, statuses = DIRECTORIES[what]
    save_output(tmp_path, "exchange/Get-WebServicesVirtualDirectory", [{**GOOD, **changes}])
    with open_session(Target.of(tmp_path)) as session:
        [result] = session.check("ews.virtual-directories")
    assert [finding.status for finding in result.findings] == statuses
    assert all(finding.remedy.startswith("Set-WebServices") for finding in result.findings)


def test_an_address_that_is_not_shown_is_skipped(tmp_path: Path) -> None:
    shown = {name: value for name, value in GOOD.items() if name != "ExternalUrl"}
    save_output(tmp_path, "exchange/Get-WebServicesVirtualDirectory", [shown])
    with open_session(Target.of(tmp_path)) as session:
        [result] = session.check("ews.virtual-directories")
    assert [finding.status for finding in result.findings] == ["skip"]


def rows(session: Session, check: str) -> dict[str, tuple[str, str]]:
    """Status and object of each person."""
    session.check(check)
    [outcome] = [outcome for outcome in session.outcomes() if outcome.result.check == check]
    sql = f"select person, status, object from {outcome.rows}"
    found = session.database.cursor().execute(sql).fetchall()
    return {person.partition("@")[0]: (status, about) for person, status, about in found}


def test_addresses(tmp_path: Path) -> None:
    users: list[dict[str, object]] = [
        {"SipAddress": "sip:ann@x.com"},
        {"SipAddress": "sip:bob@x.com", "WindowsEmailAddress": "Robert@X.com"},
        {"SipAddress": "sip:cy@sip.x.com", "UserPrincipalName": "cy@x.com"},
        {"SipAddress": "sip:dee@x.com"},
    ]
    save_output(tmp_path, "skype/Get-CsUser", users)
    boxes = [{"PrimarySmtpAddress": f"{name}@x.com", "EmailAddresses": []} for name in ("ann", "cy")]
    save_output(tmp_path, "exchange/Get-Mailbox", boxes)
    with open_session(Target.of(tmp_path)) as session:
        assert rows(session, "ews.addresses") == {
            "ann": ("pass", "x.com"),
            "bob": ("warn", "x.com"),
            "cy": ("warn", "sip.x.com and x.com"),
            "dee": ("skip", "address unknown"),
        }


NAME = "AllowAdalForNonLyncIndependentOfLync"
ENTRIES: dict[str, tuple[object, Setting]] = {
    "there": ([{"Name": NAME, "Value": "True"}], Setting.TRUE),
    "in other letters": ([{"Name": NAME.lower(), "Value": "true"}], Setting.TRUE),
    "as a number": ([{"Name": NAME, "Value": "1"}], Setting.TRUE),
    "false": ([{"Name": "Other", "Value": "x"}, {"Name": NAME, "Value": "False"}], Setting.FALSE),
    "another": ([{"Name": "Other", "Value": "True"}], Setting.NULL),
    "none": ([], Setting.NULL),
    "null": (None, Setting.NULL),
    "a text": ([f"{NAME}=True"], Setting.TRUE),
    "by its text alone": ([PSObject({}, to_string=f"{NAME}=True")], Setting.TRUE),
    "not readable": ([PSObject({}, to_string="Microsoft.Rtc.PolicyEntryType")], Setting.UNKNOWN),
    "a strange value": ([{"Name": NAME, "Value": "perhaps"}], Setting.UNKNOWN),
}


@pytest.mark.parametrize("what", ENTRIES)
def test_a_policy_entry(what: str) -> None:
    value, setting = ENTRIES[what]
    policy = ClientPolicy.read({"Identity": "Global", "PolicyEntry": value})
    assert policy.modern_authentication is setting


def test_a_policy_without_entries_shown() -> None:
    assert ClientPolicy.read({"Identity": "Global"}).modern_authentication is Setting.UNKNOWN


def test_modern_authentication_by_the_nearest_policy(tmp_path: Path) -> None:
    entry = PSObject({"Name": NAME, "Value": "True"})
    policies: list[dict[str, object]] = [
        {"Identity": "Global", "EnableIMAutoArchiving": None, "PolicyEntry": [entry]},
        {"Identity": "Tag:Bare", "EnableIMAutoArchiving": None, "PolicyEntry": []},
    ]
    granted = {"ann": None, "bob": "Bare", "cy": "Gone", "dee": "Bare"}
    save_output(tmp_path, "skype/Get-CsClientPolicy", policies)
    users = [{"SipAddress": f"sip:{name}@x.com", "ClientPolicy": policy} for name, policy in granted.items()]
    save_output(tmp_path, "skype/Get-CsUser", [{**user, "HostingProvider": "SRV:"} for user in users])
    for shell, names in {"exchange": ["dee"], "exchange_online": ["ann", "bob", "cy"]}.items():
        boxes = [{"PrimarySmtpAddress": f"{name}@x.com", "EmailAddresses": []} for name in names]
        save_output(tmp_path, f"{shell}/Get-Mailbox", boxes)
    with open_session(Target.of(tmp_path)) as session:
        assert rows(session, "policy.modern-authentication") == {
            "ann": ("pass", "Global"),
            "bob": ("warn", "Tag:Bare"),
            "cy": ("skip", "policy unknown"),
            "dee": ("pass", "mailbox on-premises"),
        }
