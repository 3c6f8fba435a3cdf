"""Rows of the users table from the objects of Get-CsUser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.model import Setting, person_of
from imadmin.model.values import ABSENT, lowered, read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PROPERTIES = (
    "Identity",
    "SipAddress",
    "DisplayName",
    "Enabled",
    "HostingProvider",
    "RegistrarPool",
    "ClientPolicy",
    "WindowsEmailAddress",
    "UserPrincipalName",
)
HOSTED_HERE = "srv:"


def user_rows(records: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """One row for each user; a user who is listed twice has one, that of the first."""
    seen: set[str] = set()
    for record in records:
        row = _row(record)
        if row["person"] not in seen:
            seen.add(str(row["person"]))
            yield row


def _row(record: Mapping[str, object]) -> dict[str, object]:
    address = text_of(read(record, "SipAddress"))
    upn = lowered(text_of(read(record, "UserPrincipalName")))
    policy = read(record, "ClientPolicy")
    return {
        "person": person_of(address) or upn or lowered(text_of(read(record, "Identity"))),
        "display_name": text_of(read(record, "DisplayName")) or None,
        "registrar_pool": text_of(read(record, "RegistrarPool")).lower() or None,
        "client_policy": text_of(policy) or None,
        "client_policy_known": policy is not ABSENT,
        "windows_email": lowered(text_of(read(record, "WindowsEmailAddress"))) or None,
        "user_principal_name": upn or None,
        "uncounted": _uncounted(record, address) or None,
    }


def _uncounted(record: Mapping[str, object], address: str) -> str:
    """Why this user is not one of the people who are judged; empty for those who are."""
    if not address:
        return "has no SIP address"
    if Setting.read(record, "Enabled") is Setting.FALSE:
        return "is disabled for Skype for Business"
    provider = text_of(read(record, "HostingProvider"))
    if provider and provider.lower() != HOSTED_HERE:
        return f"is homed elsewhere ({provider})"
    return ""
