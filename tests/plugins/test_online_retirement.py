"""`ews.online-retirement`: Exchange Online gives up EWS, by date and by two settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.errors import ConfigError
from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imadmin.run import CheckResult

CHECK = "ews.online-retirement"
BEFORE, PHASE, LAST, END = "2026-09-30", "2026-10-01", "2027-03-31", "2027-04-01"
APP = "11111111-2222-3333-4444-555555555555"
ON = {"EwsEnabled": True, "EwsAllowedAppIDs": None}


def save(folder: Path, online: Mapping[str, object] | None = None) -> Path:
    """Ann's mailbox is on-premises, Bob's online, Cat has none that is listed."""
    save_output(folder, "skype/Get-CsUser", [{"SipAddress": f"sip:{name}@x.com"} for name in NAMES])
    save_output(folder, "exchange/Get-OrganizationConfig", [{"EwsEnabled": None}])
    boxes = [mailbox("ann", "UserMailbox"), *([] if online else [mailbox("bob", "RemoteUserMailbox")])]
    save_output(folder, "exchange/Get-Mailbox", boxes)
    if online:
        save_output(folder, "exchange_online/Get-OrganizationConfig", [online])
        save_output(folder, "exchange_online/Get-Mailbox", [mailbox("bob", "UserMailbox")])
    return folder


NAMES = ("ann", "bob", "cat")


def mailbox(name: str, kind: str) -> dict[str, object]:
    return {"PrimarySmtpAddress": f"{name}@x.com", "RecipientTypeDetails": kind}


def check(folder: Path) -> tuple[CheckResult, dict[str, str]]:
    with open_session(Target.of(folder)) as session:
        [result] = session.check(CHECK)
        [outcome] = [outcome for outcome in session.outcomes() if outcome.result.check == CHECK]
        rows = session.database.cursor().execute(f"select person, status from {outcome.rows}").fetchall()
    return result, {person.partition("@")[0]: status for person, status in rows}


CASES: dict[str, tuple[str, Mapping[str, object], str]] = {
    "before": (BEFORE, ON, "warn"),
    "before, off": (BEFORE, {"EwsEnabled": False}, "warn"),
    "on": (PHASE, ON, "warn"),
    "on, and a blank text": (LAST, {"EwsEnabled": True, "EwsAllowedAppIDs": " "}, "warn"),
    "on, and an empty list": (LAST, {"EwsEnabled": True, "EwsAllowedAppIDs": []}, "warn"),
    "on, and applications are listed": (PHASE, {"EwsEnabled": True, "EwsAllowedAppIDs": APP}, "error"),
    "on, and the list is not there": (PHASE, {"EwsEnabled": True}, "error"),
    "off": (PHASE, {"EwsEnabled": False, "EwsAllowedAppIDs": APP}, "fail"),
    "not set": (LAST, {"EwsEnabled": None, "EwsAllowedAppIDs": None}, "error"),
    "not readable": (LAST, {"EwsEnabled": "perhaps", "EwsAllowedAppIDs": None}, "error"),
    "the end": (END, ON, "fail"),
    "long after": ("2031-01-01", {"EwsEnabled": "perhaps"}, "fail"),
}


@pytest.mark.parametrize("what", CASES)
def test_a_mailbox_online(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    day, settings, status = CASES[what]
    monkeypatch.setenv("IMADMIN_AS_OF", day)
    result, statuses = check(save(tmp_path, settings))
    assert statuses == {"ann": "pass", "bob": status, "cat": "pass"}
    [finding] = result.findings
    assert APP not in f"{finding.message} {finding.remedy} {finding.evidence}"
    assert "2026-10-01" in finding.message or day in finding.message or "not " in finding.message


@pytest.mark.parametrize(
    ("day", "bob", "cat"), [(BEFORE, "warn", "pass"), (PHASE, "error", "error"), (END, "fail", "error")]
)
def test_exchange_online_is_not_described(
    day: str, bob: str, cat: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMADMIN_AS_OF", day)
    assert check(save(tmp_path))[1] == {"ann": "pass", "bob": bob, "cat": cat}


def test_a_day_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMADMIN_AS_OF", "next spring")
    with pytest.raises(ConfigError, match="IMADMIN_AS_OF"):
        open_session(Target.of(save(tmp_path)))
