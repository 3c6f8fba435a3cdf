"""The items in the folders."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import events
from .codec import decode, encode
from .derive import derived
from .records import Attachment, Extended
from .session import moment, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from .records import Content, Folder, Item
    from .session import Session


def get(session: Session, number: int) -> Item | None:
    """Give the item with this number, None for one that is in no folder."""
    found = list(
        load(session, session.rows("select * from item where id = ? and folder is not null", number))
    )
    return found[0] if found else None


def load(session: Session, rows: Iterable[sqlite3.Row]) -> Iterator[Item]:
    """Give the items of rows of the item table, with what other tables hold of them."""
    for row in rows:
        number = row["id"]
        yield decode(row, extended=_extended(session, number), attachments=_attachments(session, number))


def numbers_in(session: Session, folder: int) -> list[int]:
    """Give the numbers of all items in a folder."""
    return [row[0] for row in session.rows("select id from item where folder = ?", folder)]


def create(session: Session, folder: Folder, content: Content, by: str) -> int:
    """Put a new item into a folder and give its number; *by* is the name of who did it."""
    number = store(session, folder.mailbox, folder.id, content, by)
    events.record_item(session, "CreatedEvent", folder.mailbox, number, folder.id)
    return number


def store(session: Session, mailbox: int | None, folder: int | None, content: Content, by: str) -> int:
    """Write a new item without a word to subscribers: into no folder, or for one who tells them himself."""
    content = replace(content, created=content.created or session.now)
    row = _row(session, content, by) | {"mailbox": mailbox, "folder": folder, "change": 1}
    names = ", ".join(row)
    number = session.execute(
        f"insert into item ({names}) values ({', '.join('?' * len(row))})", *row.values()
    )
    _write_extended(session, number, content.extended)
    for attachment in content.attachments:
        _attach(session, number, attachment)
    return number


def update(session: Session, item: Item, content: Content, by: str) -> None:
    """Replace the content of an item; attachments stay as they are."""
    kept = replace(content, attachments=item.content.attachments, created=item.content.created)
    row = _row(session, kept, by)
    settings = ", ".join(f"{name} = ?" for name in row)
    session.execute(f"update item set {settings}, change = change + 1 where id = ?", *row.values(), item.id)
    session.execute("delete from property where item = ?", item.id)
    _write_extended(session, item.id, content.extended)
    events.record_item(session, "ModifiedEvent", item.mailbox, item.id, item.folder)


def move(session: Session, item: Item, target: Folder) -> int:
    """Move an item and give its new number: an item's id says where it is."""
    number = _duplicate(session, item, target)
    session.execute("delete from item where id = ?", item.id)
    if item.mailbox == target.mailbox:
        place = item.id, item.folder
        events.record_item(session, "MovedEvent", target.mailbox, number, target.id, *place)
    else:
        events.record_item(session, "DeletedEvent", item.mailbox, item.id, item.folder)
        events.record_item(session, "CreatedEvent", target.mailbox, number, target.id)
    return number


def copy(session: Session, item: Item, target: Folder) -> int:
    """Copy an item and give the number of the copy."""
    number = _duplicate(session, item, target)
    if item.mailbox == target.mailbox:
        place = item.id, item.folder
        events.record_item(session, "CopiedEvent", target.mailbox, number, target.id, *place)
    else:
        events.record_item(session, "CreatedEvent", target.mailbox, number, target.id)
    return number


def delete(session: Session, item: Item) -> None:
    """Remove an item for good."""
    session.execute("delete from item where id = ?", item.id)
    events.record_item(session, "DeletedEvent", item.mailbox, item.id, item.folder)


def attach(session: Session, item: Item, attachment: Attachment) -> int:
    """Hang a file on an item and give the attachment's number."""
    number = _attach(session, item.id, attachment)
    _attachments_changed(session, item)
    return number


def detach(session: Session, item: Item, number: int) -> None:
    """Take a file off an item."""
    session.execute("delete from attachment where id = ? and item = ?", number, item.id)
    _attachments_changed(session, item)


def attachment_owner(session: Session, number: int) -> int | None:
    """Give the item that an attachment hangs on."""
    found = session.value("select item from attachment where id = ?", number)
    return None if found is None else int(found)


def _attachments_changed(session: Session, item: Item) -> None:
    session.execute(
        "update item set change = change + 1, modified = ?, has_attachments ="
        " exists (select 1 from attachment where item = item.id and is_inline = 0) where id = ?",
        *(to_stamp(session.now), item.id),
    )
    events.record_item(session, "ModifiedEvent", item.mailbox, item.id, item.folder)


def _duplicate(session: Session, item: Item, target: Folder) -> int:
    return store(session, target.mailbox, target.id, item.content, item.modified_by)


def _row(session: Session, content: Content, by: str) -> dict[str, Any]:
    modified = {"modified": to_stamp(session.now), "modified_by": by}
    return encode(content) | derived(content) | modified


def _write_extended(session: Session, number: int, extended: Mapping[str, Extended]) -> None:
    for key, (kind, values) in extended.items():
        text = values[0] if not kind.endswith("Array") else json.dumps(values, ensure_ascii=False)
        session.execute("insert into property values (?, ?, ?, ?)", number, key, kind, text)


def _extended(session: Session, number: int) -> dict[str, Extended]:
    rows = session.rows("select key, type, value from property where item = ? order by key", number)
    return {row["key"]: Extended(row["type"], _values(row["type"], row["value"])) for row in rows}


def _values(kind: str, text: str) -> tuple[str, ...]:
    return tuple(json.loads(text)) if kind.endswith("Array") else (text,)


def _attach(session: Session, number: int, attachment: Attachment) -> int:
    return session.execute(
        "insert into attachment (item, name, content_type, content_id, is_inline, modified, content)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        number,
        attachment.name,
        attachment.content_type,
        attachment.content_id,
        attachment.is_inline,
        to_stamp(attachment.modified or session.now),
        attachment.content,
    )


def _attachments(session: Session, number: int) -> tuple[Attachment, ...]:
    rows = session.rows("select * from attachment where item = ? order by id", number)
    return tuple(
        Attachment(
            row["name"],
            row["content"],
            row["content_type"],
            row["content_id"],
            bool(row["is_inline"]),
            row["id"],
            moment(row["modified"]),
        )
        for row in rows
    )
