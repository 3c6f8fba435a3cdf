"""What came of each subject of a run that asks about many, so that it can go on where it was ended."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from imadmin.journal.database import JournalDatabase

__all__ = ["PastSubject", "SubjectLog"]


class PastSubject(NamedTuple):
    """A subject as the journal has it.

    Attributes:
        subject: such as the address of a mailbox.
        settled: False where it should be asked about again when the run goes on.
        outcome: what came of it.
    """

    subject: str
    settled: bool
    outcome: Mapping[str, object]


class SubjectLog:
    """The subjects in the journal; each is there once a run."""

    def __init__(self, database: JournalDatabase) -> None:
        self._database = database

    def keep(self, run: str, subjects: Iterable[PastSubject]) -> None:
        """Record what came of some subjects, in place of what is there of them."""
        rows = [(run, one.subject, one.settled, json.dumps(dict(one.outcome))) for one in subjects]
        with self._database.writing() as connection:
            connection.executemany("insert or replace into subjects values (?, ?, ?, ?)", rows)

    def settled(self, run: str, subjects: Sequence[str]) -> set[str]:
        """Those of *subjects* about which nothing is to be asked any more."""
        given = json.dumps(subjects)
        sql = (
            "select subject from subjects where run = ? and settled"
            " and subject in (select value from json_each(?))"
        )
        with self._database.reading() as connection:
            return {row[0] for row in connection.execute(sql, (run, given))}

    def count(self, run: str) -> int:
        """How many subjects of a run are settled."""
        sql = "select count(*) from subjects where run = ? and settled"
        with self._database.reading() as connection:
            return int(connection.execute(sql, (run,)).fetchone()[0])

    def all(self, run: str) -> Iterator[PastSubject]:
        """All subjects of a run by name, one by one."""
        sql = "select subject, settled, outcome from subjects where run = ? order by subject"
        with self._database.reading() as connection:
            for subject, settled, outcome in connection.execute(sql, (run,)):
                yield PastSubject(subject, bool(settled), json.loads(outcome))
