"""What EWS tells of mailboxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Folder", "InboxRule", "Item", "Letter", "Mailbox"]


class Folder(StrEnum):
    """A folder by its distinguished id, which is the same in every language."""

    INBOX = "inbox"
    DRAFTS = "drafts"
    OUTBOX = "outbox"
    SENT = "sentitems"
    DELETED = "deleteditems"
    JUNK = "junkemail"
    CONVERSATION_HISTORY = "conversationhistory"
    RECOVERABLE = "recoverableitemsdeletions"


@dataclass(frozen=True, slots=True)
class Item:
    """An item as a search finds it: without body and recipients.

    Attributes:
        id: valid until the item is moved to another folder.
        change_key: of the version that was found.
        folder: where it was found.
        subject: empty where the item has none.
        item_class: such as `IPM.Note`.
        received: when it was delivered; None where the server does not say.
        created: when it was made in this mailbox; None where the server does not say.
    """

    id: str
    change_key: str
    folder: Folder
    subject: str
    item_class: str
    received: datetime | None
    created: datetime | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as somebody who looks for it wants to see it: who sent it, and whether it was read.

    Attributes:
        folder: where it was found.
        subject: empty where it has none.
        item_class: such as `IPM.Note`.
        sender: the address it is from, in small letters; empty where it has none.
        read: whether it is marked as read; None where the server does not say.
        received: when it was delivered; None where the server does not say.
        created: when it was made in this mailbox; None where the server does not say.
    """

    folder: Folder
    subject: str
    item_class: str
    sender: str
    read: bool | None
    received: datetime | None
    created: datetime | None

    @property
    def when(self) -> datetime | None:
        """When it came to be there."""
        return self.received or self.created


@dataclass(frozen=True, slots=True)
class InboxRule:
    """A rule of a mailbox, which acts on mail as it arrives.

    Attributes:
        name: as its owner sees it.
        enabled: whether it acts; a rule in error does not.
        deletes: whether it deletes, into Deleted Items or for good.
        moves: whether it moves elsewhere.
        redirects: whether it sends on, to somebody else.
        conditions: by their names in the schema, such as `ContainsSubjectStrings`, the texts in each; empty
            for a rule that acts on everything.
    """

    name: str
    enabled: bool
    deletes: bool
    moves: bool
    redirects: bool
    conditions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox that answered.

    Attributes:
        address: as it was asked for.
        folders: those that exist, with their names in the mailbox's language.
        unreadable: those of which the server did not say whether they exist, with its response code.
        server: the build that answered, such as `15.2.1748.10`; empty where it did not say.
        deviations: what of the answer is not as Exchange does it, in words.
    """

    address: str
    folders: Mapping[Folder, str]
    unreadable: Mapping[Folder, str] = field(default_factory=dict)
    server: str = ""
    deviations: tuple[str, ...] = ()
