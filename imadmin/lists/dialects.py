"""What DuckDB cannot know of a list: its encoding, its delimiter, and the lines before the header."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imadmin.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Dialect", "dialect_of", "marked"]

_HEAD = 65536
_DELIMITERS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a list is written.

    Attributes:
        encoding: Python's name for it.
        delimiter: between two cells.
        skip: how many lines come before the header.
        columns: the headers.
    """

    encoding: str
    delimiter: str
    skip: int
    columns: tuple[str, ...]


def dialect_of(path: Path, encoding: str) -> Dialect:
    """How the list at *path* is written.

    Args:
        path: of the file.
        encoding: what the deployment says; empty where it does not. A byte order mark says more.

    Raises:
        SourceError: it is empty, or in an encoding that cannot be told.
        OSError: it is not readable.
        UnicodeError: it is not in this encoding.
        csv.Error: its header is not readable.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    encoding = marked(head) or encoding or _encoding(head, path)
    text = codecs.getincrementaldecoder(encoding)("strict").decode(head, final=len(head) < _HEAD)
    lines = text.splitlines()
    skip = 0
    delimiter = ""
    while skip < len(lines) and _before_header(lines[skip]):
        delimiter = lines[skip][4:5] if lines[skip].lower().startswith("sep=") else delimiter
        skip += 1
    if skip >= len(lines):
        raise SourceError(
            "is empty", where=str(path), remedy="A list has a header line and a line per client."
        )
    header = lines[skip]
    delimiter = delimiter or max(_DELIMITERS, key=lambda mark: len(_split(header, mark)))
    return Dialect(encoding, delimiter, skip, tuple(_split(header, delimiter)))


def _before_header(line: str) -> bool:
    return not line.strip() or line.startswith("#TYPE") or line.lower().startswith("sep=")


def marked(head: bytes) -> str:
    """The encoding that the byte order mark at the beginning of *head* names; empty where there is none."""
    return next((name for bom, name in _BOMS if head.startswith(bom)), "")


def _encoding(head: bytes, path: Path) -> str:
    if b"\0" in head[:2]:
        return "utf-16-be" if head.startswith(b"\0") else "utf-16-le"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head, final=len(head) < _HEAD)
    except UnicodeDecodeError as error:
        raise SourceError(
            "is neither UTF-8 nor marked as UTF-16",
            where=str(path),
            remedy="Say encoding: cp1252 (or another code page) beside csv: in the deployment.",
        ) from error
    return "utf-8"


def _split(header: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([header], delimiter=delimiter))]
