"""The rows of an inventory, whatever wrote it: CSV with any separator, JSON, JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from imadmin import SourceError
from imadmin_troubleshoot.texts import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["REMEDY", "rows_of"]

REMEDY: Final = "Collect it with the script that this prints: imadmin troubleshoot --script"
_LARGEST: Final = 256 * 1024 * 1024
_SEPARATORS: Final = ",;\t"
_BLANK: Final = re.compile(r"\s*")

Row = Mapping[str, object]


def rows_of(path: Path) -> Iterator[Row]:
    """The rows of a file, by the names of its columns.

    Raises:
        SourceError: it cannot be read, or holds no rows.
    """
    text = text_of(path, _LARGEST)
    return _of_json(text, path) if text.lstrip()[:1] in {"[", "{"} else _of_csv(text, path)


def _of_json(text: str, path: Path) -> Iterator[Row]:
    try:
        given = [_unwrapped(value) for value in _documents(text)]
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is not JSON: {error}", where=str(path), remedy=REMEDY) from error
    for row in (row for value in given for row in (value if isinstance(value, list) else [value])):
        if not isinstance(row, Mapping):
            raise SourceError("holds something that is no row", where=str(path), remedy=REMEDY)
        yield {name: _unwrapped(value) for name, value in row.items()}


def _documents(text: str) -> list[object]:
    """One document; or several, one after the other, as a script appends them."""
    decoder, found, text = json.JSONDecoder(), [], text.rstrip()
    end = 0
    while end < len(text):
        blank = _BLANK.match(text, end)
        value, end = decoder.raw_decode(text, blank.end() if blank else end)
        found.append(value)
    return found


def _unwrapped(value: object) -> object:
    """What Windows PowerShell has put into `{"value": …, "Count": …}`, or beside a `DateTime`."""
    return value["value"] if isinstance(value, Mapping) and "value" in value else value


def _of_csv(text: str, path: Path) -> Iterator[Row]:
    lines = text.split("\n")
    while lines and (not lines[0].strip() or lines[0].startswith("#TYPE")):
        del lines[0]
    separator = max(_SEPARATORS, key=lines[0].count) if lines else ","
    reader = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=separator)
    if not reader.fieldnames:
        raise SourceError("is empty", where=str(path), remedy=REMEDY)
    try:
        for row in reader:
            yield {name: value for name, value in row.items() if isinstance(name, str)}
    except csv.Error as error:
        raise SourceError(f"is not CSV: {error}", where=str(path), remedy=REMEDY) from error
