"""Drawing a tree: lines that hang from branches, wrapped behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imadmin.reports.layout import SYMBOLS, Span, paragraph, verbatim

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.reports.layout import Glyphs, Line

__all__ = ["Branches", "Node", "Text", "branches", "draw"]


@dataclass(frozen=True, slots=True)
class Branches:
    """What the branches are drawn with; all of one width."""

    one: str
    last: str
    beside: str
    below: str


_LINES = Branches("├─ ", "└─ ", "│  ", "   ")
_ASCII = Branches("|- ", "`- ", "|  ", "   ")


def branches(symbols: Glyphs) -> Branches:
    """Those that can be written wherever *symbols* can."""
    return _LINES if symbols is SYMBOLS else _ASCII


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of a node.

    Attributes:
        first: what stands before it.
        indent: where it begins, and its further lines too.
        whole: whether it must stay on one line, as a command does.
    """

    text: str
    first: Line = ()
    indent: int = 0
    style: str = ""
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A node with its text and what hangs from it."""

    texts: tuple[Text, ...]
    children: tuple[Node, ...] = field(default=())


def draw(nodes: Sequence[Node], width: int, drawn: Branches, before: str = "") -> Iterator[Line]:
    """The lines of these nodes and of all below them, at most *width* wide where words allow it."""
    for node in nodes:
        last = node is nodes[-1]
        below = before + (drawn.below if last else drawn.beside)
        lead = before + (drawn.last if last else drawn.one)
        under = below + (drawn.beside if node.children else drawn.below)
        for number, line in enumerate(_lines(node, width - len(lead))):
            yield (Span(lead if number == 0 else under[: len(lead)], "dim"), *line)
        yield from draw(node.children, width, drawn, below)


def _lines(node: Node, width: int) -> Iterator[Line]:
    for text in node.texts:
        if text.whole:
            yield verbatim(text.text, first=text.first, indent=text.indent, style=text.style)
        else:
            yield from paragraph(text.text, width, first=text.first, indent=text.indent, style=text.style)
