"""Lines of styled text for a console: wrapped, but never within a command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from imadmin.reports.remedies import words
from imadmin.reports.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ASCII", "SYMBOLS", "Glyphs", "Line", "Span", "glyphs", "paragraph", "verbatim"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line; *style* is one that rich knows."""

    text: str
    style: str = ""


Line: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The symbols beside the words."""

    can: str
    cannot: str
    unknown: str
    warn: str
    waived: str
    bullet: str
    dot: str
    more: str
    arrow: str


SYMBOLS = Glyphs("✓", "✗", "?", "!", "~", "•", "·", "…", "→")
ASCII = Glyphs("+", "x", "?", "!", "~", "-", "-", "...", "->")


def glyphs(encoding: str) -> Glyphs:
    """The symbols that can be written in *encoding*."""
    every = "".join(getattr(SYMBOLS, name) for name in Glyphs.__slots__)
    try:
        every.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return SYMBOLS


def paragraph(text: str, width: int, *, first: Line = (), indent: int = 0, style: str = "") -> Iterator[Line]:
    """*text* in lines of at most *width*, where its words allow it.

    Args:
        text: may hold anything.
        width: of the whole line.
        first: what stands at the beginning of the first line.
        indent: of the other lines; and where *text* begins in the first.
        style: of *text*.
    """
    begin = "".join(span.text for span in first)
    lead: Line = (*first, Span(" " * (indent - len(begin))))
    for line in _filled(words(text), width - indent):
        yield (*lead, Span(one_line(line), style))
        lead = (Span(" " * indent),)


def verbatim(text: str, *, first: Line = (), indent: int = 0, style: str = "") -> Line:
    """*text* on one line, however long it is."""
    begin = "".join(span.text for span in first)
    return (*first, Span(" " * (indent - len(begin))), Span(one_line(text), style))


def _filled(pieces: list[str], width: int) -> Iterator[str]:
    line = ""
    for piece in pieces:
        if line and len(line) + 1 + len(piece) > width:
            yield line
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    if line:
        yield line
