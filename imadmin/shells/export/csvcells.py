"""Saved CSV as SQL: DuckDB reads the file itself, and every cell is what `from_csv` would make of it."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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

_SPACE = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace())
_NEVER = "\ufdd0\ufdd1"  # two characters that are none: no cell is to be taken for null
_WORD = r"[\pL\pN_]"
_TYPE = rf"^(Deserialized\.)?(System|Microsoft)([.+][A-Za-z_]{_WORD}*(`\d+)?)+(\[.*\])?$"
_COLLECTION = rf"^[A-Za-z_][{_WORD[1:-1]}.+]*(`\d+\[.*\]|\[,*\])$"
_CHUNK = 1 << 20


class _Table(NamedTuple):
    path: Path
    delimiter: str
    skip: int
    header: list[str]
    lossless: bool


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
        if text.codec == "utf-8":
            if any(b"\0" in chunk for chunk in iter(lambda: file.read(_CHUNK), b"")):
                return None
            return _Table(saved.path, delimiter, skip, header, text.lossless)
        with copy.open("w", encoding="utf-8", newline="") as target:
            target.writelines(read_text(file, saved).pieces)
    return _Table(copy, delimiter, skip, header, text.lossless)


def _cells(table: _Table, saved: Saved, collections: Collection[str]) -> str:
    place = {saved.wanted(name): f"c{i}" for i, name in enumerate(table.header)}
    shown = [
        cell
        for name in saved.cmdlet.properties
        for cell in _cell(place.get(name), name, plural=name in collections, lossless=table.lossless)
    ]
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(table.header)))
    return (
        f"select {', '.join(shown)} from read_csv({literal(escape(str(table.path)))}, columns={{{columns}}},"
        f" delim={literal(table.delimiter)}, skip={table.skip}, header=false, auto_detect=false, quote='\"',"
        f" escape='\"', nullstr={literal(_NEVER)}, null_padding=false, strict_mode=true,"
        f" max_line_size={LIMIT})"
    )


def _cell(column: str | None, name: str, *, plural: bool, lossless: bool) -> list[str]:
    state = identifier(f"{name} state")
    if column is None:
        kind = "varchar[]" if plural else "varchar"
        return [f"null::{kind} as {identifier(name)}", f"'absent' as {state}"]
    if plural:  # where one member ends and the next begins is not known
        return [
            f"case when {column} = '' then []::varchar[] end as {identifier(name)}",
            f"case when {column} = '' then 'known' else 'lost' end as {state}",
        ]
    lost = _lost(column, lossless=lossless)
    return [
        f"case when not {lost} then {_trimmed(column)} end as {identifier(name)}",
        f"case when {lost} then 'lost' else 'known' end as {state}",
    ]


def _trimmed(column: str) -> str:
    """As `str.strip` does it; most cells need nothing, and finding that out is much quicker."""
    space = f"[{_SPACE}]"
    needed = f"regexp_matches({column}, {literal(f'^{space}|{space}$')})"
    return f"case when {needed} then trim({column}, {literal(_SPACE)}) else {column} end"


def _lost(column: str, *, lossless: bool) -> str:
    """As `losses.shown` finds it."""
    starts = " or ".join(
        f"starts_with({column}, '{start}')" for start in ("System.", "Microsoft.", "Deserialized.")
    )
    conditions = [
        f"starts_with({column}, '@{{')",
        f"(({starts}) and regexp_matches({column}, {literal(_TYPE)}, 's'))",
        f"(ends_with({column}, ']') and not ({starts}) and regexp_matches({column}, {literal(_COLLECTION)}))",
        f"contains({column}, '\N{REPLACEMENT CHARACTER}')",
    ]
    if not lossless:
        conditions.append(f"contains({column}, '?')")
    return f"({' or '.join(conditions)})"
