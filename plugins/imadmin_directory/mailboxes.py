"""Rows of the mailbox table from the objects of Get-Mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import SourceError
from imadmin.model import Location
from imadmin.model.values import is_readable, lowered, members, read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ADDRESS_PROPERTIES = (
    "PrimarySmtpAddress",
    "EmailAddresses",
    "UserPrincipalName",
    "RecipientTypeDetails",
    "RemoteRecipientType",
)
_REMOTE = "remote"
_MAIL_USER = frozenset({"mailuser", "128"})
# Numbers as ConvertTo-Json of Windows PowerShell writes them.
_REMOTE_NUMBERS = frozenset(str(1 << bit) for bit in (31, 33, 34, 35, 37))
_NOT_REMOTE = frozenset({"", "none", "0"})
_KINDS = {"sip": "sip", "smtp": "smtp", "eum": ""}


def addresses(records: Iterable[Mapping[str, object]], location: Location) -> Iterator[dict[str, object]]:
    """One row for each address of each mailbox that *location* lists.

    A mailbox whose details say that it is a remote one is in Exchange Online. A mail user has no mailbox
    where it is listed: on-premises its `RemoteRecipientType` tells that there is one in Exchange Online.

    Raises:
        SourceError: the addresses of a mailbox were lost: it could be anybody's.
    """
    for record in records:
        if not is_readable(record.get("PrimarySmtpAddress")):
            raise _unreadable("PrimarySmtpAddress")
        primary = lowered(text_of(read(record, "PrimarySmtpAddress")))
        upn = lowered(text_of(read(record, "UserPrincipalName")))
        name = primary or upn
        place = _place(record, location)
        for kind, address in dict.fromkeys(_all(record, primary, upn)) if place else ():
            yield {"mailbox": name, "address": address, "kind": kind, "location": place}


def _place(record: Mapping[str, object], listed: Location) -> Location | None:
    """Where the mailbox is; None where this object is no mailbox, and says nothing of one."""
    details = text_of(read(record, "RecipientTypeDetails")).lower()
    if details.startswith(_REMOTE) or details in _REMOTE_NUMBERS:
        return Location.ONLINE
    if details not in _MAIL_USER:
        return listed
    remote = text_of(read(record, "RemoteRecipientType")).lower() not in _NOT_REMOTE
    return Location.ONLINE if remote and listed is Location.ON_PREMISES else None


def _all(record: Mapping[str, object], primary: str, upn: str) -> Iterator[tuple[str, str]]:
    if primary:
        yield "smtp", primary
    for proxy in _proxies(record):
        prefix, colon, rest = lowered(proxy).partition(":")
        kind = _KINDS.get(prefix, "") if colon else "smtp"
        if kind:
            yield kind, rest if colon else prefix
    if upn:
        yield "upn", upn


def _proxies(record: Mapping[str, object]) -> list[str]:
    found = members(record, "EmailAddresses")
    if found is None and "EmailAddresses" in record:
        raise _unreadable("EmailAddresses")
    return found or []


def _unreadable(name: str) -> SourceError:
    return SourceError(
        f"the output of Get-Mailbox does not show all of {name}: whose a mailbox is, is unknown",
        remedy="Save it: Get-Mailbox -ResultSize Unlimited | Export-Clixml -Depth 4 Get-Mailbox.xml",
    )
