"""The connections of a client: so many and no more, each for one question at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin.ews.budget import Budget
    from imadmin.ews.wire import Wire

__all__ = ["Lanes"]


class Lanes:
    """Lends connections to threads.

    Until the server has accepted the credential there is one only: eight threads with a wrong password would
    be eight failed log-ins, and a locked account.

    Args:
        limit: how many connections there may be.
        make: makes another one.
    """

    def __init__(self, limit: int, make: Callable[[], Wire]) -> None:
        self._limit: Final = limit
        self._make: Final = make
        self._free: Final = threading.Semaphore(1)
        self._idle: Final[list[Wire]] = []
        self._busy: Final[dict[Wire, Budget]] = {}
        self._lock: Final = threading.Lock()
        self._opened = False
        self._closed = False

    @contextmanager
    def lane(self, budget: Budget) -> Iterator[Wire]:
        """Lend a connection, which is kept for the next question unless an exception passes.

        Raises:
            TimeoutError: none became free within the budget.
            ValueError: the client is closed.
        """
        if not self._free.acquire(timeout=budget.left()):
            raise TimeoutError("no connection became free")
        try:
            wire = self._taken(budget)
            try:
                yield wire
            except BaseException:
                self._drop(wire)
                raise
            self._put_back(wire)
        finally:
            self._free.release()

    def open_all(self) -> None:
        """Allow as many connections as there may be: the credential is accepted."""
        with self._lock:
            opened, self._opened = self._opened, True
        if not opened and self._limit > 1:
            self._free.release(self._limit - 1)

    @property
    def opened(self) -> bool:
        """Whether there may be as many connections as there may ever be."""
        return self._opened

    @property
    def closed(self) -> bool:
        """Whether nothing can be lent any more."""
        return self._closed

    def close(self) -> None:
        """Close what is idle, and end what is being asked; those who wait for a connection get none."""
        with self._lock:
            self._closed = True
            idle, busy = self._idle[:], self._busy.copy()
            self._idle.clear()
        for wire in idle:
            wire.close()
        for wire, budget in busy.items():
            budget.end()
            wire.interrupt()
        self._free.release()  # each who waits wakes the next

    def _taken(self, budget: Budget) -> Wire:
        with self._lock:
            if self._closed:
                raise ValueError("the EWS client is closed")
            wire = self._idle.pop() if self._idle else self._make()
            self._busy[wire] = budget
            return wire

    def _put_back(self, wire: Wire) -> None:
        with self._lock:
            self._busy.pop(wire, None)
            if not self._closed:
                self._idle.append(wire)
                return
        wire.close()

    def _drop(self, wire: Wire) -> None:
        with self._lock:
            self._busy.pop(wire, None)
        wire.close()
