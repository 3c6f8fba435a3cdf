"""The steps of a runbook: each call on the session object, by its cell and arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from imadmin.session import now

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.journal.database import JournalDatabase

__all__ = ["PastStep", "StepLog"]


class PastStep(NamedTuple):
    """A step as the journal has it.

    Attributes:
        ordinal: its place in the run.
        cell: the id of the notebook's cell.
        name: of the call, such as `apply`.
        arguments: as JSON.
        status: empty for a step that has no end.
        changes: the numbers of the changes that it made.
    """

    ordinal: int
    cell: str
    name: str
    arguments: str
    status: str
    changes: tuple[int, ...] = ()


class StepLog:
    """The steps in the journal."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database

    def begin(self, run_id: str, cell: str, name: str, arguments: object) -> int:
        """Record that a step begins; gives its ordinal."""
        with self._database.writing() as connection:
            row = connection.execute(
                "insert into steps (run, ordinal, cell, name, arguments, started) values"
                " (?, (select coalesce(max(ordinal), 0) + 1 from steps where run = ?), ?, ?, ?, ?)"
                " returning ordinal",
                (run_id, run_id, cell, name, json.dumps(arguments), now()),
            ).fetchone()
            return int(row[0])

    def end(self, run_id: str, ordinal: int, status: str, changes: Iterable[int] = ()) -> None:
        """Record how a step ended, and which changes it made."""
        with self._database.writing() as connection:
            connection.execute(
                "update steps set ended = ?, status = ?, result = ? where run = ? and ordinal = ?",
                (now(), status, json.dumps(list(changes)), run_id, ordinal),
            )

    def of(self, run_id: str) -> list[PastStep]:
        """The steps of a run, in their order."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "select ordinal, cell, name, arguments, status, result from steps"
                " where run = ? order by ordinal",
                (run_id,),
            ).fetchall()
        return [
            PastStep(ordinal, cell, name, arguments, status or "", tuple(json.loads(result or "[]")))
            for ordinal, cell, name, arguments, status, result in rows
        ]
