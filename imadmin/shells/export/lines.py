"""Lines of a text that comes in pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.shells.export.saved import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.shells.export.saved import Saved

__all__ = ["Lines"]


class Lines:
    """Iterates over the lines of a file, each with its line end.

    Only a line feed ends a line: other characters that `splitlines` would break at can stand in a value.

    Attributes:
        number: of the line that was given last, from 1.
    """

    def __init__(self, pieces: Iterable[str], saved: Saved) -> None:
        self.number = 0
        self._saved = saved
        self._lines = self._split(pieces)
        self._taken = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self._taken += len(line)
        self._check(self._taken)
        return line

    def next_object(self) -> None:
        """What follows is another object, and may be as long as the one before."""
        self._taken = 0

    def _split(self, pieces: Iterable[str]) -> Iterator[str]:
        parts: list[str] = []
        length = 0
        for piece in pieces:
            first, *more = piece.split("\n")
            parts.append(first)
            length += len(first)
            self._check(length)
            for following in more:
                yield "".join(parts) + "\n"
                parts = [following]
                length = len(following)
        if length:
            yield "".join(parts)

    def _check(self, length: int) -> None:
        if length > LIMIT:
            raise self._saved.fault(f"an object is longer than {LIMIT:,} characters", line=self.number)
