"""Journals with runs and changes in them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from imadmin.journal import Journal
from imadmin.operations import Change
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

VERSION_1 = """
create table runs (
  id text primary key, started text not null, ended text, deployment text not null, source text not null,
  command text not null, runbook text not null, parameters text not null, folder text not null,
  exit_status integer, document text
) strict;
create table steps (
  run text not null references runs(id), ordinal integer not null, cell text not null, name text not null,
  arguments text not null, started text not null, ended text, status text,
  primary key (run, ordinal)
) strict;
insert into runs values ('20260101-old', '2026-01-01T10:00:00Z', '2026-01-01T10:00:09Z', 'contoso', '/saved',
  '["imadmin", "check"]', '', '{}', '', 1, null);
insert into steps values ('20260101-old', 1, 'cell', 'check', '["policy"]', '2026-01-01T10:00:01Z', null,
  null);
pragma user_version = 1;
"""


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "home")


@pytest.fixture
def begun(journal: Journal) -> Callable[..., Journal]:
    """Record the beginnings of these runs, in this order."""

    def begin(*names: str) -> Journal:
        for name in names:
            journal.begin(name, deployment="contoso", source="/saved", command=("imadmin", "check"))
        return journal

    return begin


@pytest.fixture
def changed(journal: Journal) -> Journal:
    """Two runs over one deployment and one over another."""
    for name, source in (("r1", "/ours"), ("r2", "/theirs"), ("r3", "/ours")):
        journal.begin(name, deployment="contoso", source=source, command=("imadmin", "run"))
    return journal


def change(journal: Journal, run: str, subject: str, message: str = "", operation: str = "paint") -> None:
    """Record a change; one without a message never ended."""
    [number] = journal.changes.plan(run, operation, [Change(subject)])
    journal.changes.begin(number)
    if message:
        journal.changes.end(number, Finding(subject, Status.WARN, message, evidence={"coats": [1, None]}))


def latest(journal: Journal, source: str, operation: str = "paint") -> list[tuple[str, str, str]]:
    found = journal.changes.latest(operation, source)
    return [(past.subject, past.run, past.finding.message if past.finding else "-") for past in found]


def steps(journal: Journal) -> list[tuple[str, int, str | None, str]]:
    with closing(sqlite3.connect(journal.path)) as connection:
        sql = "select run, ordinal, status, arguments from steps order by run, ordinal"
        return connection.execute(sql).fetchall()


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()
