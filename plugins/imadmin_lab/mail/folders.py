"""The folders of a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import events
from .records import Folder
from .tree import DEFAULT_FOLDERS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from .session import Session

COLUMNS = (
    "folder.id, folder.mailbox, folder.parent, folder.distinguished, folder.class, folder.name,"
    " folder.change,"
    " (select count(*) from item where item.folder = folder.id and is_associated = 0) as total,"
    " (select count(*) from item where item.folder = folder.id and is_read = 0 and is_associated = 0)"
    " as unread,"
    " (select count(*) from folder as child where child.parent = folder.id) as children"
)
_SELECT = f"select {COLUMNS} from folder"
_BELOW = (
    "with recursive below (id) as (select id from folder where parent = ? union all"
    " select folder.id from folder join below on folder.parent = below.id) select id from below"
)


class DuplicateNameError(Exception):
    """The parent has a folder of this name."""


class ProtectedFolderError(Exception):
    """A default folder can be neither moved nor deleted."""


def add_defaults(session: Session, mailbox: int, culture: str, conversation_history: str | None) -> None:
    """Make the folders of a new mailbox; see `directory.add_mailbox`."""
    made: dict[str | None, int | None] = {None: None}
    for default in DEFAULT_FOLDERS:
        name = default.name(culture)
        if default.distinguished == "conversationhistory":
            if conversation_history is None:
                continue
            name = conversation_history or name
        made[default.distinguished] = session.execute(
            "insert into folder (mailbox, parent, distinguished, class, name, change)"
            " values (?, ?, ?, ?, ?, 1)",
            *(mailbox, made[default.parent], default.distinguished, default.folder_class, name),
        )


def get(session: Session, number: int) -> Folder | None:
    """Give the folder with this number."""
    row = session.row(f"{_SELECT} where folder.id = ?", number)
    return None if row is None else read(row)


def distinguished(session: Session, mailbox: int, name: str) -> Folder | None:
    """Give the folder with this distinguished id."""
    row = session.row(f"{_SELECT} where folder.mailbox = ? and folder.distinguished = ?", mailbox, name)
    return None if row is None else read(row)


def below(session: Session, number: int) -> list[int]:
    """Give the numbers of all folders below this one, nearest first."""
    return [row[0] for row in session.rows(_BELOW, number)]


def all_of(session: Session, mailbox: int) -> Iterator[Folder]:
    """All folders of a mailbox."""
    return map(read, session.rows(f"{_SELECT} where folder.mailbox = ? order by folder.id", mailbox))


def create(session: Session, parent: Folder, name: str, folder_class: str | None) -> Folder:
    """Make a folder."""
    _refuse_duplicate(session, parent.id, name)
    made = session.execute(
        "insert into folder (mailbox, parent, class, name, change) values (?, ?, ?, ?, 1)",
        *(parent.mailbox, parent.id, folder_class, name),
    )
    events.record_folder(session, "CreatedEvent", parent.mailbox, made, parent.id)
    return _known(session, made)


def rename(session: Session, folder: Folder, name: str) -> Folder:
    """Give a folder another name."""
    if folder.parent is not None and name.lower() != folder.name.lower():
        _refuse_duplicate(session, folder.parent, name)
    session.execute("update folder set name = ?, change = change + 1 where id = ?", name, folder.id)
    events.record_folder(session, "ModifiedEvent", folder.mailbox, folder.id, folder.parent)
    return _known(session, folder.id)


def reclassify(session: Session, folder: Folder, folder_class: str | None) -> Folder:
    """Give a folder another class."""
    session.execute("update folder set class = ?, change = change + 1 where id = ?", folder_class, folder.id)
    return _known(session, folder.id)


def move(session: Session, folder: Folder, target: Folder) -> Folder:
    """Hang a folder, with all below it, elsewhere in its mailbox; its id stays."""
    _refuse_default(folder)
    if target.id == folder.id or target.id in below(session, folder.id):
        raise ProtectedFolderError
    _refuse_duplicate(session, target.id, folder.name)
    session.execute("update folder set parent = ?, change = change + 1 where id = ?", target.id, folder.id)
    events.record_folder(
        session, "MovedEvent", folder.mailbox, folder.id, target.id, folder.id, folder.parent
    )
    return _known(session, folder.id)


def delete(session: Session, folder: Folder) -> None:
    """Remove a folder with everything in and below it."""
    _refuse_default(folder)
    if any(_known(session, number).distinguished for number in below(session, folder.id)):
        raise ProtectedFolderError
    session.execute("delete from folder where id = ?", folder.id)
    events.record_folder(session, "DeletedEvent", folder.mailbox, folder.id, folder.parent)


def free_name(session: Session, parent: int, name: str) -> str:
    """Give *name*, or it with a number where *parent* has a folder of that name."""
    number, free = 0, name
    while session.row("select 1 from folder where parent = ? and name = ? collate nocase", parent, free):
        number += 1
        free = f"{name}{number}"
    return free


def read(row: sqlite3.Row) -> Folder:
    """Give the folder of a row of `COLUMNS`."""
    return Folder(*row)


def _known(session: Session, number: int) -> Folder:
    found = get(session, number)
    if found is None:
        raise KeyError(number)
    return found


def _refuse_duplicate(session: Session, parent: int, name: str) -> None:
    if session.row("select 1 from folder where parent = ? and name = ? collate nocase", parent, name):
        raise DuplicateNameError(name)


def _refuse_default(folder: Folder) -> None:
    if folder.distinguished is not None:
        raise ProtectedFolderError(folder.name)
