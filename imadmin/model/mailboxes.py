"""Mailboxes, and where they are: the sender's own mailbox decides which client build is needed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from imadmin.tables import Table

__all__ = ["MAILBOXES", "UNLIMITED", "Location", "Mailboxes"]

MAILBOXES = {
    "mailbox": "VARCHAR",
    "address": "VARCHAR",
    "kind": "VARCHAR",
    "location": "VARCHAR",
}
"""The columns of the mailbox table: one row for each address of each mailbox.

mailbox: its primary SMTP address, in small letters.
address: one of its addresses, in small letters, without the `SMTP:` or `sip:` before it.
kind: `sip` (a SIP proxy address), `smtp` (any SMTP address) or `upn` (the user principal name, where it is
    not the primary address).
location: a `Location`.
"""

UNLIMITED = (("ResultSize", "Unlimited"),)
"""What Exchange's cmdlets have to be told, or they give the first thousand mailboxes only."""


class Location(StrEnum):
    """Where a mailbox is."""

    ON_PREMISES = "on-premises"
    ONLINE = "online"

    @property
    def shell(self) -> str:
        """The shell that tells of the mailboxes there."""
        return "exchange" if self is Location.ON_PREMISES else "exchange_online"

    @property
    def organisation(self) -> str:
        """What administrators call it."""
        return "Exchange on-premises" if self is Location.ON_PREMISES else "Exchange Online"


class Mailboxes(NamedTuple):
    """The fact `mailboxes`.

    Attributes:
        table: see `MAILBOXES`.
        searched: the locations whose mailboxes were listed; a person who is in none of the lists has no
            mailbox only where both were.
    """

    table: Table
    searched: frozenset[Location]

    @property
    def complete(self) -> bool:
        """Whether every place where a mailbox could be was listed."""
        return self.searched == frozenset(Location)
