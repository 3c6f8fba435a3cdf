"""Relations of cells for a query: read by DuckDB where that can be, else record by record."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from imadmin.cells.names import KNOWN, state, text
from imadmin.cells.records import rows, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from contextlib import AbstractContextManager

    from imadmin.records import Cmdlet
    from imadmin.shells.base import Record
    from imadmin.tables import Database

__all__ = ["Gather", "Output", "relations"]

Gather: TypeAlias = "Callable[[Collection[str]], AbstractContextManager[str | None]]"
"""Given which properties are collections: SQL for the cells, while the context lasts, or None."""


class Output(NamedTuple):
    """What a cmdlet gave, in two ways.

    Attributes:
        cmdlet: whose properties are wanted.
        cells: SQL that reads it, where there is some.
        records: reads it one by one.
    """

    cmdlet: Cmdlet
    cells: Gather
    records: Callable[[], Iterator[Record]]


@contextmanager
def relations(
    database: Database, outputs: Mapping[str, Output], collections: Collection[str], *, direct: bool
) -> Iterator[str]:
    """A schema of the run's database that shows each output as a relation of its name.

    Args:
        database: of the run.
        outputs: by the names that a query calls them.
        collections: the properties that hold several values.
        direct: whether DuckDB may read what it can; its error where it cannot comes with the query.

    Yields:
        The schema's name.

    Raises:
        SourceError: an output cannot be had, or is not readable.
    """
    with database.scope() as name, ExitStack() as stack:
        for relation, output in outputs.items():
            cells = stack.enter_context(output.cells(collections)) if direct else None
            if cells:
                database.query(f"create view {name}.{relation} as {cells}")
            else:
                _load(database, f"{name}.{relation}", output, collections)
        yield name


def _load(database: Database, relation: str, output: Output, collections: Collection[str]) -> None:
    properties = output.cmdlet.properties
    columns = schema(properties, collections)
    database.fill(f"{relation}_rows", columns, rows(output.records(), properties, collections))
    shown = [
        cell
        for name in properties
        for cell in (text(name), f"coalesce({state(name)}, '{KNOWN}') as {state(name)}")
    ]
    database.query(f"create view {relation} as select {', '.join(shown)} from {relation}_rows")
