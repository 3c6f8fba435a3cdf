"""Where a process can be killed: before and after each write of the journal, and each network call.

Wraps from outside the journal's transactions, and `http.client`, by which both PowerShell remoting and
Exchange Web Services send requests and read answers. The product knows nothing of it.
"""

from __future__ import annotations

import http.client
import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from imadmin.journal.database import JournalDatabase

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

__all__ = ["Boundaries"]


class Boundaries:
    """Counts the boundaries that this process passes, and kills it at one of them.

    Args:
        kill_at: the number of that one, from 1; 0 for none.

    Attributes:
        passed: what they were, in order.
    """

    def __init__(self, kill_at: int = 0) -> None:
        self.passed: list[str] = []
        self._kill_at = kill_at
        self._lock = threading.Lock()

    def install(self) -> None:
        """From now on."""
        self._wrap_journal()
        self._wrap_network()

    def pass_by(self, what: str) -> None:
        """Count a boundary, or end here."""
        with self._lock:
            self.passed.append(what)
            if len(self.passed) == self._kill_at:
                end_at_once()

    def _wrap_journal(self) -> None:
        writing, pass_by = JournalDatabase.writing, self.pass_by

        @contextmanager
        def wrapped(database: JournalDatabase) -> Iterator[sqlite3.Connection]:
            pass_by("journal: before a write")
            with writing(database) as connection:
                yield connection
            pass_by("journal: after a write")

        setattr(JournalDatabase, "writing", wrapped)  # noqa: B010 - for the type checker

    def _wrap_network(self) -> None:
        getresponse, pass_by = http.client.HTTPConnection.getresponse, self.pass_by

        def wrapped(connection: http.client.HTTPConnection, *arguments: Any, **options: Any) -> Any:
            pass_by("network: request sent")
            response = getresponse(connection, *arguments, **options)
            pass_by("network: answer read")
            return response

        setattr(http.client.HTTPConnection, "getresponse", wrapped)  # noqa: B010 - likewise


def end_at_once() -> None:
    """As `kill -9` does, or TerminateProcess: nothing of this process runs any more."""
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    threading.Event().wait()  # until the system has done it
