"""Connections to the store's file: many readers, one writer at a time, each in a transaction of its own."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final

from .schema import TABLES, VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .clock import Clock

_SECONDS_FOR_OTHER_PROCESSES = 1.0
_BUSY_SECONDS = 30.0


class Database:
    """The file, a pool of connections to it, and the news that something was written.

    Args:
        path: The file; made where it is missing.
        clock: What waiting is measured by.
        functions: SQL functions by name, with the number of their arguments.
    """

    def __init__(
        self, path: Path, clock: Clock, functions: dict[str, tuple[int, Callable[..., str | int | None]]]
    ) -> None:
        self._path: Final = path
        self._clock: Final = clock
        self._functions: Final = functions
        self._idle: list[sqlite3.Connection] = []
        self._pool: Final = threading.Lock()
        self._writer: Final = threading.RLock()
        self._changed: Final = threading.Condition()
        self._version = 0
        self.closed = False
        clock.listen(self.announce)
        self._prepare()

    @property
    def version(self) -> int:
        """A number that grows with each change; see `wait`."""
        return self._version

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection on which everything is seen as of one moment."""
        with self._connection() as connection:
            connection.execute("begin")
            try:
                yield connection
            finally:
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a connection to write on: all is kept, or nothing where an exception passes."""
        with self._writer, self._connection() as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()
        self.announce()

    def announce(self) -> None:
        """Wake everyone in `wait`."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def wait(self, seen: int, seconds: float) -> None:
        """Return when `version` is no longer *seen*, when *seconds* are over, or earlier for no reason."""
        with self._changed:
            if self._version == seen and not self.closed and seconds > 0:
                self._clock.wait(self._changed, min(seconds, _SECONDS_FOR_OTHER_PROCESSES))

    def close(self) -> None:
        """Close every idle connection; those in use close when they are given back."""
        with self._pool:
            self.closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()
        self.announce()

    def _prepare(self) -> None:
        with closing(self._connect()) as connection:
            connection.execute("pragma journal_mode = wal")
            connection.execute("begin immediate")
            found = connection.execute("pragma user_version").fetchone()[0]
            if found == 0:
                for statement in filter(str.strip, TABLES.split(";")):
                    connection.execute(statement)
                connection.execute(f"pragma user_version = {VERSION}")
            connection.commit()
        if found not in (0, VERSION):
            raise ValueError(
                f"{self._path} holds mail in format {found}, this version reads {VERSION}; delete the file"
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        with self._pool:
            if self.closed:
                raise ValueError(f"the mail store {self._path} is closed")
            connection = self._idle.pop() if self._idle else None
        connection = connection or self._connect()
        try:
            yield connection
        finally:
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._pool:
            if not self.closed:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma synchronous = off")  # a lab's mail may die with the power
        for name, (arguments, function) in self._functions.items():
            connection.create_function(name, arguments, function, deterministic=True)
        return connection
