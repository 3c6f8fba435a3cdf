"""Test sends as runs of their own, and what a lab's mailboxes hold."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.journal import Journal
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin import Finding
    from imadmin.run import CheckResult
    from imadmin_lab.lab import Lab

CHECK = "delivery.test-send"
A, B = "probe-a@contoso.com", "probe-b@contoso.com"


class Sender:
    """Applies `test-send` in a deployment, each time as a run of its own."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.journal = Journal()

    def send(self, **values: object) -> list[Finding]:
        return self.apply("test-send", **{"wait": 1, **values})

    def apply(self, operation: str, **values: object) -> list[Finding]:
        run = f"r{len(self.journal.entries())}"
        self.journal.begin(run, deployment="contoso", source=str(self.file), command=("test",))
        with open_session(Target.of(self.file), run_id=run, log=self.journal.changes) as session:
            return session.apply(operation, **values)

    def undo(self, run: str) -> list[Finding]:
        """Take a run back, as a run of its own."""
        self.journal.begin(f"undo-{run}", deployment="contoso", source=str(self.file), command=("test",))
        with open_session(Target.of(self.file), run_id=f"undo-{run}", log=self.journal.changes) as session:
            return session.changing.undo(self.journal.changes.of(run))

    def one(self, **values: object) -> Finding:
        """The finding on the pair of the two probe mailboxes."""
        [finding] = self.send(**{"sender": A, "recipient": B, **values})
        return finding

    def judged(self) -> CheckResult:
        """What the check says now."""
        with open_session(Target.of(self.file), log=self.journal.changes) as session:
            [result] = session.check(CHECK)
            return result

    def effects(self) -> list[tuple[str, str | None, dict[str, Any]]]:
        """Action, status and intent of every effect so far."""
        with closing(sqlite3.connect(self.journal.path)) as connection:
            sql = "select action, status, intent from effects order by change, ordinal"
            rows = connection.execute(sql).fetchall()
        return [(action, status, json.loads(intent)) for action, status, intent in rows]

    def changes(self) -> list[tuple[str, bool]]:
        """Subject of every change so far, and whether it came to its end."""
        with closing(sqlite3.connect(self.journal.path)) as connection:
            rows = connection.execute("select subject, ended from changes order by id").fetchall()
        return [(subject, ended is not None) for subject, ended in rows]


@pytest.fixture
def sender(deploy: Callable[..., Path]) -> Sender:
    return Sender(deploy())


@pytest.fixture
def sending() -> type[Sender]:
    return Sender


@pytest.fixture
def items(lab: Lab) -> Callable[[], list[str]]:
    """The subjects of all items in all folders of all mailboxes."""

    def subjects() -> list[str]:
        with lab.store.reading() as session:
            return [str(row[0]) for row in session.rows("select subject from item where folder is not null")]

    return subjects
