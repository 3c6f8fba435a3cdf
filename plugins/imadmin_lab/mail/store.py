"""The mail store: mailboxes of one or more organisations in one SQLite file."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from . import delivery
from .clock import SystemClock
from .database import Database
from .functions import FUNCTIONS
from .session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .clock import Clock


class MailStore:
    """Mail on disk, for any number of threads.

    The functions of `directory`, `folders`, `items` and `delivery` work on the sessions that it gives.

    Args:
        path: The SQLite file; made where it is missing.
        clock: The time to live in; the system's by default.
    """

    def __init__(self, path: Path, *, clock: Clock | None = None) -> None:
        self.clock: Final = clock or SystemClock()
        self._database: Final = Database(path, self.clock, FUNCTIONS)

    @property
    def version(self) -> int:
        """A number that grows with each change; see `wait`."""
        return self._database.version

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._database.closed

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees everything as of now, with all mail arrived that is due."""
        with self._database.reading() as connection:
            session = Session(connection, self.clock.now())
            if not delivery.has_due(session):
                yield session
                return
        with self.writing():
            pass
        with self._database.reading() as connection:
            yield Session(connection, self.clock.now())

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session that may change everything: all of it is kept, or nothing."""
        with self._database.writing() as connection:
            session = Session(connection, self.clock.now())
            delivery.release(session)
            yield session

    def wait(self, seen: int, seconds: float) -> None:
        """Return when `version` is no longer *seen*, or at the latest when *seconds* are over."""
        with self._database.reading() as connection:
            due = delivery.next_due(Session(connection, self.clock.now()))
        self._database.wait(seen, seconds if due is None else min(seconds, due))

    def wake(self) -> None:
        """End all waiting, for those who wait to look again."""
        self._database.announce()

    def close(self) -> None:
        """Close the file and end all waiting."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
