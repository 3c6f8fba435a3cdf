"""One transaction on the mail store, and the moment at which it happens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Session:
    """What every function of the store works on.

    Attributes:
        connection: In a transaction; who opened it ends it.
        now: The time that everything in this transaction happens at.
    """

    connection: sqlite3.Connection
    now: datetime

    def rows(self, statement: str, *values: object) -> Iterator[sqlite3.Row]:
        """Execute and give the rows."""
        return iter(self.connection.execute(statement, values))

    def row(self, statement: str, *values: object) -> sqlite3.Row | None:
        """Give the first row, None where there is none."""
        found: sqlite3.Row | None = self.connection.execute(statement, values).fetchone()
        return found

    def value(self, statement: str, *values: object) -> Any:
        """Give the first column of the first row."""
        row = self.row(statement, *values)
        return None if row is None else row[0]

    def execute(self, statement: str, *values: object) -> int:
        """Execute a change and give the number of the row it made, or how many it touched."""
        cursor = self.connection.execute(statement, values)
        made = cursor.lastrowid if statement.lstrip().startswith("insert") else cursor.rowcount
        return made or 0


def to_stamp(moment: datetime | None) -> int | None:
    """Give microseconds since 1970 for the tables."""
    return None if moment is None else (moment - _EPOCH) // timedelta(microseconds=1)


def from_stamp(stamp: int | None) -> datetime | None:
    """Undo `to_stamp`."""
    return None if stamp is None else _EPOCH + timedelta(microseconds=stamp)


def moment(stamp: int) -> datetime:
    """Undo `to_stamp` where there is a time."""
    return _EPOCH + timedelta(microseconds=stamp)
