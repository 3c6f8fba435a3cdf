"""What the reports call a status, and the symbol beside the word: colour alone says nothing to some."""

from __future__ import annotations

from dataclasses import dataclass

from imadmin.records import Status

__all__ = ["NAMED", "Name"]


@dataclass(frozen=True, slots=True)
class Name:
    """How a status is shown.

    Attributes:
        glyph: the field of `Glyphs` that has its symbol.
        word: in capitals; `error` is shown as what it means.
        heading: above the causes of this status.
        action: above what to do about one of them.
    """

    glyph: str
    word: str
    heading: str = ""
    action: str = ""


NAMED = {
    Status.FAIL: Name("cannot", "FAIL", "Why, whom it concerns, and what fixes it", "What fixes it"),
    Status.ERROR: Name(
        "unknown", "UNKNOWN", "What could not be found out, and how to find out", "How to find out"
    ),
    Status.WARN: Name("warn", "WARN", "Warnings, which change nobody's answer", "What to do"),
    Status.WAIVED: Name(
        "waived",
        "WAIVED",
        "Accepted by name: no run fails for it, and it stops messages all the same",
        "What fixes it",
    ),
    Status.SKIP: Name("dot", "SKIP"),
    Status.PASS: Name("can", "PASS"),
}
