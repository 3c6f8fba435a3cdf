"""Searching a text log of any size: in large pieces, for a few landmarks, in a fixed amount of memory.

A search for a fixed text runs over a piece as fast as memory allows; only around what it finds is anything
decoded and matched. Lines play no part in it, so a line may be as long as it likes.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from .encodings import encoding_of
from .patterns import AROUND, LANDMARKS, Seen
from .records import TextLog

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from .encodings import Encoding

__all__ = ["read_log"]

PIECE: Final = 1 << 20
_NEEDLES: Final = tuple((mark.text.encode(), mark.take) for mark in LANDMARKS)
_REACH: Final = 4 * AROUND
"""Bytes that are kept of one piece for the next, on either side of where it was cut."""


def read_log(path: Path, piece: int = PIECE) -> TextLog:
    """What a text log says; `trouble` tells where it could not be read, or not to its end.

    Args:
        path: of the log.
        piece: bytes that are read at once.
    """
    try:
        if path.exists() and not path.is_file():  # of a pipe nobody knows when it ends
            return TextLog(path, trouble="it is no file")
        with path.open("rb", buffering=0) as file:
            return _read(path, file, piece)
    except (OSError, ValueError) as error:
        return TextLog(path, trouble=getattr(error, "strerror", None) or str(error))


def _read(path: Path, file: BinaryIO, piece: int) -> TextLog:
    size, modified = _stat(file)
    encoding = encoding_of(file)
    log = TextLog(path, size, modified, encoding.codec)
    file.seek(encoding.start)
    trouble = _Search(encoding, log).through(file, max(piece, 2 * _REACH))
    return replace(log, trouble=trouble) if trouble else log


def _stat(file: BinaryIO) -> tuple[int, datetime]:
    found = os.fstat(file.fileno())
    return found.st_size, datetime.fromtimestamp(max(found.st_mtime, 0), UTC)


class _Search:
    """The search through one log."""

    def __init__(self, encoding: Encoding, log: TextLog) -> None:
        self._codec = encoding.codec
        self._width = encoding.width
        self._lane = encoding.width - 1 if encoding.codec.endswith("be") else 0
        self._log = log

    def through(self, file: BinaryIO, piece: int) -> str:
        """Take everything from where the file stands to its end; gives what went wrong."""
        buffer, begin = b"", 0
        while True:
            try:
                data = file.read(piece)
            except OSError as error:
                return f"it broke off: {error.strerror or error}"
            buffer += data
            # What stands near the end is left until what follows it is there.
            end = len(buffer) if not data else max(len(buffer) - _REACH, begin)
            end -= end % self._width
            self._take(buffer, begin, end)
            if not data:
                return ""
            kept = max(end - _REACH, 0)
            buffer, begin = buffer[kept:], end - kept

    def _take(self, buffer: bytes, begin: int, end: int) -> None:
        """Take what begins between two places, which are of whole characters.

        All landmarks are ASCII: of wider characters, one byte of each is enough to find them.
        """
        lowered = (buffer if self._width == 1 else buffer[self._lane :: self._width]).lower()
        first, last = begin // self._width, end // self._width
        for needle, take in _NEEDLES:
            at = lowered.find(needle, first, last + len(needle) - 1)
            while at >= 0:
                take(self._seen(buffer, at * self._width), self._log)
                at = lowered.find(needle, at + 1, last + len(needle) - 1)

    def _seen(self, buffer: bytes, at: int) -> Seen:
        reach = AROUND * self._width
        before = buffer[max(at - reach, 0) : at].decode(self._codec, "replace")
        after = buffer[at : at + reach].decode(self._codec, "replace")
        return Seen(before + after, len(before))
