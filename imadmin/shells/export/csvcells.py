"""Saved CSV as SQL: DuckDB reads the file itself, and every cell is what `from_csv` would make of it."""

from __future__ import annotations

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

_SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())  # the last of them is U+3000
_NEVER = "\ufdd0\ufdd1"  # two characters that are none: no cell is to be taken for null
_WORD = r"[\pL\pN_]"
_TYPE = rf"^(Deserialized\.)?(System|Microsoft)([.+][A-Za-z_]{_WORD}*(`\d+)?)+(\[.*\])?$"
_COLLECTION = rf"^[A-Za-z_][{_WORD[1:-1]}.+]*(`\d+\[.*\]|\[,*\])$"
_CHUNK = 1 << 20
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_BUFFER = 2 * LIMIT  # of DuckDB's reader; its own choice is sixteen times the longest line, for every file
_TYPES = ("Deserialized.", "Microsoft.", "System.")  # in the order of their letters
_BLANKS = "".join(c for c in _SPACE if c.isascii())
_LOOKED_FOR = f"\0{_REPLACED}?{{]{_BLANKS}"
_FEW = 3


class _Table(NamedTuple):
    """A file that DuckDB can read.

    Attributes:
        seen: those of the characters looked for that are in it; U+FFFD for whatever is beyond ASCII.
        marks: those that may stand where another one was.
    """

    path: Path
    delimiter: str
    skip: int
    header: list[str]
    seen: str
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
        if text.codec == "utf-8":
            path = saved.path
        else:
            file.seek(0)
            path = copy
            with path.open("w", encoding="utf-8", newline="") as target:
                target.writelines(read_text(file, saved).pieces)
    seen = _seen(path)
    if "\0" in seen:
        return None
    replacing = _REPLACED if text.lossless else f"{_REPLACED}?"
    return _Table(path, delimiter, skip, header, seen, "".join(c for c in replacing if c in seen))


def _seen(path: Path) -> str:
    """What is in a file of UTF-8; see `_Table`."""
    seen: set[str] = set()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            seen.update(
                c for c in _LOOKED_FOR if (c.encode() in chunk if c.isascii() else not chunk.isascii())
            )
    return "".join(c for c in _LOOKED_FOR if c in seen)


def _cells(table: _Table, saved: Saved, collections: Collection[str]) -> str:
    place = {saved.wanted(name): f"c{i}" for i, name in enumerate(table.header)}
    texts, states = [], []
    for name in saved.cmdlet.properties:
        shown = identifier(name)
        texts.append(f"{_text(place.get(name), table, plural=name in collections)} as {shown}")
        states.append(f"{_state(shown, is_there=name in place)} as {identifier(f'{name} state')}")
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(table.header)))
    return (
        f"select *, {', '.join(states)} from (select {', '.join(texts)}"
        f" from read_csv({literal(escape(str(table.path)))}, columns={{{columns}}},"
        f" delim={literal(table.delimiter)}, skip={table.skip}, header=false, auto_detect=false, quote='\"',"
        f" escape='\"', nullstr={literal(_NEVER)}, null_padding=false, strict_mode=true,"
        f" max_line_size={LIMIT}, buffer_size={_BUFFER}))"
    )


def _text(column: str | None, table: _Table, *, plural: bool) -> str:
    """SQL for what a cell shows; null where it is lost."""
    if column is None:
        return f"null::{'varchar[]' if plural else 'varchar'}"
    if plural:  # where one member ends and the next begins is not known
        return f"case when {column} = '' then []::varchar[] end"
    plain = f"when {_whole(column, table)} and {_bare(column, table)} then {column}"
    return f"case {plain} when not {_lost(column, table)} then trim({column}, {literal(_SPACE)}) end"


def _state(text: str, *, is_there: bool) -> str:
    return f"case when {text} is null then 'lost' else 'known' end" if is_there else "'absent'"


def _bare(column: str, table: _Table) -> str:
    """That a cell is as most are: there is nothing to trim.

    Told by what is quick in DuckDB, and enough in this file: the first characters of two texts are compared
    as one number.
    """
    blanks = [c for c in _BLANKS if c in table.seen]
    if _REPLACED in table.seen or len(blanks) > _FEW:
        last = f"ord({column}[-1]) between 33 and 126"
    else:
        last = " and ".join(f"not ends_with({column}, {literal(c)})" for c in blanks) or "true"
    return f"({column} = '' or {column} >= '!' and {column} < '\x7f' and {last})"


def _whole(column: str, table: _Table) -> str:
    """That a cell is as most are: nothing in it makes one think that its value was lost."""
    signs = [f"starts_with({column}, '@{{')"] * ("{" in table.seen)
    signs += [f"ends_with({column}, ']')"] * ("]" in table.seen)
    signs += [f"contains({column}, '{mark}')" for mark in table.marks]
    others = f" and not ({' or '.join(signs)})" if signs else ""
    return f"({_no_type(column)}{others})"


def _no_type(column: str) -> str:
    """That a cell does not begin as a type's name; as most cells are comes first."""
    ends = [f"{start[:-1]}/" for start in _TYPES]  # the text after all that begin so
    between = " or ".join(
        f"{column} >= '{end}' and {column} < '{start}'" for end, start in zip(ends, _TYPES[1:], strict=False)
    )
    return f"({column} >= '{ends[-1]}' or {column} < '{_TYPES[0]}' or {between})"


def _lost(column: str, table: _Table) -> str:
    """As `losses.shown` finds it; a case, since SQL works out every part of a condition."""
    starts = " or ".join(f"starts_with({column}, '{start}')" for start in _TYPES)
    replaced = "".join(f" or contains({column}, '{mark}')" for mark in table.marks)
    return (
        f"case when starts_with({column}, '@{{'){replaced} then true"
        f" when {starts} then regexp_matches({column}, {literal(_TYPE)}, 's')"
        f" when ends_with({column}, ']') then regexp_matches({column}, {literal(_COLLECTION)}, 's')"
        " else false end"
    )
