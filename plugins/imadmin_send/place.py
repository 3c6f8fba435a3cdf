"""The mailboxes of a test: opened by whichever endpoint can, looked into, cleaned up."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from imadmin.ews import EwsError, Folder, Kind
from imadmin.model.values import lowered

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.effects import Effects
    from imadmin.ews import EwsClient, Item, Mailbox

__all__ = ["ARRIVES_IN", "STAYS_IN", "Found", "Place", "open_place"]

ARRIVES_IN = (Folder.INBOX, Folder.JUNK, Folder.CONVERSATION_HISTORY, Folder.DELETED)
STAYS_IN = (Folder.DRAFTS, Folder.OUTBOX)
_EVERYWHERE = (*ARRIVES_IN, *STAYS_IN, Folder.SENT)
_LOOKED_AT = 200
"""Items of each folder, the newest; matched here, since a search on the server costs it more."""

_CLOCKS_DIFFER = timedelta(minutes=10)
_TRIES = 3
_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE = 5.0


class Found(NamedTuple):
    """What a look found.

    Attributes:
        flooded: whether so much other mail has come since that the message could lie below it.
    """

    items: list[Item]
    flooded: bool


class Place:
    """A mailbox with the client that opens it."""

    def __init__(self, client: EwsClient, mailbox: Mailbox) -> None:
        self.client = client
        self.address = mailbox.address
        self.folders = frozenset(mailbox.folders)

    def find(self, folders: Iterable[Folder], token: str, since: datetime) -> Found:
        """The items with *token* in those of the folders that there are.

        Raises:
            EwsError: they could not be looked into.
        """
        there = [one for one in folders if one in self.folders]
        newest = self.client.newest(self.address, there, _LOOKED_AT)
        flooded = any(_is_full([item for item in newest if item.folder is one], since) for one in there)
        return Found([item for item in newest if token in item.subject], flooded)

    def clean_up(self, token: str, effects: Effects) -> str:
        """Remove every trace, and look whether it is gone; gives what is left, empty where nothing is."""
        trouble = ""
        for _ in range(_TRIES):
            try:
                items = self.find(_EVERYWHERE, token, datetime.now(UTC)).items
                if not items:
                    return ""
                self._delete(items, token, effects)
                trouble = "it is still there after its removal"
            except EwsError as error:
                trouble = error.line
                time.sleep(min(error.back_off or _PAUSE_SECONDS, _LONGEST_PAUSE))
        return f"{self.address}: {trouble}"

    def _delete(self, items: list[Item], token: str, effects: Effects) -> None:
        where = sorted({str(item.folder) for item in items})
        with effects.intend("delete", mailbox=self.address, token=token, folders=where):
            self.client.delete(self.address, items)


def open_place(effects: Effects, address: str) -> Place:
    """The mailbox, by the first endpoint that opens it.

    Raises:
        EwsError: none does.
    """
    errors = []
    for client in _most_likely_first(effects.access.ews(), address):
        try:
            return Place(client, client.look(address))
        except EwsError as error:
            errors.append(error)
    nobody = EwsError.of(Kind.NO_MAILBOX, "ews:", f"{address}: the deployment describes no endpoint")
    raise next((error for error in errors if error.kind is not Kind.NO_MAILBOX), (errors or [nobody])[0])


def _most_likely_first(clients: Sequence[EwsClient], address: str) -> list[EwsClient]:
    """The endpoints that name the mailbox, then those that name none."""
    named = [client for client in clients if address in map(lowered, client.config.mailboxes)]
    return named + [client for client in clients if not client.config.mailboxes]


def _is_full(items: list[Item], since: datetime) -> bool:
    moments = [item.received for item in items if item.received is not None]
    return len(items) >= _LOOKED_AT and bool(moments) and min(moments) > since - _CLOCKS_DIFFER
