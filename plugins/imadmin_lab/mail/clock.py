"""The time the lab lives in: the system's, or one that a test moves."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta


class Clock(Protocol):
    """What the mail store asks of time."""

    def now(self) -> datetime:
        """Give the time, aware, in UTC."""

    def listen(self, moved: Callable[[], None]) -> None:
        """Call *moved* whenever time jumps."""

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Wait on the held *condition* until it is notified, or *seconds* of this clock are over."""


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """Give the time, aware, in UTC."""
        return datetime.now(UTC)

    def listen(self, moved: Callable[[], None]) -> None:
        """Do nothing: this clock does not jump."""

    def wait(self, condition: threading.Condition, seconds: float) -> None:
        """Wait on the held *condition* for at most *seconds*."""
        condition.wait(max(seconds, 0.001))


class ManualClock:
    """A clock that stands still until it is moved.

    Args:
        start: The time it shows first, aware.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._lock: Final = threading.Lock()
        self._listeners: Final[list[Callable[[], None]]] = []

    def now(self) -> datetime:
        """Give the time, aware, in UTC."""
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        with self._lock:
            self._now += by
            listeners = tuple(self._listeners)
        for moved in listeners:
            moved()

    def listen(self, moved: Callable[[], None]) -> None:
        """Call *moved* after each `advance`."""
        with self._lock:
            self._listeners.append(moved)

    def wait(self, condition: threading.Condition, seconds: float) -> None:  # noqa: ARG002 - a jump ends it
        """Wait on the held *condition* until it is notified: moving the clock does."""
        condition.wait()
