"""The database of a run, and its tables."""

from __future__ import annotations

import contextlib
import itertools
import threading
from typing import TYPE_CHECKING, Any

from imadmin.records import PeopleRows
from imadmin.tables.layout import laid_out
from imadmin.tables.names import checked, identifier
from imadmin.tables.rows import as_mapping, batches, inferred, insertion, plain, scratch, write_array
from imadmin.tables.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from duckdb import DuckDBPyConnection

    from imadmin.tables.layout import Layout
    from imadmin.tables.rows import Row, Schema

__all__ = ["Database", "Table"]

JUDGED = ("person", "status", "reason", "object")
REMEDY = "remedy"
ROW = "rowid"
_NAME = "run"
_BATCH = 2_000  # rows that are held in memory at once
_LARGE = 100_000  # rows; below, compressing costs more than it gives


class Database:
    """One in-memory database for the length of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self._connection: DuckDBPyConnection | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._made: dict[str, int] = {}
        self._derived: dict[str, tuple[str, list[int]]] = {}
        self._deriving = threading.Lock()
        self._own = threading.local()
        self._limit = ""
        self._creating = threading.Lock()  # one large query at a time: each has all cores, and takes room

    def cursor(self) -> DuckDBPyConnection:
        """A connection of one's own to the database."""
        with self._lock:
            if self._connection is None:
                self._connection = _connect()
            cursor = self._connection.cursor()
        cursor.execute(f"use {_NAME}")
        return cursor

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Execute a statement; gives its rows, all at once."""
        cursor: DuckDBPyConnection | None = getattr(self._own, "cursor", None)
        if cursor is None:
            cursor = self._own.cursor = self.cursor()
        return cursor.execute(sql, list(parameters)).fetchall()

    def load(self, name: str, schema: Schema, rows: Iterable[Row]) -> Table:
        """Make a table of *rows*, in bulk.

        Args:
            name: of the table; letters, digits and underscores.
            schema: its columns; what a row lacks is null, what it has beyond is left out.
            rows: mappings, named tuples or dataclass instances, taken one by one. Where one cannot be
                taken or stored, the table stays what it was.
        """
        for column in schema:
            checked(column)
        self.fill(checked(name), schema, rows)
        return self._compressed(name)

    def fill(self, name: str, schema: Schema, rows: Iterable[Row]) -> None:
        """Make a table of rows whose names are our own: of a schema, or with columns of any name."""
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in schema.items())
        cursor = self.cursor()
        with transaction(cursor):
            cursor.execute(f"create or replace table {name} ({columns})")
            with self.scratch(".json") as path:
                insert = insertion(name, schema, path)
                for batch in batches(rows):
                    write_array(path, batch)
                    cursor.execute(insert)

    def create(
        self,
        name: str,
        sql: str,
        *,
        within: str = "",
        compress: bool = False,
        layout: Layout | None = None,
    ) -> Table:
        """Make a table of a query's rows.

        Args:
            name: of the table.
            sql: the query.
            within: a schema in which names in *sql* are looked for first.
            compress: whether it is to take a fraction of its room; for texts that stay.
            layout: how it keeps columns of which more is known.
        """
        cursor = self.cursor()
        if within:
            cursor.execute(f"set search_path = '{_NAME}.{within},{_NAME}.main'")
        made = f"{_NAME}.main.{checked(name)}"
        two = laid_out(cursor, made, sql, layout) if layout else None
        with self._creating:
            if two:
                with transaction(cursor):
                    cursor.execute(two.table)
                    cursor.execute(two.rows)
            else:
                cursor.execute(f"create or replace table {made} as {sql}")
            return self._compressed(name) if compress else self._noted(name)

    def hold(self, sql: str) -> str:
        """Make a table of a query's rows that is there for a while only; gives its name, to `drop` it by."""
        return self.create(f"_held_{next(self._numbers)}", sql, compress=True).name

    def drop(self, name: str) -> None:
        """Free the room of a table."""
        self.query(f"drop table {_NAME}.main.{checked(name)}")

    @contextlib.contextmanager
    def scope(self) -> Iterator[str]:
        """A schema for a while, with all that is put into it."""
        name = f"scope_{next(self._numbers)}"
        self.query(f"create schema {name}")
        try:
            yield name
        finally:
            self.query(f"drop schema {name} cascade")

    def derive(self, name: str, sql: str, *, of: Iterable[str]) -> Table:
        """The table of a query's rows that several checks begin with; made once.

        Args:
            name: of the table.
            sql: the query.
            of: the tables that it reads: where one of them is made anew, so is this one.
        """
        with self._deriving:
            state = (sql, [self._made.get(table, 0) for table in of])
            if self._derived.get(name) != state:
                self.create(name, sql)
                self._derived[name] = state
        return Table(self, name)

    def show(self, name: str, sql: str) -> None:
        """Make a view: a query that goes by a name."""
        self.query(f"create or replace view {checked(name)} as {sql}")

    def judge(self, sql: str, **lists: Iterable[Row]) -> PeopleRows:
        """Make the rows of a people check; see `Table.judge`."""
        number = next(self._numbers)
        cursor = self.cursor()
        scope = f"judgement_{number}"
        cursor.execute(f"create schema {scope}")
        for name, rows in lists.items():
            self._load_list(f"{scope}.{checked(name)}", list(rows))
        cursor.execute(f"set search_path = '{_NAME}.{scope},{_NAME}.main'")
        name = f"{scope}.people_rows"
        # A view: what it says is kept once for all people of whom it is said, see `imadmin.judging`.
        cursor.execute(f"create view {name} as {sql}")
        columns = _columns(cursor, name)
        evidence = tuple(column for column in columns if column not in {*JUDGED, REMEDY, ROW})
        return PeopleRows(name, evidence, ROW in columns)

    def give_back(self) -> None:
        """Give back the room that queries over large files have left: DuckDB does when its limit is set."""
        if self._connection is None:  # nothing was made: DuckDB need not even be imported
            return
        if not self._limit:  # read once: it is told to one decimal, and would become less with each time
            [(self._limit,)] = self.query("select current_setting('memory_limit')")
        self.query(f"set memory_limit = '{self._limit}'")

    def scratch(self, suffix: str) -> AbstractContextManager[str]:
        """The path of a private temporary file that is gone afterwards."""
        return scratch(suffix)

    def close(self) -> None:
        """Free the memory; tables of this database can no longer be used."""
        with self._lock:
            self._own = threading.local()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _compressed(self, name: str) -> Table:
        """The table, which takes a fraction of its room from now on if it is large."""
        table = self._noted(name)
        if len(table) >= _LARGE:
            self._compress()
        return table

    def _noted(self, name: str) -> Table:
        self._made[name] = next(self._numbers)
        return Table(self, name)

    def _compress(self) -> None:
        import duckdb

        with contextlib.suppress(duckdb.TransactionException):  # another thread is writing: it will do it
            self.query(f"checkpoint {_NAME}")

    def _load_list(self, name: str, rows: list[Row]) -> None:
        records = [as_mapping(row) for row in rows]
        schema = inferred(records)
        columns = ", ".join(f"{checked(column)} {kind}" for column, kind in schema.items())
        self.query(f"create table {name} ({columns})")
        for some in batches(records):
            marks = ", ".join("?" for _ in schema)
            every = ", ".join(f"({marks})" for _ in some)
            values = [plain(record.get(column)) for record in some for column in schema]
            self.query(f"insert into {name} values {every}", values)


class Table:
    """A table of the run's database.

    Attributes:
        database: where it lives.
        name: what SQL calls it.
    """

    __slots__ = ("database", "name")

    def __init__(self, database: Database, name: str) -> None:
        self.database = database
        self.name = name

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query over this and the other tables."""
        return self.database.query(sql, parameters)

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, however many there are."""
        cursor = self.database.cursor().execute(sql)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows

    def judge(self, sql: str, **lists: Iterable[Row]) -> PeopleRows:
        """Make the rows of a people check from a query.

        Args:
            sql: gives `person`, `status`, `reason` and `object`, perhaps `remedy`, perhaps `rowid`: that of
                the person among the users, by which people are told apart sooner than by name; every further
                column is evidence. It may use every table that a fact has handed over.
            lists: small lists of mappings, named tuples or dataclass instances; they are tables of
                these names within *sql*.
        """
        return self.database.judge(sql, **lists)

    def __len__(self) -> int:
        return int(self.query(f"select count(*) from {self.name}")[0][0])

    def __bool__(self) -> bool:
        return True


def _connect() -> DuckDBPyConnection:
    import duckdb

    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allocator_flush_threshold": "32MB",  # what a query needed is given back when it is done
        },
    )
    connection.execute(f"attach ':memory:' as {_NAME} (compress)")
    return connection


def _columns(cursor: DuckDBPyConnection, name: str) -> list[str]:
    """Those of a people check's rows, which are checked."""
    columns = [str(row[0]) for row in cursor.execute(f"describe {name}").fetchall()]
    lacking = [column for column in JUDGED if column not in columns]
    if lacking:
        raise ValueError(
            f"a people check's rows lack the column {', '.join(lacking)}; they have {', '.join(columns)}"
        )
    return columns
