"""How a table keeps columns of which more is known than that they hold texts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from imadmin.tables.names import checked, identifier

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from duckdb import DuckDBPyConnection

__all__ = ["Layout", "laid_out"]

_ALIKE: Mapping[str, str] = MappingProxyType({})


class Layout(NamedTuple):
    """Columns of texts, named in small letters, that are not kept as any others; a query sees no difference.

    Attributes:
        different: those of which hardly two rows hold the same. They stay as they are: to compress them, and
            to read them then, would take longer than it saves room.
        alike: those that mostly follow from another column, by name, with SQL for what they mostly hold: only
            what differs from it is kept. An empty text in them counts as null.
    """

    different: Collection[str] = ()
    alike: Mapping[str, str] = _ALIKE


class Statements(NamedTuple):
    """What makes a table, and what puts the rows into it."""

    table: str
    rows: str


def laid_out(cursor: DuckDBPyConnection, name: str, sql: str, layout: Layout) -> Statements:
    """The statements for the table *name* of a query's rows.

    What an alike column holds where it differs is in a column beside it; an empty text there means null.

    Args:
        cursor: of the database.
        name: as SQL takes it.
        sql: the query.
        layout: of the table.
    """
    columns = [(str(column), str(kind)) for column, kind, *_ in cursor.execute(f"describe {sql}").fetchall()]
    kept = [_kept(column, kind, layout) for column, kind in columns]
    worked_out = [
        f"{identifier(column)} varchar generated always as"
        f" (nullif(coalesce({_own(column)}, {text}), '')) virtual"
        for column, text in layout.alike.items()
    ]
    shown = [_value(column, layout.alike) for column, _ in columns]
    return Statements(
        f"create or replace table {name} ({', '.join([*kept, *worked_out])})",
        f"insert into {name} select {', '.join(shown)} from ({sql})",
    )


def _own(column: str) -> str:
    return identifier(f"own_{checked(column)}")


def _kept(column: str, kind: str, layout: Layout) -> str:
    if column.lower() in layout.alike:
        return f"{_own(column.lower())} varchar"
    manner = " using compression 'uncompressed'" if column.lower() in layout.different else ""
    return f"{identifier(column)} {kind}{manner}"


def _value(column: str, alike: Mapping[str, str]) -> str:
    given = identifier(column)
    if column.lower() not in alike:
        return given
    mostly = alike[column.lower()]
    return f"case when {given} is null then '' when {given} = {mostly} then null else {given} end"
