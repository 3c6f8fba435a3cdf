"""How long one question may take in all, how much may be read for it, and how far it has come."""

from __future__ import annotations

import time
from enum import Enum, auto
from typing import Final

__all__ = ["LARGEST_ANSWER", "Budget", "Stage", "TooLargeError"]

LARGEST_ANSWER: Final = 4 * 1024 * 1024


class TooLargeError(Exception):
    """More was received than a question may cost."""


class Stage(Enum):
    """How far a question has come; tells what a failure means."""

    WAITING = auto()
    NAME = auto()
    CONNECTION = auto()
    HANDSHAKE = auto()
    ANSWER = auto()


class Budget:
    """The time and the bytes of one question, log-in included.

    Args:
        seconds: from now.
        size: bytes that may be received, as they come and after decompression.

    Attributes:
        stage: how far it has come.
    """

    def __init__(self, seconds: float, size: int = LARGEST_ANSWER) -> None:
        self.size: Final = size
        self.seconds: Final = seconds
        self.stage = Stage.WAITING
        self._end: Final = time.monotonic() + seconds
        self._received = 0
        self._ended = False

    def left(self) -> float:
        """The seconds that are left.

        Raises:
            TimeoutError: none are.
            ConnectionAbortedError: somebody has ended the question.
        """
        if self._ended:
            raise ConnectionAbortedError("the question was ended")
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"nothing is left of {self.seconds:g} seconds")
        return left

    def end(self) -> None:
        """Grant nothing more, whatever is left."""
        self._ended = True

    def spend(self, count: int) -> None:
        """Count what was received.

        Raises:
            TooLargeError: it is too much.
        """
        self._received += count
        self.check(self._received)

    def check(self, size: int) -> None:
        """Refuse an answer of so many bytes, if it is too large.

        Raises:
            TooLargeError: it is.
        """
        if size > self.size:
            raise TooLargeError(f"more than {self.size} bytes")
