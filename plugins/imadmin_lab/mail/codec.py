"""Items to rows of the table, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from .records import Address, Content, Item
from .session import from_stamp, moment, to_stamp
from .words import words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

_TEXTS = words(
    """
    item_class subject sensitivity importance body body_type in_reply_to message_references
    message_id conversation_index conversation_topic culture reminder_minutes flag
    """
)
_FLAGS = words(
    """
    is_read is_draft is_submitted is_from_me is_associated is_response_requested read_receipt
    delivery_receipt reminder_is_set
    """
)
_TIMES = ["reminder_due", "sent", "received", "created"]
_ADDRESSES = ["sender", "author", "received_by"]
_LISTS = ["to_recipients", "cc_recipients", "bcc_recipients", "reply_to"]

_Way = tuple["Callable[[Any], Any]", "Callable[[Any], Any]"]


def _same(value: Any) -> Any:
    return value


def _address_text(value: Address | None) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _address(text: str | None) -> Address | None:
    return None if text is None else Address(*json.loads(text))


def _list_text(value: tuple[object, ...]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _addresses(text: str) -> tuple[Address, ...]:
    return tuple(Address(*one) for one in json.loads(text))


def _strings(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


_WAYS: Final[dict[str, _Way]] = (
    dict.fromkeys(_TEXTS, (_same, _same))
    | dict.fromkeys(_FLAGS, (int, bool))
    | dict.fromkeys(_TIMES, (to_stamp, from_stamp))
    | dict.fromkeys(_ADDRESSES, (_address_text, _address))
    | dict.fromkeys(_LISTS, (_list_text, _addresses))
    | {"categories": (_list_text, _strings)}
)


def encode(content: Content) -> dict[str, Any]:
    """Give the columns of an item's content, without its extended properties and attachments."""
    return {name: way[0](getattr(content, name)) for name, way in _WAYS.items()}


def decode(row: sqlite3.Row, **tables: Any) -> Item:
    """Give the item of a row; *tables* are its extended properties and attachments."""
    content = Content(**{name: way[1](row[name]) for name, way in _WAYS.items()}, **tables)
    return Item(
        id=row["id"],
        mailbox=row["mailbox"],
        folder=row["folder"],
        change=row["change"],
        modified=moment(row["modified"]),
        modified_by=row["modified_by"],
        size=row["size"],
        has_attachments=bool(row["has_attachments"]),
        text_body=row["text_body"],
        display_to=row["display_to"],
        display_cc=row["display_cc"],
        conversation=row["conversation"],
        content=content,
    )
