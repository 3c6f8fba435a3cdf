"""From the files of a section to relations of the run's database."""

from __future__ import annotations

import csv
import shutil
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.lists.client_list import ClientList, plain
from imadmin.lists.dialects import dialect_of
from imadmin.lists.files import files
from imadmin.lists.selection import LENIENT, STRICT, selection

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from imadmin.deployment import ClientsConfig
    from imadmin.lists.dialects import Dialect
    from imadmin.tables import Database

__all__ = ["Lists", "list_headers"]

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Shown:
    """A list that a view shows.

    Attributes:
        path: of the list.
        source: of the same in UTF-8.
        view: its name in SQL.
    """

    path: Path
    source: Path
    dialect: Dialect
    wanted: frozenset[str]
    view: str

    def rows(self, manner: str) -> str:
        """SQL for them."""
        return selection(self.source, self.dialect, self.wanted, manner)


class Lists:
    """Lists that a query reads while it runs: each is a view, until `load` makes tables of them."""

    def __init__(self, database: Database) -> None:
        """Show none yet.

        Args:
            database: of the run.
        """
        self._database = database
        self._shown: list[_Shown] = []
        self._stack = ExitStack()

    def show(
        self, configs: Iterable[ClientsConfig], section: str = "clients", headers: Collection[str] = ()
    ) -> list[ClientList]:
        """Show every CSV file of a *section* of a deployment.

        Args:
            configs: of the section.
            section: its name.
            headers: the columns that are wanted, by any of their names; all where none is named.

        Raises:
            SourceError: a file is not there, not readable, or not a table with a header.
        """
        wanted = frozenset(map(plain, headers))
        scope = self._stack.enter_context(self._database.scope())
        every = [
            self._show(path, encoding, wanted, f"{scope}.list_{number}")
            for number, (path, encoding) in enumerate(files(configs, section), 1)
        ]
        self._shown += every
        return [ClientList(one.path, one.view, one.dialect.columns) for one in every]

    def load(self) -> bool:
        """Make a table of each, so that every line is read as well as it can be; whether there was any.

        A query over the views fails where a line of a list is not as it should be.

        Raises:
            SourceError: one is not readable.
        """
        shown, self._shown = self._shown, []
        for one in shown:
            name = self._held(one)
            self._stack.callback(self._database.drop, name)
            self._view(one, f"from main.{name}")
        return bool(shown)

    def close(self) -> None:
        """Free their room: no query over them comes any more."""
        self._shown.clear()
        self._stack.close()

    def _show(self, path: Path, encoding: str, wanted: frozenset[str], view: str) -> _Shown:
        import duckdb

        dialect = _dialect(path, encoding)
        try:
            source = path if dialect.encoding == "utf-8" else self._as_utf8(path, dialect.encoding)
            _check_quotes(source)
        except (OSError, UnicodeError, csv.Error) as error:
            raise _unreadable(path, error) from error
        shown = _Shown(path, source, dialect, wanted, view)
        try:
            self._view(shown, shown.rows(STRICT))
        except duckdb.Error as error:  # such a delimiter cannot be
            raise _unreadable(path, error) from error
        return shown

    def _view(self, shown: _Shown, sql: str) -> None:
        self._database.query(f"create or replace view {shown.view} as {sql}")

    def _held(self, shown: _Shown) -> str:
        """The table: read by all cores where every line is as it should be, as most files' are."""
        import duckdb

        with suppress(duckdb.Error):
            return self._database.hold(shown.rows(STRICT))
        try:
            return self._database.hold(shown.rows(LENIENT))
        except duckdb.Error as error:
            raise _unreadable(shown.path, error) from error

    def _as_utf8(self, path: Path, encoding: str) -> Path:
        copy = Path(self._stack.enter_context(self._database.scratch(".csv")))
        with (
            path.open(encoding=encoding, newline="") as source,
            copy.open("w", encoding="utf-8", newline="") as target,
        ):
            shutil.copyfileobj(source, target)
        return copy


def list_headers(configs: Iterable[ClientsConfig], section: str = "clients") -> list[ClientList]:
    """The lists by their paths and headers alone: `table` is empty.

    Raises:
        SourceError: a file is not there, not readable, or has no header.
    """
    return [
        ClientList(path, "", _dialect(path, encoding).columns) for path, encoding in files(configs, section)
    ]


def _dialect(path: Path, encoding: str) -> Dialect:
    try:
        return dialect_of(path, encoding)
    except (OSError, UnicodeError, csv.Error) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> SourceError:
    # DuckDB goes on to quote the line, which is about somebody.
    told = str(error).partition("Original Line")[0]
    reason = getattr(error, "strerror", None) or " ".join(told.split())[:300]
    remedy = "Save it again: Export-Csv -NoTypeInformation -Encoding UTF8"
    return SourceError(f"is not readable as CSV: {reason}", where=str(path), remedy=remedy)


def _check_quotes(path: Path) -> None:
    """Refuse an unclosed quote: it would swallow the rest of the file, and everybody in it."""
    with path.open("rb") as file:
        quotes = sum(chunk.count(b'"') for chunk in iter(lambda: file.read(_CHUNK), b""))
    if quotes % 2:
        raise csv.Error("a quotation mark is not closed")
