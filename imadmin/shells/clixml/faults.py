"""What a document may cost, and the exception for one that is bad, before file and line are known."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LIMITS", "SAVE_AGAIN", "DocumentError", "Limits"]

SAVE_AGAIN = "Save it again with Export-Clixml."


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a document is believed.

    Attributes:
        depth: elements inside each other.
        text: characters of one value.
        elements: elements of one top-level object.
    """

    depth: int = 100
    text: int = 16 * 1024 * 1024
    elements: int = 1_000_000


LIMITS = Limits()


class DocumentError(Exception):
    """The document is bad: *what* is wrong and the *remedy*."""

    def __init__(self, what: str, remedy: str = SAVE_AGAIN) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
