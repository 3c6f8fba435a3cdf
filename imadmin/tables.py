"""The run's tables: what grows with the organisation lives in one in-process DuckDB database.

A fact that grows hands over a `Table`; a people check is a query over it (`Table.judge`), whose rows never
become Python objects. DuckDB is imported when the first table is made.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from imadmin.records import PeopleRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from duckdb import DuckDBPyConnection

__all__ = ["Database", "Row", "Schema", "Table", "identifier", "literal"]

Schema: TypeAlias = Mapping[str, str]
"""Column name to DuckDB type, in order."""

Row: TypeAlias = Any
"""A mapping, a named tuple or a dataclass instance: column name to value."""

_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
JUDGED = ("person", "status", "reason", "object")
REMEDY = "remedy"
_BATCH = 2_000  # rows that are held in memory before they are written


def literal(text: str) -> str:
    """*text* as an SQL string literal."""
    return "'" + _encodable(text).replace("'", "''") + "'"


def identifier(name: str) -> str:
    """*name* as an SQL identifier, whatever characters or keyword it is."""
    return '"' + name.replace('"', '""') + '"'


class Database:
    """One in-memory database for the length of a run; safe to use from several threads."""

    def __init__(self) -> None:
        self._connection: DuckDBPyConnection | None = None
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._making = threading.Lock()
        self._made: dict[str, object] = {}

    def cursor(self) -> DuckDBPyConnection:
        """A connection of one's own to the database."""
        with self._lock:
            if self._connection is None:
                self._connection = _connect()
            return self._connection.cursor()

    def load(self, name: str, schema: Schema, rows: Iterable[Row]) -> Table:
        """Make a table of *rows*, in bulk.

        Args:
            name: of the table; letters, digits and underscores.
            schema: its columns; what a row lacks is null, what it has beyond is left out.
            rows: mappings, named tuples or dataclass instances, taken one by one. Where one cannot be
                taken or stored, the table stays what it was.
        """
        columns = ", ".join(f"{_checked(column)} {kind}" for column, kind in schema.items())
        cursor = self.cursor()
        cursor.execute("begin")
        try:
            cursor.execute(f"create or replace table {_checked(name)} ({columns})")
            with self.scratch(".json") as path:
                insert = _insertion(name, schema, path)
                for batch in _batches(rows):
                    _write_array(path, batch)
                    cursor.execute(insert)
        except BaseException:
            cursor.execute("rollback")
            raise
        cursor.execute("commit")
        return Table(self, name)

    def create(self, name: str, sql: str) -> Table:
        """Make a table of a query's rows."""
        self.cursor().execute(f"create or replace table {_checked(name)} as {sql}")
        return Table(self, name)

    def create_once(self, name: str, sql: str, of: object) -> None:
        """Make a table of a query's rows, unless it has been made of the very object *of*."""
        with self._making:
            if self._made.get(name) is not of:
                self.create(name, sql)
                self._made[name] = of

    def judge(self, sql: str, **lists: Iterable[Row]) -> PeopleRows:
        """Make the rows of a people check; see `Table.judge`."""
        number = next(self._numbers)
        cursor = self.cursor()
        scope = f"judgement_{number}"
        cursor.execute(f"create schema {scope}")
        for name, rows in lists.items():
            self._load_list(f"{scope}.{_checked(name)}", list(rows))
        cursor.execute(f"set search_path = '{scope},main'")
        name = f"{scope}.people_rows"
        cursor.execute(f"create table {name} as {sql}")
        return PeopleRows(name, _evidence_columns(cursor, name))

    def scratch(self, suffix: str) -> AbstractContextManager[str]:
        """The path of a private temporary file that is gone afterwards."""
        return _scratch(suffix)

    def close(self) -> None:
        """Free the memory; tables of this database can no longer be used."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _load_list(self, name: str, rows: list[Row]) -> None:
        records = [_as_mapping(row) for row in rows]
        schema = _inferred(records)
        columns = ", ".join(f"{_checked(column)} {kind}" for column, kind in schema.items())
        cursor = self.cursor()
        cursor.execute(f"create table {name} ({columns})")
        if records:
            marks = ", ".join("?" for _ in schema)
            values = [[_plain(record.get(column)) for column in schema] for record in records]
            cursor.executemany(f"insert into {name} values ({marks})", values)


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
        return self.database.cursor().execute(sql, list(parameters)).fetchall()

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query one by one, however many there are."""
        cursor = self.database.cursor().execute(sql)
        while rows := cursor.fetchmany(_BATCH):
            yield from rows

    def judge(self, sql: str, **lists: Iterable[Row]) -> PeopleRows:
        """Make the rows of a people check from a query.

        Args:
            sql: gives `person`, `status`, `reason` and `object`, perhaps `remedy`; every further
                column is evidence. It may use every table that a fact has handed over.
            lists: small lists of mappings, named tuples or dataclass instances; they are tables of
                these names within *sql*.
        """
        return self.database.judge(sql, **lists)

    def __len__(self) -> int:
        return int(self.query(f"select count(*) from {self.name}")[0][0])

    def __bool__(self) -> bool:
        return True


@contextmanager
def _scratch(suffix: str) -> Iterator[str]:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory(prefix="imadmin-", ignore_cleanup_errors=True) as folder:
        yield str(Path(folder) / f"rows{suffix}")


def _connect() -> DuckDBPyConnection:
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
    )


def _checked(name: str) -> str:
    if not _NAME.match(name):
        raise ValueError(f"{name!r} cannot name a table or a column: letters, digits and _ only")
    return name


def _batches(rows: Iterable[Row]) -> Iterator[list[dict[str, object]]]:
    remaining = iter(rows)
    while batch := [_as_mapping(row) for row in itertools.islice(remaining, _BATCH)]:
        yield batch


def _write_array(path: str, batch: list[dict[str, object]]) -> None:
    import json
    from pathlib import Path

    text = json.dumps(batch, ensure_ascii=False, default=str)
    # "replace" is for lone surrogates; see `_encodable`.
    Path(path).write_text(text, encoding="utf-8", errors="replace", newline="\n")


def _insertion(name: str, schema: Schema, path: str) -> str:
    kinds = ", ".join(f"{column}: {literal(kind)}" for column, kind in schema.items())
    return (
        f"insert into {name} select {', '.join(schema)} from read_json({literal(path)},"
        f" format='array', columns={{{kinds}}}, maximum_object_size=67108864)"
    )


def _as_mapping(row: Row) -> dict[str, object]:
    if isinstance(row, dict):
        return row
    if isinstance(row, Mapping):
        return dict(row)
    if hasattr(row, "_asdict"):
        return dict(row._asdict())
    if is_dataclass(row) and not isinstance(row, type):
        return asdict(row)
    raise TypeError(f"a row is a mapping, a named tuple or a dataclass instance, not {type(row).__name__}")


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value if value is None or isinstance(value, bool | int | float) else _encodable(str(value))


def _encodable(text: str) -> str:
    """*text* without lone surrogates, which no database takes; they come from names that are not UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _inferred(records: list[dict[str, object]]) -> dict[str, str]:
    columns = {column: None for record in records for column in record}
    return {column: _kind([record.get(column) for record in records]) for column in columns} or {
        "nothing": "VARCHAR"
    }


def _kind(values: list[object]) -> str:
    given = {type(value) for value in values if value is not None}
    if given == {bool}:
        return "BOOLEAN"
    if given == {int}:
        return "BIGINT"
    if given <= {int, float} and given:
        return "DOUBLE"
    return "VARCHAR[]" if given == {list} else "VARCHAR"


def _evidence_columns(cursor: DuckDBPyConnection, name: str) -> tuple[str, ...]:
    columns = [str(row[0]) for row in cursor.execute(f"describe {name}").fetchall()]
    lacking = [column for column in JUDGED if column not in columns]
    if lacking:
        raise ValueError(
            f"a people check's rows lack the column {', '.join(lacking)}; they have {', '.join(columns)}"
        )
    return tuple(column for column in columns if column not in {*JUDGED, REMEDY})
