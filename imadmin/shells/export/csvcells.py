"""Saved CSV as SQL: DuckDB reads the file itself, and every cell is what `from_csv` would make of it."""

from __future__ import annotations

from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from imadmin.shells.export.encodings import read_text
from imadmin.shells.export.from_csv import header_of
from imadmin.shells.export.lines import Lines
from imadmin.shells.export.saved import LIMIT
from imadmin.tables import identifier, literal
from imadmin.tables.rows import scratch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from imadmin.shells.export.saved import Saved

__all__ = ["csv_cells"]

_SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())  # the last of them is U+3000
_NEVER = "\ufdd0\ufdd1"  # two characters that are none: no cell is to be taken for null
_WORD = r"[\pL\pN_]"
_TYPE = rf"^(Deserialized\.)?(System|Microsoft)([.+][A-Za-z_]{_WORD}*(`\d+)?)+(\[.*\])?$"
_COLLECTION = rf"^[A-Za-z_][{_WORD[1:-1]}.+]*(`\d+\[.*\]|\[,*\])$"
_CHUNK = 1 << 20
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_STRANGE = (
    ("@{", "@|"),
    ("System.", "System/"),
    ("Microsoft.", "Microsoft/"),
    ("Deserialized.", "Deserialized/"),
)


class _Table(NamedTuple):
    """A file that DuckDB can read.

    Attributes:
        marks: characters in it that may stand where another one was.
    """

    path: Path
    delimiter: str
    skip: int
    header: list[str]
    marks: str


@contextmanager
def csv_cells(saved: Saved, collections: Collection[str]) -> Iterator[str | None]:
    """SQL for the cells of a CSV file, while the context lasts; None where only `read_csv` can tell.

    The query fails (with DuckDB's error) where the file is not the table that its header promises.

    Raises:
        SourceError: it has no header, or its encoding cannot be told.
    """
    with scratch(".csv") as copy:
        table = _table(saved, Path(copy))
        wanted = table and any(saved.wanted(name) for name in table.header)
        yield _cells(table, saved, collections) if table and wanted else None


def _table(saved: Saved, copy: Path) -> _Table | None:
    with saved.path.open("rb") as file:
        text = read_text(file, saved)
        lines = Lines(text.pieces, saved)
        delimiter, header = header_of(lines, saved)
        skip = lines.number
        file.seek(0)
        marks = _REPLACED if text.lossless else f"{_REPLACED}?"
        if text.codec == "utf-8":
            seen = _seen(file, f"\0{marks}")
            if "\0" in seen:
                return None
            return _Table(saved.path, delimiter, skip, header, seen)
        with copy.open("w", encoding="utf-8", newline="") as target:
            target.writelines(read_text(file, saved).pieces)
    return _Table(copy, delimiter, skip, header, marks)


def _seen(file: BinaryIO, characters: str) -> str:
    """Those of the characters that may be in a file of UTF-8: all beyond ASCII count as one."""
    seen: set[str] = set()
    while chunk := file.read(_CHUNK):
        seen.update(c for c in characters if (c.encode() in chunk if c.isascii() else not chunk.isascii()))
    return "".join(c for c in characters if c in seen)


def _cells(table: _Table, saved: Saved, collections: Collection[str]) -> str:
    place = {saved.wanted(name): f"c{i}" for i, name in enumerate(table.header)}
    shown = [
        cell
        for name in saved.cmdlet.properties
        for cell in _cell(place.get(name), name, table.marks, plural=name in collections)
    ]
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(table.header)))
    return (
        f"select {', '.join(shown)} from read_csv({literal(escape(str(table.path)))}, columns={{{columns}}},"
        f" delim={literal(table.delimiter)}, skip={table.skip}, header=false, auto_detect=false, quote='\"',"
        f" escape='\"', nullstr={literal(_NEVER)}, null_padding=false, strict_mode=true,"
        f" max_line_size={LIMIT})"
    )


def _cell(column: str | None, name: str, marks: str, *, plural: bool) -> list[str]:
    state = identifier(f"{name} state")
    if column is None:
        kind = "varchar[]" if plural else "varchar"
        return [f"null::{kind} as {identifier(name)}", f"'absent' as {state}"]
    if plural:  # where one member ends and the next begins is not known
        return [
            f"case when {column} = '' then []::varchar[] end as {identifier(name)}",
            f"case when {column} = '' then 'known' else 'lost' end as {state}",
        ]
    plain, lost = _plain(column, marks), _lost(column, marks)
    trimmed = f"trim({column}, {literal(_SPACE)})"
    return [
        f"case when {plain} then {column} when not {lost} then {trimmed} end as {identifier(name)}",
        f"case when {plain} or not {lost} then 'known' else 'lost' end as {state}",
    ]


def _plain(column: str, marks: str) -> str:
    """What most cells are: neither to be trimmed nor lost.

    Told by ranges where that can be: the first characters of two texts are compared as one number.
    """
    starts = "".join(f" and not ({column} >= '{start}' and {column} < '{end}')" for start, end in _STRANGE)
    strange = "".join(f" and not contains({column}, '{mark}')" for mark in marks)
    last = f"ord({column}[-1])"
    return (
        f"({column} = '' or {column} >= '!' and {column} < '\x7f'{starts}"
        f" and ({last} between 33 and 92 or {last} between 94 and 126){strange})"  # 93 is ]
    )


def _lost(column: str, marks: str) -> str:
    """As `losses.shown` finds it; a case, since SQL works out every part of a condition."""
    starts = " or ".join(
        f"starts_with({column}, '{start}')" for start in ("System.", "Microsoft.", "Deserialized.")
    )
    replaced = "".join(f" or contains({column}, '{mark}')" for mark in marks)
    return (
        f"case when starts_with({column}, '@{{'){replaced} then true"
        f" when {starts} then regexp_matches({column}, {literal(_TYPE)}, 's')"
        f" when ends_with({column}, ']') then regexp_matches({column}, {literal(_COLLECTION)}, 's')"
        " else false end"
    )
