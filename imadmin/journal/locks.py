"""Locks that a killed process cannot keep: each is an open transaction on a small database of its own.

Wherever the journal works, on every platform, so do they: both are SQLite's locks, which the operating
system takes back when the process that holds them ends, however it ends.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import TYPE_CHECKING

from imadmin.home import PRIVATE, private_folder
from imadmin.journal.failures import explained, is_busy

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Lock", "Locks"]


class Lock:
    """A lock that is held until it is closed, or until this process ends."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def close(self) -> None:
        """Let it go; harmless where that was done before."""
        self._connection.close()


class Locks:
    """The locks of one user, in a folder beside the journal."""

    def __init__(self, journal: Path) -> None:
        self._folder = journal.parent / "locks"

    def take(self, kind: str, *names: str) -> Lock | None:
        """Take the lock of this kind on what *names* name; None where somebody holds it.

        Raises:
            ConfigError: nothing can be locked there.
        """
        path = self._path(kind, *names)
        with explained(path):
            private_folder(path.parent)
            path.touch(PRIVATE)
            connection = sqlite3.connect(path, timeout=0, check_same_thread=False, isolation_level=None)
            try:
                connection.execute("begin exclusive")
            except sqlite3.Error as error:
                connection.close()
                if is_busy(error):
                    return None
                raise
        return Lock(connection)

    def is_held(self, kind: str, *names: str) -> bool:
        """Whether some process, this one included, holds the lock."""
        if not self._path(kind, *names).exists():
            return False
        lock = self.take(kind, *names)
        if lock is None:
            return True
        lock.close()
        return False

    def forget(self, kind: str, *names: str) -> None:
        """Remove the file of a lock that nobody will want again."""
        self._path(kind, *names).unlink(missing_ok=True)

    def _path(self, kind: str, *names: str) -> Path:
        digest = hashlib.sha256("\0".join(names).encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{kind}-{digest[:24]}.lock"
