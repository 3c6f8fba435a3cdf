"""A list as SQL sees it, whatever its columns are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ClientList", "plain"]


@dataclass(frozen=True, slots=True)
class ClientList:
    """A CSV file as a relation of the run's database; all columns are text.

    Attributes:
        path: of the file.
        table: its name in SQL; its columns are `c0`, `c1`, …, those of them that are wanted.
        columns: the headers, as they stand in the file.
    """

    path: Path
    table: str
    columns: tuple[str, ...]

    def column(self, *names: str) -> str | None:
        """The SQL name of the first column with one of these headers.

        Case, blanks and punctuation in headers do not count. None where there is none.
        """
        return next(iter(self._columns(names)), None)

    def text(self, *names: str) -> str | None:
        """SQL for the first text in the columns with one of these headers; null where all are blank.

        None where there is no such column.
        """
        found = [f"nullif({_trimmed(column)}, '')" for column in self._columns(names)]
        return f"coalesce({', '.join(found)})" if found else None

    def _columns(self, names: tuple[str, ...]) -> list[str]:
        headers = [plain(header) for header in self.columns]
        return [f"c{i}" for name in names for i, header in enumerate(headers) if header == plain(name)]


def _trimmed(column: str) -> str:
    """SQL for `trim`, which takes its time, also where there is nothing to trim."""
    return f"case when {column} >= '!' and not ends_with({column}, ' ') then {column} else trim({column}) end"


def plain(header: str) -> str:
    """A header without what does not count in it."""
    return "".join(c for c in header.lower() if c.isalnum())
