"""The query by which DuckDB reads a list."""

from __future__ import annotations

from glob import escape
from typing import TYPE_CHECKING

from imadmin.lists.client_list import plain
from imadmin.tables import literal

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.lists.dialects import Dialect

__all__ = ["LENIENT", "STRICT", "selection"]

_LINE = 1 << 20  # bytes; the longest that is read
_BUFFER = 4 * _LINE  # DuckDB's own choice is sixteen lines

STRICT = "null_padding=false, strict_mode=true"
"""Read by all cores; fails where a line is not as it should be."""

LENIENT = "null_padding=true, strict_mode=false, parallel=false"
"""Read line by line."""


def selection(path: Path, dialect: Dialect, wanted: frozenset[str], manner: str) -> str:
    """SQL for the rows of a file of UTF-8, the *wanted* columns of it; all where it has none of them."""
    columns = ", ".join(f"c{i}: 'VARCHAR'" for i in range(len(dialect.columns)))
    shown = [f"c{i}" for i, header in enumerate(dialect.columns) if plain(header) in wanted]
    options = (
        f"columns={{{columns}}}, delim={literal(dialect.delimiter)}, quote='\"', escape='\"', header=true,"
        f" skip={dialect.skip}, auto_detect=false, max_line_size={_LINE}, buffer_size={_BUFFER}, {manner}"
    )
    return f"select {', '.join(shown) or '*'} from read_csv({literal(escape(str(path)))}, {options})"
