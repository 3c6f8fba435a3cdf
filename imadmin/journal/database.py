"""The journal's database: private, in WAL mode, its schema versioned and migrated."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from imadmin.errors import ConfigError
from imadmin.home import PRIVATE
from imadmin.journal import damage
from imadmin.journal.failures import explained, is_busy, is_damage
from imadmin.journal.schema import MIGRATIONS, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["JournalDatabase", "storable"]

BUSY_SECONDS = 10.0
PAUSE_SECONDS = 0.01


class JournalDatabase:
    """Opens a connection for each use, so that any number of threads and processes may read and append.

    Attributes:
        damaged: where the file that was here before has been moved, because it could not be read; else None.
    """

    def __init__(self, path: Path) -> None:
        """Make or migrate the database at *path*.

        Raises:
            ConfigError: it cannot be opened, or a later imadmin has written it.
        """
        self.path = path
        self.damaged: Path | None = None
        with explained(path):
            try:
                self._prepare()
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                self.damaged = damage.set_aside(path)
                self._prepare()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction, committed where the block ends well."""
        with self._explained(), closing(self._connect()) as connection, connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection to read from."""
        with self._explained(), closing(self._connect()) as connection:
            yield connection

    def _prepare(self) -> None:
        if not self.path.exists():
            self.path.touch(PRIVATE)  # as its -wal and -shm files will be
        with closing(self._connect()) as connection:
            self._switch_to_wal(connection)
            version = int(connection.execute("pragma user_version").fetchone()[0])
            if version > VERSION:
                remedy = "Upgrade imadmin: pip install --upgrade imadmin"
                raise ConfigError("was written by a later imadmin", where=str(self.path), remedy=remedy)
            if version < VERSION:
                self._migrate(connection)
        self.path.chmod(PRIVATE)

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """In one transaction; of several processes that meet here the first does it."""
        connection.isolation_level = None
        connection.execute("begin immediate")
        version = int(connection.execute("pragma user_version").fetchone()[0])
        for step in MIGRATIONS[version:]:
            for statement in step.split(";"):  # executescript would end the transaction first
                connection.execute(statement)
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("commit")

    def _switch_to_wal(self, connection: sqlite3.Connection) -> None:
        """SQLite does not wait by itself where two processes switch the same new file at once."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def _connect(self) -> sqlite3.Connection:
        """One that makes no file: another process may have moved a damaged one away."""
        path = self.path.as_posix()  # Path.as_uri() of a Windows share has a host, which SQLite refuses
        lead = "" if path.startswith("/") else "/"
        return sqlite3.connect(f"file://{lead}{quote(path)}?mode=rw", uri=True, timeout=BUSY_SECONDS)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        with explained(self.path):
            try:
                yield
            except sqlite3.DatabaseError as error:
                if not is_damage(error):
                    raise
                raise damage.found(self.path) from error


def storable(text: str) -> str:
    """*text* with half surrogate pairs, of file names that are not UTF-8, shown by their codes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
