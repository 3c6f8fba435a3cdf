"""Cells from records: one row for each object of a cmdlet, whatever form it came in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cells.names import ABSENT, KNOWN, LOST
from imadmin.model.values import ABSENT as NOBODY_KNOWS
from imadmin.model.values import Lost, is_readable, members, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from imadmin.tables import Schema

__all__ = ["rows", "schema"]


def schema(properties: Iterable[str], collections: Collection[str]) -> Schema:
    """The columns of the rows."""
    columns = {}
    for name in properties:
        columns[name] = "VARCHAR[]" if name in collections else "VARCHAR"
        columns[f"{name} state"] = "VARCHAR"
    return columns


def rows(
    records: Iterable[Mapping[str, object]], properties: Iterable[str], collections: Collection[str]
) -> Iterator[dict[str, object]]:
    """The records as rows; a state that is not there is `known`, a text that is not there is null."""
    single = [(name, f"{name} state") for name in properties if name not in collections]
    plural = [(name, f"{name} state") for name in properties if name in collections]
    for record in records:
        row: dict[str, object] = {}
        for name, state in single:
            value = record.get(name, NOBODY_KNOWS)
            if type(value) is str:
                row[name] = value.strip()
            elif value is not None:
                _other(row, name, state, value)
        for name, state in plural:
            found = members(record, name)
            row[name] = found
            if found is None:
                row[state] = LOST if name in record else ABSENT
        yield row


def _other(row: dict[str, object], name: str, state: str, value: object) -> None:
    if value is NOBODY_KNOWS:
        row[state] = ABSENT
    elif isinstance(value, Lost):
        row[state] = LOST
    else:
        row[name] = text_of(value)
        row[state] = KNOWN if is_readable(value) else LOST
