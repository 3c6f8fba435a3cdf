"""Lists of registered clients and of licenses: CSV files as the usual scripts and spreadsheets write them.

DuckDB reads the rows; what it cannot know is found out here: encoding, delimiter, and the lines before the
header (`#TYPE …` of Export-Csv, `sep=;` of a spreadsheet).
"""

from __future__ import annotations

import codecs
import csv
import shutil
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.tables import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from imadmin.deployment import ClientsConfig
    from imadmin.tables import Database

__all__ = ["ClientList", "files_of", "list_headers", "load_lists", "marked"]

_HEAD = 65536
_CHUNK = 1 << 20
_DELIMITERS = ",;\t|"
_STRICT = "null_padding=false, strict_mode=true"
_LENIENT = "null_padding=true, strict_mode=false, parallel=false"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class ClientList:
    """A CSV file as a table of the run's database; all columns are text.

    Attributes:
        path: of the file.
        table: its name in SQL; its columns are `c0`, `c1`, …, those of them that are wanted.
        columns: the headers, as they stand in the file.
    """

    path: Path
    table: str
    columns: tuple[str, ...]

    def column(self, *names: str) -> str | None:
        """The SQL name of the first column with one of these headers.

        Case, blanks and punctuation in headers do not count. None where there is none.
        """
        return next(iter(self._columns(names)), None)

    def text(self, *names: str) -> str | None:
        """SQL for the first text in the columns with one of these headers; null where all are blank.

        None where there is no such column.
        """
        found = [f"nullif({_trimmed(column)}, '')" for column in self._columns(names)]
        return f"coalesce({', '.join(found)})" if found else None

    def _columns(self, names: tuple[str, ...]) -> list[str]:
        plain = [_plain(header) for header in self.columns]
        return [f"c{i}" for name in names for i, header in enumerate(plain) if header == _plain(name)]


@dataclass(frozen=True, slots=True)
class _Dialect:
    encoding: str
    delimiter: str
    skip: int
    columns: tuple[str, ...]


def load_lists(
    database: Database,
    configs: Iterable[ClientsConfig],
    section: str = "clients",
    headers: Collection[str] = (),
) -> list[ClientList]:
    """Load every CSV file of a *section* of a deployment.

    Args:
        database: of the run.
        configs: of the section.
        section: its name.
        headers: the columns that are wanted, by any of their names; all where none is named.

    Raises:
        SourceError: a file is not there, not readable, or not a table with a header.
    """
    wanted = frozenset(map(_plain, headers))
    return [_load(database, path, encoding, wanted) for path, encoding in _files(configs, section)]


def list_headers(configs: Iterable[ClientsConfig], section: str = "clients") -> list[ClientList]:
    """The lists as `load_lists` gives them, but that nothing of them is loaded: `table` is empty.

    Raises:
        SourceError: a file is not there, not readable, or has no header.
    """
    return [
        ClientList(path, "", _header(path, encoding).columns) for path, encoding in _files(configs, section)
    ]


def _files(configs: Iterable[ClientsConfig], section: str) -> list[tuple[Path, str]]:
    return [(path, config.encoding) for config in configs for path in files_of(config.csv, section)]


def files_of(pattern: Path, section: str = "clients") -> list[Path]:
    """The files that a path of a *section* means, which may end in a pattern.

    Raises:
        SourceError: there is none.
    """
    if any(mark in pattern.name for mark in "*?"):
        found = sorted(pattern.parent.glob(pattern.name))
    else:
        found = [pattern] if pattern.is_file() else []
    if not found:
        raise SourceError(
            "there is no such file", where=str(pattern), remedy=f"Check {section}: in the deployment."
        )
    return found


def _header(path: Path, encoding: str) -> _Dialect:
    try:
        return _dialect(path, encoding)
    except (OSError, UnicodeError, csv.Error) as error:
        raise _unreadable(path, error) from error


def _load(database: Database, path: Path, encoding: str, wanted: frozenset[str]) -> ClientList:
    import duckdb

    dialect = _header(path, encoding)
    try:
        with database.scratch(".csv") as copy:
            source = path if dialect.encoding == "utf-8" else _as_utf8(path, Path(copy), dialect.encoding)
            _check_quotes(source)
            table = _held(database, source, dialect, wanted)
    except (OSError, UnicodeError, duckdb.Error, csv.Error) as error:
        raise _unreadable(path, error) from error
    return ClientList(path, table, dialect.columns)


def _unreadable(path: Path, error: Exception) -> SourceError:
    # DuckDB goes on to quote the line, which is about somebody.
    told = str(error).partition("Original Line")[0]
    reason = getattr(error, "strerror", None) or " ".join(told.split())[:300]
    remedy = "Save it again: Export-Csv -NoTypeInformation -Encoding UTF8"
    return SourceError(f"is not readable as CSV: {reason}", where=str(path), remedy=remedy)


def _held(database: Database, source: Path, dialect: _Dialect, wanted: frozenset[str]) -> str:
    """The table: read by all cores where every line is as it should be, as most files' are."""
    import duckdb

    try:
        return database.hold(_select(source, dialect, wanted, _STRICT))
    except duckdb.Error:
        return database.hold(_select(source, dialect, wanted, _LENIENT))


def _check_quotes(path: Path) -> None:
    """Refuse an unclosed quote: it would swallow the rest of the file, and everybody in it."""
    with path.open("rb") as file:
        quotes = sum(chunk.count(b'"') for chunk in iter(lambda: file.read(_CHUNK), b""))
    if quotes % 2:
        raise csv.Error("a quotation mark is not closed")


def _dialect(path: Path, encoding: str) -> _Dialect:
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
    return _Dialect(encoding, delimiter, skip, tuple(_split(header, delimiter)))


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


def _as_utf8(path: Path, copy: Path, encoding: str) -> Path:
    with (
        path.open(encoding=encoding, newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        shutil.copyfileobj(source, target)
    return copy


def _select(path: Path, dialect: _Dialect, wanted: frozenset[str], manner: str) -> str:
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(dialect.columns)))
    shown = [f"c{i}" for i, header in enumerate(dialect.columns) if _plain(header) in wanted]
    options = (
        f"columns={{{columns}}}, delim={literal(dialect.delimiter)}, quote='\"', escape='\"', header=true,"
        f" skip={dialect.skip}, auto_detect=false, max_line_size=1048576, {manner}"
    )
    return f"select {', '.join(shown) or '*'} from read_csv({literal(escape(str(path)))}, {options})"


def _trimmed(column: str) -> str:
    """SQL for `trim`, which takes its time, also where there is nothing to trim."""
    return f"case when {column} >= '!' and not ends_with({column}, ' ') then {column} else trim({column}) end"


def _plain(header: str) -> str:
    return "".join(c for c in header.lower() if c.isalnum())
