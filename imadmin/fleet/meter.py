"""How far a fleet has come, told now and then."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Final

from imadmin.fleet.records import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Meter"]

_EVERY: Final = 0.5
_OF_LATE: Final = 20
"""The rate is of so many tellings."""


class Meter:
    """Counts results, and tells twice a second.

    Args:
        total: how many there will be; None where that is not known.
        tell: hears of it; None for nobody.
    """

    def __init__(self, total: int | None, tell: Callable[[Progress], object] | None) -> None:
        self.done = 0
        self._total: Final = total
        self._tell: Final = tell
        self._begun: Final = time.monotonic()
        self._told: Final[deque[tuple[float, int]]] = deque([(self._begun, 0)], maxlen=_OF_LATE)

    def look(self, now: float, waiting: Callable[[], Iterable[str]], *, always: bool = False) -> None:
        """Tell how far it has come, if it is time to."""
        if self._tell is not None and (always or now - self._told[-1][0] >= _EVERY):
            self._tell(self._progress(now, tuple(waiting())))
            self._told.append((now, self.done))

    def _progress(self, now: float, waiting: tuple[str, ...]) -> Progress:
        since, before = self._told[0]
        rate = (self.done - before) / (now - since) if now > since else 0.0
        left = (self._total - self.done) / rate if self._total is not None and rate else None
        return Progress(self.done, self._total, now - self._begun, rate, left, waiting)
