"""Rows of the mailbox table from the objects of Get-Mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.model import Location
from imadmin.model.values import lowered, read, text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ADDRESS_PROPERTIES = ("PrimarySmtpAddress", "EmailAddresses", "UserPrincipalName", "RecipientTypeDetails")
_REMOTE = "remote"
_KINDS = {"sip": "sip", "smtp": "smtp", "eum": ""}


def addresses(records: Iterable[Mapping[str, object]], location: Location) -> Iterator[dict[str, object]]:
    """One row for each address of each mailbox that *location* lists."""
    for record in records:
        primary = lowered(text_of(read(record, "PrimarySmtpAddress")))
        upn = lowered(text_of(read(record, "UserPrincipalName")))
        name = primary or upn
        remote = text_of(read(record, "RecipientTypeDetails")).lower().startswith(_REMOTE)
        place = Location.ONLINE if remote else location
        for kind, address in dict.fromkeys(_all(record, primary, upn)):
            yield {"mailbox": name, "address": address, "kind": kind, "location": place.value}


def _all(record: Mapping[str, object], primary: str, upn: str) -> Iterator[tuple[str, str]]:
    if primary:
        yield "smtp", primary
    for proxy in texts_of(read(record, "EmailAddresses")):
        prefix, colon, rest = lowered(proxy).partition(":")
        kind = _KINDS.get(prefix, "") if colon else "smtp"
        if kind:
            yield kind, rest if colon else prefix
    if upn:
        yield "upn", upn
