"""Columns that mostly follow from another one: most people's e-mail address is their SIP address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.tables.names import checked, identifier
from imadmin.tables.transactions import transaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from duckdb import DuckDBPyConnection

__all__ = ["create_alike"]


def create_alike(cursor: DuckDBPyConnection, name: str, sql: str, alike: Mapping[str, str]) -> None:
    """Make the table *name* of a query's rows, in which these columns are worked out when they are read.

    What they hold where it differs is in a column beside them; an empty text there means null.

    Args:
        cursor: of the database.
        name: as SQL takes it.
        sql: the query.
        alike: for the name of each such column SQL for the text that it mostly holds.
    """
    described = cursor.execute(f"describe {sql}").fetchall()
    kept = [_kept(str(column), str(kind), alike) for column, kind, *_ in described]
    worked_out = [
        f"{identifier(column)} varchar generated always as"
        f" (nullif(coalesce({_own(column)}, {text}), '')) virtual"
        for column, text in alike.items()
    ]
    shown = [_value(str(column), alike) for column, *_ in described]
    with transaction(cursor):
        cursor.execute(f"create or replace table {name} ({', '.join([*kept, *worked_out])})")
        cursor.execute(f"insert into {name} select {', '.join(shown)} from ({sql})")


def _own(column: str) -> str:
    return identifier(f"own_{checked(column)}")


def _kept(column: str, kind: str, alike: Mapping[str, str]) -> str:
    return f"{_own(column)} varchar" if column in alike else f"{identifier(column)} {kind}"


def _value(column: str, alike: Mapping[str, str]) -> str:
    if column not in alike:
        return identifier(column)
    given = identifier(column)
    return f"case when {given} is null then '' when {given} = {alike[column]} then null else {given} end"
