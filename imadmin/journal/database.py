"""The journal's database: private, in WAL mode, its schema versioned and migrated."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["VERSION", "JournalDatabase", "storable"]

BUSY_SECONDS = 10.0
PAUSE_SECONDS = 0.01
_RUNS = """
create table if not exists runs (
  id text primary key, started text not null, ended text, deployment text not null, source text not null,
  command text not null, runbook text not null, parameters text not null, folder text not null,
  exit_status integer, document text
) strict;
create table if not exists steps (
  run text not null references runs(id), ordinal integer not null, cell text not null, name text not null,
  arguments text not null, started text not null, ended text, status text,
  primary key (run, ordinal)
) strict;
"""
_CHANGES = """
create table if not exists changes (
  id integer primary key, run text not null references runs(id), operation text not null,
  subject text not null, planned text not null, begun text not null, ended text, finding text
) strict;
create table if not exists effects (
  change integer not null references changes(id), ordinal integer not null, action text not null,
  intent text not null, begun text not null, ended text, status text, outcome text,
  primary key (change, ordinal)
) strict;
create index if not exists changes_of on changes (operation, subject);
"""
_MIGRATIONS = (_RUNS, _CHANGES)
"""What makes version n + 1 of version n; they are never edited, only added to."""

VERSION = len(_MIGRATIONS)


class JournalDatabase:
    """Opens a connection for each use, so that any number of threads and processes may read and append."""

    def __init__(self, path: Path) -> None:
        """Make or migrate the database at *path*.

        Raises:
            ConfigError: it cannot be opened, or a later imadmin has written it.
        """
        self.path = path
        with self._explained():
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
            self.path.touch(mode=0o600)  # as its -wal and -shm files will be
        with closing(self._connect()) as connection:
            self._switch_to_wal(connection)
            version = int(connection.execute("pragma user_version").fetchone()[0])
            if version > VERSION:
                remedy = "Upgrade imadmin: pip install --upgrade imadmin"
                raise ConfigError("was written by a later imadmin", where=str(self.path), remedy=remedy)
            if version < VERSION:
                steps = "".join(_MIGRATIONS[version:])
                connection.executescript(f"begin immediate; {steps} pragma user_version = {VERSION}; commit;")
        self.path.chmod(0o600)

    def _switch_to_wal(self, connection: sqlite3.Connection) -> None:
        """SQLite does not wait by itself where two processes switch the same new file at once."""
        deadline = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                connection.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError as error:
                if not _is_busy(error) or time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_SECONDS)
            else:
                return

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=BUSY_SECONDS)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            busy = _is_busy(error)
            raise ConfigError(
                f"another process keeps it busy: {error}" if busy else f"is not a usable journal: {error}",
                where=str(self.path),
                remedy="Try again." if busy else "Move it away, or set IMADMIN_HOME to another folder.",
            ) from error


def storable(text: str) -> str:
    """*text* with half surrogate pairs, of file names that are not UTF-8, shown by their codes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _is_busy(error: sqlite3.Error) -> bool:
    """Whether another connection is in the way; the code's low byte says it, the rest says how."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
