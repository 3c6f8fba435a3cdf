"""Rows of the users table from the objects of Get-CsUser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import SourceError
from imadmin.model import Setting, person_of
from imadmin.model.values import ABSENT, is_readable, lowered, read, text_of

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
    "SamAccountName",
)
HOSTED_HERE = "srv:"


ONE_ROW_EACH = """
    select person, any_value(display_name) as display_name,
           case when count(distinct coalesce(registrar_pool, '')) = 1 then any_value(registrar_pool) end
             as registrar_pool,
           any_value(client_policy) as client_policy,
           bool_and(client_policy_known) and count(distinct lower(coalesce(client_policy, ''))) = 1
             as client_policy_known,
           any_value(windows_email) as windows_email, any_value(user_principal_name) as user_principal_name,
           any_value(account) as account,
           case when count(*) = count(uncounted) then any_value(uncounted) end as uncounted
    from users group by person
"""
"""Merges the rows of a person who is listed more than once; what they contradict each other in is unknown."""


def user_rows(records: Iterable[Mapping[str, object]]) -> Iterator[dict[str, object]]:
    """One row for each object of Get-CsUser.

    Raises:
        SourceError: an object has no readable `SipAddress`, not even an empty one: who it is, is not known.
    """
    for record in records:
        if read(record, "SipAddress") is ABSENT:
            raise SourceError(
                "the output of Get-CsUser lacks SipAddress, or is another cmdlet's, or does not show it",
                remedy="Save it whole: Get-CsUser | Export-Clixml -Depth 4 Get-CsUser.xml",
            )
        yield _row(record)


def _row(record: Mapping[str, object]) -> dict[str, object]:
    address = text_of(read(record, "SipAddress"))
    upn = lowered(text_of(read(record, "UserPrincipalName")))
    policy = read(record, "ClientPolicy")
    return {
        "person": person_of(address) or upn or lowered(text_of(read(record, "Identity"))),
        "display_name": text_of(read(record, "DisplayName")) or None,
        "registrar_pool": text_of(read(record, "RegistrarPool")).lower() or None,
        "client_policy": text_of(policy) or None,
        "client_policy_known": is_readable(policy),
        "windows_email": lowered(text_of(read(record, "WindowsEmailAddress"))) or None,
        "user_principal_name": upn or None,
        "account": lowered(text_of(read(record, "SamAccountName"))) or None,
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
    return "" if provider or not _is_blank(record, "RegistrarPool", "HostingProvider") else "is homed nowhere"


def _is_blank(record: Mapping[str, object], *names: str) -> bool:
    """Whether the object shows all of these properties, and that they are not set."""
    return all(read(record, name) in (None, "") for name in names)
