"""What lanes may share, a server or a credential: how many use it at once, and whether it answers."""

from __future__ import annotations

from typing import Final

__all__ = ["DOUBTS", "Key"]

DOUBTS: Final = 3
"""So many subjects in a row without an answer are no longer the subjects' fault."""


class Key:
    """The state of one key; times are those of `time.monotonic`.

    Args:
        limit: how many subjects may be asked about at once. Until the first answer it is one: a server that
            is down then costs one time-out, and a wrong password one failed log-in.
        again: seconds after which one that had answered, and then did not, is tried once more.

    Attributes:
        flying: batches that are under way.
        broken: why nothing is asked any more; empty where it is.
        opens: before this time nothing is asked.
    """

    def __init__(self, limit: int, again: float) -> None:
        self.limit: Final = limit
        self._again: Final = again
        self.flying = 0
        self.broken = ""
        self.opens = 0.0
        self._proven = False
        self._doubts = 0

    @property
    def proven(self) -> bool:
        """Whether it has answered, and not been down since."""
        return self._proven

    def has_room(self, now: float) -> bool:
        """Whether one more batch may be begun."""
        return now >= self.opens and self.flying < (self.limit if self._proven else 1)

    def answered(self, began: float, *, proves: bool = True) -> None:
        """Somebody asked about since *began* got an answer, which may prove that more can be asked."""
        if began >= self.opens:
            self._proven, self._doubts = self._proven or proves, 0

    def is_down(self, why: str, began: float, now: float) -> None:
        """No connection could be made at *began*."""
        if began < self.opens:
            return  # begun before it was known, or before it was acted on
        if self._proven:
            self._proven, self._doubts = False, DOUBTS - 1  # it is tried once more, not three times
            self.opens = now + self._again
        else:
            self.broken = self.broken or why

    def is_silent(self, why: str, began: float, now: float) -> None:
        """Somebody who was asked about at *began* got no answer in time."""
        if began < self.opens:
            return
        self._doubts += 1
        if self._doubts >= DOUBTS:
            self.is_down(f"{why} ({DOUBTS} times in a row)", began, now)
