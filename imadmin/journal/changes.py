"""What operations changed: the intent before, the outcome after, of every change and of its every effect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from imadmin import document
from imadmin.session import now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from sqlite3 import Connection

    from imadmin.journal.database import JournalDatabase
    from imadmin.operations import Change
    from imadmin.records import Finding

__all__ = ["ChangeLog", "PastChange"]


class PastChange(NamedTuple):
    """A change as the journal has it.

    Attributes:
        run: the id of the run that made it.
        begun: UTC, ISO 8601 with `Z`.
        ended: likewise; empty for one that is still going on, or was killed.
        finding: what came of it; None where it never ended.
        intents: what each of its effects was about to do, in order.
        number: of the change in the journal.
    """

    run: str
    operation: str
    subject: str
    begun: str
    ended: str
    finding: Finding | None
    intents: tuple[Mapping[str, object], ...] = ()
    number: int = 0


class ChangeLog:
    """The changes in the journal."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database

    def begin(self, run: str, operation: str, change: Change) -> int:
        """Record that a change begins; gives its number."""
        planned = {"before": dict(change.before), "after": dict(change.after)}
        with self._database.writing() as connection:
            row = connection.execute(
                "insert into changes (run, operation, subject, planned, begun) values (?, ?, ?, ?, ?)"
                " returning id",
                (run, operation, change.subject, _json(planned), now()),
            ).fetchone()
            return int(row[0])

    def end(self, number: int, finding: Finding) -> None:
        """Record what came of a change."""
        with self._database.writing() as connection:
            connection.execute(
                "update changes set ended = ?, finding = ? where id = ?",
                (now(), _json(document.finding_to_json(finding)), number),
            )

    def intend(self, number: int, action: str, detail: Mapping[str, object]) -> int:
        """Record that something outside is about to be touched; gives the effect's ordinal."""
        with self._database.writing() as connection:
            row = connection.execute(
                "insert into effects (change, ordinal, action, intent, begun) values"
                " (?, (select coalesce(max(ordinal), 0) + 1 from effects where change = ?), ?, ?, ?)"
                " returning ordinal",
                (number, number, action, _json(detail), now()),
            ).fetchone()
            return int(row[0])

    def happened(self, number: int, ordinal: int, status: str, outcome: Mapping[str, object]) -> None:
        """Record how that went: `done`, `failed` (nothing was changed) or `in doubt`."""
        with self._database.writing() as connection:
            connection.execute(
                "update effects set ended = ?, status = ?, outcome = ? where change = ? and ordinal = ?",
                (now(), status, _json(outcome), number, ordinal),
            )

    def latest(self, operation: str, source: str) -> list[PastChange]:
        """Of each subject the newest change by *operation* in this deployment, and all without end."""
        newest = (
            "select max(c2.id) from changes c2 join runs r2 on r2.id = c2.run"
            " where c2.operation = ? and r2.source = ? group by c2.subject"
        )
        where = f"c.operation = ? and r.source = ? and (c.ended is null or c.id in ({newest}))"
        return self._past(where, (operation, source, operation, source))

    def unfinished(self, run: str) -> list[PastChange]:
        """The changes of a run that have no end."""
        return self._past("c.run = ? and c.ended is null", (run,))

    def _past(self, where: str, values: tuple[str, ...]) -> list[PastChange]:
        with self._database.reading() as connection:
            rows = connection.execute(
                "select c.run, c.operation, c.subject, c.begun, c.ended, c.finding, c.id"
                f" from changes c join runs r on r.id = c.run where {where} order by c.subject, c.id",
                values,
            ).fetchall()
            intents = {row[6]: _intents(connection, row[6]) for row in rows}
        return [
            PastChange(run, operation, subject, begun, ended or "", _finding(text), intents[number], number)
            for run, operation, subject, begun, ended, text, number in rows
        ]


def _intents(connection: Connection, change: int) -> tuple[Mapping[str, object], ...]:
    sql = "select intent from effects where change = ? order by ordinal"
    return tuple(json.loads(row[0]) for row in connection.execute(sql, (change,)))


def _finding(text: str | None) -> Finding | None:
    return document.finding_from_json(json.loads(text)) if text else None


def _json(value: object) -> str:
    return json.dumps(value, default=str)
