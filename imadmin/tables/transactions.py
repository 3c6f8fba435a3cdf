"""Several statements that count together or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from duckdb import DuckDBPyConnection

__all__ = ["transaction"]


@contextmanager
def transaction(cursor: DuckDBPyConnection) -> Iterator[None]:
    """What the cursor does while the context lasts is undone where it ends in an error."""
    cursor.execute("begin")
    try:
        yield
    except BaseException:
        cursor.execute("rollback")
        raise
    cursor.execute("commit")
