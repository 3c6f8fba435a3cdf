"""What happened in a mailbox, in the order in which it was committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .records import Event
from .session import moment, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from .session import Session

_INSERT = (
    "insert into event (mailbox, kind, time, is_folder, object, folder, old_object, old_folder, unread)"
    " values (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def record_folder(  # noqa: PLR0913, PLR0917 - as many as the table has columns
    session: Session,
    kind: str,
    mailbox: int,
    folder: int | None,
    parent: int | None,
    old_folder: int | None = None,
    old_parent: int | None = None,
    unread: int | None = None,
) -> None:
    """Write down what happened to a folder."""
    place = folder, parent, old_folder, old_parent
    session.execute(_INSERT, mailbox, kind, to_stamp(session.now), 1, *place, unread)


def record_item(  # noqa: PLR0913, PLR0917 - as many as the table has columns
    session: Session,
    kind: str,
    mailbox: int,
    item: int,
    folder: int,
    old_item: int | None = None,
    old_folder: int | None = None,
) -> None:
    """Write down what happened to an item, and that the counts of its folder changed."""
    place = item, folder, old_item, old_folder
    session.execute(_INSERT, mailbox, kind, to_stamp(session.now), 0, *place, None)
    touched = set() if kind == "NewMailEvent" else {old_folder, folder} - {None}
    for one in touched:
        _counts_changed(session, mailbox, one)


def since(session: Session, mailbox: int, last: int, limit: int = -1) -> Iterator[Event]:
    """Give the events after *last*, oldest first."""
    statement = "select * from event where mailbox = ? and id > ? order by id limit ?"
    return map(_read, session.rows(statement, mailbox, last, limit))


def newest(session: Session) -> int:
    """Give the number of the last event; 0 where nothing happened yet."""
    return int(session.value("select coalesce(max(id), 0) from event"))


def _counts_changed(session: Session, mailbox: int, folder: int | None) -> None:
    parent = session.value("select parent from folder where id = ?", folder)
    unread = session.value(
        "select count(*) from item where folder = ? and is_read = 0 and is_associated = 0", folder
    )
    record_folder(session, "ModifiedEvent", mailbox, folder, parent, unread=unread)


def _read(row: sqlite3.Row) -> Event:
    return Event(
        row["id"],
        row["mailbox"],
        row["kind"],
        moment(row["time"]),
        bool(row["is_folder"]),
        row["object"],
        row["folder"],
        row["old_object"],
        row["old_folder"],
        row["unread"],
    )
