"""Journals that an earlier imadmin has written: migrated in place, whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import ConfigError
from imadmin.journal import Journal
from imadmin.journal.schema import VERSION
from imadmin.operations import Change

from .conftest import VERSION_1, change, latest, steps

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def old_journal(tmp_path: Path) -> Path:
    """The folder of a journal of version 1, with a run and a step."""
    with closing(sqlite3.connect(tmp_path / "journal.sqlite3")) as connection:
        connection.executescript(VERSION_1)
    return tmp_path


def test_a_journal_of_version_1_is_migrated_in_place(old_journal: Path) -> None:
    journal = Journal(old_journal)
    (entry,) = journal.entries()
    assert (entry.id, entry.ended, entry.exit_status) == ("20260101-old", "2026-01-01T10:00:09Z", 1)
    assert (entry.deployment, entry.command) == ("contoso", ("imadmin", "check"))
    assert steps(journal) == [("20260101-old", 1, None, '["policy"]')]
    assert latest(journal, "/saved") == []
    change(journal, "20260101-old", "door", "It is blue.")
    assert latest(journal, "/saved") == [("door", "20260101-old", "It is blue.")]
    with closing(sqlite3.connect(journal.path)) as connection:
        assert connection.execute("pragma user_version").fetchone() == (VERSION,)


def test_a_migrated_journal_is_like_a_new_one(old_journal: Path, journal: Journal) -> None:
    def schema(path: Path) -> set[str]:
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("select sql from sqlite_schema where sql is not null").fetchall()
        return {" ".join(str(row[0]).replace("IF NOT EXISTS ", "").split()) for row in found}

    assert schema(Journal(old_journal).path) == schema(journal.path)
    with closing(sqlite3.connect(journal.path)) as connection:
        assert connection.execute("pragma foreign_key_check").fetchall() == []


def test_a_migration_that_fails_changes_nothing(old_journal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = ("", "create table half (x); insert into no_such_table values (1);")
    with monkeypatch.context() as patch:
        patch.setattr("imadmin.journal.database.MIGRATIONS", broken)
        with pytest.raises(ConfigError, match="is not a usable journal"):
            Journal(old_journal)
    with closing(sqlite3.connect(old_journal / "journal.sqlite3")) as connection:
        assert connection.execute("select name from sqlite_schema where name = 'half'").fetchall() == []
    assert Journal(old_journal).find("latest").id == "20260101-old"


VERSION_2 = """
create table changes (
  id integer primary key, run text not null references runs(id), operation text not null,
  subject text not null, planned text not null, begun text not null, ended text, finding text
) strict;
create table effects (
  change integer not null references changes(id), ordinal integer not null, action text not null,
  intent text not null, begun text not null, ended text, status text, outcome text,
  primary key (change, ordinal)
) strict;
create index changes_of on changes (operation, subject);
insert into changes values (7, '20260101-old', 'test-send', 'a@x.com → b@x.com',
  '{"before": {}, "after": {"wait": 5}}', '2026-01-01T10:00:02Z', null, null);
insert into effects values (7, 1, 'send', '{"token": "t1"}', '2026-01-01T10:00:03Z', null, null, null);
pragma user_version = 2;
"""


def test_a_journal_of_version_2_keeps_its_changes_and_what_is_in_doubt(old_journal: Path) -> None:
    with closing(sqlite3.connect(old_journal / "journal.sqlite3")) as connection:
        connection.executescript(VERSION_2)
    journal = Journal(old_journal)
    [past] = journal.changes.of("20260101-old")
    assert (past.number, past.subject, past.unfinished) == (7, "a@x.com → b@x.com", True)
    assert (past.planned.after, past.planned.detail) == ({"wait": 5}, {})
    assert (past.intents, [effect.status for effect in past.doubtful]) == (({"token": "t1"},), [""])
    assert list(journal.interrupted()) == ["20260101-old"]
    [number] = journal.changes.plan("20260101-old", "paint", [Change("door")])
    assert number == 8
