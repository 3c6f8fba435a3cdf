"""The mailboxes of test sends: those that the deployment names under `test_send:`, and no others."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import UsageError
from imadmin.ews import EwsError, Folder, Kind
from imadmin.model.values import lowered

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from imadmin.access import Access
    from imadmin.deployment.records import TestSendConfig
    from imadmin.ews import EwsClient, Item, Mailbox

__all__ = [
    "ARRIVES_IN",
    "STAYS_IN",
    "Look",
    "ProbeMailbox",
    "checked",
    "named",
    "own_mailboxes",
]

ARRIVES_IN = (Folder.INBOX, Folder.JUNK, Folder.CONVERSATION_HISTORY, Folder.DELETED, Folder.RECOVERABLE)
STAYS_IN = (Folder.DRAFTS, Folder.OUTBOX)
_EVERYWHERE = (*ARRIVES_IN, *STAYS_IN, Folder.SENT)
_LOOKED_AT = 50
"""Items of each folder, the newest; matched here, since a search on the server costs it more."""

_CLOCKS_DIFFER = timedelta(minutes=10)


class Look(NamedTuple):
    """What lay in a mailbox when it was looked into.

    Attributes:
        began: by `time.monotonic`.
        items: the newest of each folder.
        limit: so many of each folder at most.
    """

    began: float
    items: tuple[Item, ...]
    limit: int

    def within(self, folders: Collection[Folder], token: str = "") -> list[Item]:
        """The items in these folders whose subject holds *token*."""
        return [item for item in self.items if item.folder in folders and token in item.subject]

    def flooded(self, folders: Collection[Folder], since: datetime) -> bool:
        """Whether a message that came after *since* may lie below those that were looked at."""
        return any(self._is_full(folder, since) for folder in folders)

    def _is_full(self, folder: Folder, since: datetime) -> bool:
        moments = [item.received for item in self.within([folder]) if item.received is not None]
        return len(moments) >= self.limit and min(moments) > since - _CLOCKS_DIFFER


class ProbeMailbox:
    """A mailbox with the client that opens it. All that the plugin reads and writes goes through one.

    Raises:
        UsageError: the deployment does not name it under `test_send:`.
    """

    def __init__(self, client: EwsClient, mailbox: Mailbox, allowed: Sequence[str]) -> None:
        self._allowed = allowed
        self.address = checked(mailbox.address, self._allowed)
        self.client = client
        self.has_history = Folder.CONVERSATION_HISTORY in mailbox.folders
        self._folders = [folder for folder in _EVERYWHERE if folder in mailbox.folders]

    def look(self, more: int = 0) -> Look:
        """The newest items of every folder where a test message may be.

        Args:
            more: how many test messages may be among them.

        Raises:
            EwsError: it could not be looked into.
        """
        began, limit = time.monotonic(), _LOOKED_AT + more
        try:
            return Look(began, tuple(self.client.newest(self.address, self._folders, limit)), limit)
        except EwsError as error:
            if error.kind is not Kind.ACCESS_DENIED or Folder.RECOVERABLE not in self._folders:
                raise
            self._folders.remove(Folder.RECOVERABLE)  # not everybody may look there
            return self.look(more)

    def send(self, recipient: str, subject: str, body: str, item_class: str) -> None:
        """Send a message, once, without keeping a copy.

        Raises:
            EwsError: it did not go, or the answer was lost.
        """
        self.client.send(self.address, [checked(recipient, self._allowed)], subject, body, item_class)

    def body(self, item: Item) -> str:
        """What an item says.

        Raises:
            EwsError: it could not be read.
        """
        return self.client.body(self.address, item)

    def delete(self, items: Iterable[Item]) -> None:
        """Delete items for good.

        Raises:
            EwsError: they could not be, or the answer was lost.
        """
        self.client.delete(self.address, items)


def named(allowed: TestSendConfig) -> list[str]:
    """All mailboxes that may be touched, in small letters, in the deployment's order."""
    return list(dict.fromkeys(map(lowered, (*allowed.mailboxes, *allowed.federated))))


def own_mailboxes(access: Access) -> list[str]:
    """Those of the deployment's own organisation, in small letters."""
    return list(dict.fromkeys(map(lowered, access.deployment.test_send.mailboxes)))


def checked(address: str, allowed: Sequence[str], key: str = "") -> str:
    """The address, if it is one of those that may be touched.

    Raises:
        UsageError: it is none.
    """
    if lowered(address) not in allowed:
        raise UsageError(
            f"{address} is not named under test_send:{key and ' '}{key}, so it is not touched",
            remedy=f"There are: {', '.join(allowed) or 'none'}.",
        )
    return address
