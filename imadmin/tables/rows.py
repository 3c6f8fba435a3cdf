"""Rows on their way into a table: in bulk, by way of a temporary file."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from imadmin.tables.names import encodable, identifier, literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "Row",
    "Schema",
    "as_mapping",
    "batches",
    "inferred",
    "insertion",
    "plain",
    "scratch",
    "write_array",
]

Schema: TypeAlias = Mapping[str, str]
"""Column name to DuckDB type, in order."""

Row: TypeAlias = Any
"""A mapping, a named tuple or a dataclass instance: column name to value."""

_BATCH = 2_000  # rows that are held in memory before they are written


@contextmanager
def scratch(suffix: str) -> Iterator[str]:
    """The path of a private temporary file that is gone afterwards."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="imadmin-", ignore_cleanup_errors=True) as folder:
        yield str(Path(folder) / f"rows{suffix}")


def batches(rows: Iterable[Row]) -> Iterator[list[dict[str, object]]]:
    """The rows as mappings, some thousand at a time."""
    remaining = iter(rows)
    while batch := [as_mapping(row) for row in itertools.islice(remaining, _BATCH)]:
        yield batch


def write_array(path: str, batch: list[dict[str, object]]) -> None:
    """Write a batch for `insertion`."""
    text = json.dumps(batch, ensure_ascii=False, default=str)
    # "replace" is for lone surrogates; see `encodable`.
    Path(path).write_text(text, encoding="utf-8", errors="replace", newline="\n")


def insertion(name: str, schema: Schema, path: str) -> str:
    """SQL that puts the batch in the file *path* into the table *name*."""
    kinds = ", ".join(f"{identifier(column)}: {literal(kind)}" for column, kind in schema.items())
    return (
        f"insert into {name} select {', '.join(map(identifier, schema))} from read_json({literal(path)},"
        f" format='array', columns={{{kinds}}}, maximum_object_size=67108864)"
    )


def as_mapping(row: Row) -> dict[str, object]:
    """A row by the names of its columns."""
    if isinstance(row, dict):
        return row
    if isinstance(row, Mapping):
        return dict(row)
    if hasattr(row, "_asdict"):
        return dict(row._asdict())
    if is_dataclass(row) and not isinstance(row, type):
        return asdict(row)
    raise TypeError(f"a row is a mapping, a named tuple or a dataclass instance, not {type(row).__name__}")


def plain(value: object) -> object:
    """A value as DuckDB takes it for a parameter."""
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value if value is None or isinstance(value, bool | int | float) else encodable(str(value))


def inferred(records: list[dict[str, object]]) -> dict[str, str]:
    """A schema that these records fit."""
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
