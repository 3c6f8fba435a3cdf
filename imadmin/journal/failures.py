"""From SQLite's errors to what went wrong with the journal, in words for an administrator."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["MOVE_IT_AWAY", "explained", "is_busy", "is_damage"]

MOVE_IT_AWAY = "Move it away, or set IMADMIN_HOME to another folder."
_READONLY = "Without the journal nothing is changed. Get the right to write there, or set IMADMIN_HOME."
_KNOWN = {
    sqlite3.SQLITE_BUSY: ("another process keeps it busy", "Try again."),
    sqlite3.SQLITE_LOCKED: ("another process keeps it busy", "Try again."),
    sqlite3.SQLITE_CANTOPEN: ("is gone, or cannot be opened", "Say the command again."),
    sqlite3.SQLITE_FULL: ("the disk is full", "Make room. Without the journal nothing is changed."),
    sqlite3.SQLITE_READONLY: ("cannot be written to", _READONLY),
}
_OTHER = ("is not a usable journal", MOVE_IT_AWAY)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises about the file at *path* into a `ConfigError`."""
    try:
        yield
    except sqlite3.Error as error:
        what, remedy = _KNOWN.get(_code(error), _OTHER)
        raise ConfigError(f"{what}: {error}", where=str(path), remedy=remedy) from error


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection is in the way."""
    return _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is no database, or no longer one."""
    return _code(error) in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _code(error: sqlite3.Error) -> int:
    """The low byte of SQLite's result code says what it is, the rest how it came."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
