"""What EWS tells of mailboxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

__all__ = ["Folder", "Item", "Mailbox"]


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
