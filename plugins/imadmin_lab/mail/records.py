"""What the mail store holds, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


class Address(NamedTuple):
    """Somebody mail goes to or comes from."""

    name: str
    address: str
    routing: str = "SMTP"


class Attachment(NamedTuple):
    """A file that hangs on an item; `id` is 0 before it is stored."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"
    content_id: str | None = None
    is_inline: bool = False
    id: int = 0
    modified: datetime | None = None


class Extended(NamedTuple):
    """The value of an extended property: its MAPI type, and its text or texts as on the wire."""

    type: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a client says of an item."""

    item_class: str = "IPM.Note"
    subject: str | None = None
    sensitivity: str = "Normal"
    importance: str = "Normal"
    body: str = ""
    body_type: str = "Text"
    categories: tuple[str, ...] = ()
    sender: Address | None = None
    author: Address | None = None
    to_recipients: tuple[Address, ...] = ()
    cc_recipients: tuple[Address, ...] = ()
    bcc_recipients: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    in_reply_to: str | None = None
    message_references: str | None = None
    message_id: str = ""
    conversation_index: bytes | None = None
    conversation_topic: str | None = None
    culture: str | None = None
    is_read: bool = False
    is_draft: bool = True
    is_submitted: bool = False
    is_from_me: bool = False
    is_associated: bool = False
    is_response_requested: bool = False
    read_receipt: bool = False
    delivery_receipt: bool = False
    reminder_is_set: bool = False
    reminder_due: datetime | None = None
    reminder_minutes: int = 0
    flag: str = "NotFlagged"
    received_by: Address | None = None
    sent: datetime | None = None
    received: datetime | None = None
    created: datetime | None = None
    extended: Mapping[str, Extended] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item as it is stored."""

    id: int
    mailbox: int
    folder: int
    change: int
    modified: datetime
    modified_by: str
    size: int
    has_attachments: bool
    text_body: str
    display_to: str
    display_cc: str
    conversation: str
    content: Content


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with its counts."""

    id: int
    mailbox: int
    parent: int | None
    distinguished: str | None
    folder_class: str | None
    name: str
    change: int
    total: int
    unread: int
    children: int


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox; `guid` is what item ids carry."""

    id: int
    guid: str
    address: str
    name: str
    organisation: str
    culture: str

    @property
    def owner(self) -> Address:
        """The mailbox as a sender or recipient."""
        return Address(self.name, self.address)


@dataclass(frozen=True, slots=True)
class Account:
    r"""Who may log in, and what he may do in mailboxes that are not his own.

    Attributes:
        login: `DOMAIN\\name` or an address.
        mailbox: His own, where he has one.
        impersonation: Holds the role ApplicationImpersonation.
        full_access: May open every mailbox as a delegate.
        organisation: His rights end at it; None is everywhere.
    """

    login: str
    mailbox: Mailbox | None
    impersonation: bool = False
    full_access: bool = False
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an item or a folder."""

    id: int
    mailbox: int
    kind: str
    time: datetime
    is_folder: bool
    object: int
    folder: int | None
    old_object: int | None
    old_folder: int | None
    unread: int | None
