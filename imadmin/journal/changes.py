"""What operations changed: the intent before, the outcome after, of every change and of its every effect."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from imadmin import document
from imadmin.errors import ConfigError
from imadmin.journal.failures import MOVE_IT_AWAY
from imadmin.past import PastChange, PastEffect
from imadmin.session import now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from sqlite3 import Connection

    from imadmin.journal.database import JournalDatabase
    from imadmin.journal.locks import Lock, Locks
    from imadmin.operations import Change
    from imadmin.records import Finding

__all__ = ["ChangeLog"]

_OBJECT = "object"
_COLUMNS = "c.run, c.operation, c.subject, c.begun, c.ended, c.finding, c.id, c.planned, c.detail, c.undoes"


class ChangeLog:
    """The changes in the journal."""

    def __init__(self, database: JournalDatabase, locks: Locks) -> None:
        self._database = database
        self._locks = locks

    def plan(
        self, run: str, operation: str, changes: Iterable[Change], undoes: Iterable[int] = ()
    ) -> list[int]:
        """Record what is to be done, all of it before any of it begins; gives the changes' numbers.

        Args:
            run: which is to do it.
            operation: by its name.
            changes: in their order.
            undoes: of each, the number of the change that it takes back, where they take back any.
        """
        undone = iter(undoes)
        rows = [
            (run, operation, change.subject, *_planned(change), next(undone, None) or None)
            for change in changes
        ]
        with self._database.writing() as connection:
            return [_inserted(connection, row) for row in rows]

    def begin(self, number: int) -> None:
        """Record that a change begins; one that begins anew keeps its first moment."""
        with self._database.writing() as connection:
            connection.execute("update changes set begun = coalesce(begun, ?) where id = ?", (now(), number))

    def end(self, number: int, finding: Finding) -> None:
        """Record what came of a change."""
        with self._database.writing() as connection:
            done = connection.execute(
                "update changes set begun = coalesce(begun, ?), ended = ?, finding = ? where id = ?",
                (now(), now(), _json(document.finding_to_json(finding)), number),
            )
            self._check_known(number, done.rowcount)

    def intend(self, number: int, action: str, detail: Mapping[str, object]) -> int:
        """Record that something outside is about to be touched; gives the effect's ordinal."""
        with self._database.writing() as connection:
            row = connection.execute(
                "insert into effects (change, ordinal, action, intent, begun)"
                " select id, (select coalesce(max(ordinal), 0) + 1 from effects where change = id), ?, ?, ?"
                " from changes where id = ? returning ordinal",
                (action, _json(detail), now(), number),
            ).fetchone()
            self._check_known(number, row is not None)
            return int(row[0])

    def happened(self, number: int, ordinal: int, status: str, outcome: Mapping[str, object]) -> None:
        """Record how that went: `done`, `failed` (nothing was changed) or `in doubt`."""
        with self._database.writing() as connection:
            done = connection.execute(
                "update effects set ended = ?, status = ?, outcome = ? where change = ? and ordinal = ?",
                (now(), status, _json(outcome), number, ordinal),
            )
            self._check_known(number, done.rowcount)

    def lock(self, source: str, subject: str) -> Lock | None:
        """Keep other processes of this user from changing *subject*; None where one is doing so."""
        return self._locks.take(_OBJECT, source, subject)

    def latest(self, operation: str, source: str) -> list[PastChange]:
        """Of each subject the newest change by *operation* in this deployment, and all without end.

        Those that took another back are left out.
        """
        newest = (
            "select max(c2.id) from changes c2 join runs r2 on r2.id = c2.run"
            " where c2.operation = ? and r2.source = ? and c2.begun is not null and c2.undoes is null"
            " group by c2.subject"
        )
        where = (
            "c.operation = ? and r.source = ? and c.begun is not null and c.undoes is null"
            f" and (c.ended is null or c.id in ({newest}))"
        )
        pasts = self._past(where, (operation, source, operation, source), "c.subject, c.id")
        return [past._replace(going_on=self._goes_on(source, past)) for past in pasts]

    def _goes_on(self, source: str, past: PastChange) -> bool:
        return past.unfinished and self._locks.is_held(_OBJECT, source, past.subject)

    def of(self, run: str) -> list[PastChange]:
        """All changes of a run, in the order in which they were planned."""
        return self._past("c.run = ?", (run,))

    def unfinished(self, run: str) -> list[PastChange]:
        """The changes of a run that began and have no end."""
        return self._past("c.run = ? and c.begun is not null and c.ended is null", (run,))

    def taken_back_by(self, run: str) -> list[str]:
        """The runs that took back changes of a run, or began to."""
        sql = (
            "select distinct b.run from changes b join changes c on c.id = b.undoes"
            " where c.run = ? and b.begun is not null order by b.run"
        )
        with self._database.reading() as connection:
            return [row[0] for row in connection.execute(sql, (run,))]

    def all_unfinished(self) -> dict[str, list[PastChange]]:
        """By run: the changes that began and have no end, and those that waited for them."""
        runs = "select run from changes where begun is not null and ended is null"
        found: dict[str, list[PastChange]] = {}
        for past in self._past(f"c.run in ({runs}) and c.ended is null", ()):
            found.setdefault(past.run, []).append(past)
        return found

    def under_way(self, source: str, subject: str) -> list[PastChange]:
        """The changes of *subject* in this deployment, by whatever operation, that have no end."""
        where = "r.source = ? and c.subject = ? and c.begun is not null and c.ended is null"
        return self._past(where, (source, subject))

    def _check_known(self, number: int, found: int) -> None:
        """Damaged journals are moved away, perhaps by another process and while a change is made."""
        if not found:
            raise ConfigError(
                f"does not know the change {number}: it is not the journal in which that was planned",
                where=str(self._database.path),
                remedy="Look for files named damaged beside it.",
            )

    def _past(self, where: str, values: tuple[str, ...], order: str = "c.id") -> list[PastChange]:
        sql = f"select {_COLUMNS} from changes c join runs r on r.id = c.run where {where} order by {order}"
        with self._database.reading() as connection:
            rows = connection.execute(sql, values).fetchall()
            with document.legible("a change cannot be read", str(self._database.path), MOVE_IT_AWAY):
                return [_change(row, _effects(connection, row[6])) for row in rows]


def _planned(change: Change) -> tuple[str, str]:
    planned = {"before": dict(change.before), "after": dict(change.after)}
    return _json(planned), _json(dict(change.detail))


def _inserted(connection: Connection, row: tuple[object, ...]) -> int:
    columns = "run, operation, subject, planned, detail, undoes"
    sql = f"insert into changes ({columns}) values (?, ?, ?, ?, ?, ?) returning id"
    return int(connection.execute(sql, row).fetchone()[0])


def _change(row: tuple[object, ...], effects: tuple[PastEffect, ...]) -> PastChange:
    run, operation, subject, begun, ended, finding, number, planned, detail, undoes = row
    return PastChange(
        run=str(run),
        operation=str(operation),
        subject=str(subject),
        begun=str(begun or ""),
        ended=str(ended or ""),
        finding=document.finding_from_json(json.loads(str(finding))) if finding else None,
        effects=effects,
        number=int(str(number)),
        planned=document.planned_from_json(subject, json.loads(str(planned)), json.loads(str(detail))),
        undoes=int(str(undoes or 0)),
    )


def _effects(connection: Connection, change: int) -> tuple[PastEffect, ...]:
    sql = (
        "select action, intent, begun, ended, status, outcome from effects where change = ? order by ordinal"
    )
    return tuple(
        PastEffect(action, json.loads(intent), begun, ended or "", status or "", json.loads(outcome or "{}"))
        for action, intent, begun, ended, status, outcome in connection.execute(sql, (change,))
    )


def _json(value: object) -> str:
    return json.dumps(value, default=str)
