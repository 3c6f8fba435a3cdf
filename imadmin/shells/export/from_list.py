"""Objects that `Format-List` has shown: blocks of `Name : value`, with blank lines between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from imadmin.model.values import Lost
from imadmin.shells.export.encodings import read_text
from imadmin.shells.export.listblocks import blocks
from imadmin.shells.export.losses import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.base import Record
    from imadmin.shells.export.saved import Saved

__all__ = ["read_list"]

_CUT = ("...", "\N{HORIZONTAL ELLIPSIS}")  # where $FormatEnumerationLimit ended it: 5.1, 7


def read_list(saved: Saved, file: BinaryIO) -> Iterator[Record]:
    """The objects of a text file, one by one.

    Null and an empty text look the same in it: both are given as an empty text.

    Raises:
        SourceError: it is not the output of Format-List alone.
    """
    text = read_text(file, saved)
    for block in blocks(text.pieces, saved):
        yield saved.record(
            (name, _value(lines, lossless=text.lossless)) for name, lines in block if saved.wanted(name)
        )


def _value(lines: list[str], *, lossless: bool) -> object:
    """A value, from its first line and those that continue it.

    A value that the console's width has wrapped looks like one with line breaks of its own, so it is lost.
    A list is not: where all its lines end behind a comma, they were wrapped there.
    """
    if lines[0].startswith("{") and lines[-1].endswith("}"):
        return _list(lines, lossless=lossless)
    if len(lines) > 1:
        return Lost(" ".join(lines))
    return shown(lines[0], lossless=lossless)


def _list(lines: list[str], *, lossless: bool) -> object:
    whole = " ".join(lines)
    wrapped_elsewhere = any(not line.endswith(",") for line in lines[:-1])
    if wrapped_elsewhere or whole[:-1].endswith(_CUT):
        return Lost(whole)
    members = [shown(member, lossless=lossless) for member in whole[1:-1].split(", ") if member]
    return next((member for member in members if isinstance(member, Lost)), members)
