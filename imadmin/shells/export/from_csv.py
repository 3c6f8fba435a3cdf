"""Objects that `Export-Csv` has written, with a header line that names the properties."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, BinaryIO

from imadmin.shells.export.encodings import read_text
from imadmin.shells.export.lines import Lines
from imadmin.shells.export.losses import shown
from imadmin.shells.export.saved import FORMATTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.base import Record
    from imadmin.shells.export.saved import Saved

__all__ = ["read_csv"]

_DELIMITERS = ",;\t|"
_BEFORE_HEADER = ("#type", '"#type', "sep=")


def read_csv(saved: Saved, file: BinaryIO) -> Iterator[Record]:
    """The objects of a CSV file, one by one.

    Null and an empty text look the same in it: both are given as an empty text.

    Raises:
        SourceError: it is not CSV, was cut off, or has a column twice.
    """
    text = read_text(file, saved)
    lines = Lines(text.pieces, saved)
    try:
        yield from _records(lines, saved, lossless=text.lossless)
    except csv.Error as error:
        raise saved.fault(f"is not CSV, or is cut off: {error}", line=lines.number) from None


def _records(lines: Lines, saved: Saved, *, lossless: bool) -> Iterator[Record]:
    delimiter, header = _header(lines, saved)
    for cells in csv.reader(lines, delimiter=delimiter, strict=True):
        lines.next_object()
        if cells == header:
            continue  # several runs, one after the other
        if len(cells) == len(header):
            pairs = zip(header, cells, strict=True)
            yield saved.record(
                (name, shown(cell, lossless=lossless)) for name, cell in pairs if saved.wanted(name)
            )
        elif cells:
            what = f"is cut off, or no table: {len(cells)} cells below {len(header)} headers"
            raise saved.fault(what, line=lines.number)


def _header(lines: Lines, saved: Saved) -> tuple[str, list[str]]:
    """The delimiter and the names of the columns."""
    delimiter = ""
    for line in lines:
        start = line.strip().lower()
        if start and not start.startswith(_BEFORE_HEADER):
            delimiter = delimiter or max(_DELIMITERS, key=lambda mark: len(_split(line, mark)))
            header = _split(line, delimiter)
            _check(header, lines, saved)
            return delimiter, header
        if start.startswith("sep="):
            delimiter = line[4:5].strip("\r\n")
    raise saved.fault("is empty")


def _split(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter))]


def _check(header: list[str], lines: Lines, saved: Saved) -> None:
    wanted = [key for name in header if (key := saved.wanted(name))]
    if any(name.lower() == FORMATTED for name in header):
        raise saved.formatted()
    if len(wanted) > len(set(wanted)):
        twice = next(name for name in wanted if wanted.count(name) > 1)
        raise saved.fault(f"has the column {twice} twice", line=lines.number)
