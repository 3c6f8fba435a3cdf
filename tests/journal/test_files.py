"""Journals whose files are not what they should be, and who can read them."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import ConfigError
from imadmin.journal import Journal
from imadmin.journal.schema import VERSION
from imadmin.operations import Change

from .conftest import change

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")


def test_a_later_version_is_refused_and_left_alone(journal: Journal) -> None:
    with closing(sqlite3.connect(journal.path)) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    with pytest.raises(ConfigError, match="was written by a later imadmin") as refused:
        Journal(journal.path.parent)
    assert "pip install --upgrade imadmin" in refused.value.remedy
    with closing(sqlite3.connect(journal.path)) as connection:
        assert connection.execute("pragma user_version").fetchone() == (VERSION + 1,)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_journal_is_moved_aside(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite3").write_bytes(content)
    journal = Journal(tmp_path)
    assert journal.damaged is not None
    assert journal.damaged.read_bytes() == content
    assert journal.entries() == []
    assert Journal(tmp_path).damaged is None, "it is told once"


def test_a_file_that_is_damaged_further_on_is_moved_aside_whole(begun: Callable[..., Journal]) -> None:
    journal = begun(*(f"r{number:03}" for number in range(100)))
    content = journal.path.read_bytes()
    damaged = content[:4096] + b"\xff" * (len(content) - 4096)
    journal.path.write_bytes(damaged)
    with pytest.raises(ConfigError, match="is damaged, and was moved to journal") as told:
        Journal(journal.path.parent).entries()
    assert "a new journal begins" in told.value.remedy
    [kept] = journal.path.parent.glob("journal.sqlite3.damaged-????????")
    assert kept.read_bytes() == damaged
    with pytest.raises(ConfigError, match="is gone"):
        journal.entries()
    assert Journal(journal.path.parent).entries() == []


def test_a_full_disk_is_said_to_be_one(begun: Callable[..., Journal]) -> None:
    journal = begun("r1")
    with (
        sqlite_as(journal, "pragma max_page_count = 1"),
        pytest.raises(ConfigError, match="disk is full") as told,
    ):
        journal.changes.plan("r1", "paint", [Change(f"door {n}", {"colour": "red" * 999}) for n in range(99)])
    assert "nothing is changed" in told.value.remedy
    assert journal.changes.of("r1") == [], "the plan is recorded whole or not at all"


def test_a_journal_that_cannot_be_written(begun: Callable[..., Journal]) -> None:
    journal = begun("r1")
    with (
        sqlite_as(journal, "pragma query_only = 1"),
        pytest.raises(ConfigError, match="cannot be written") as told,
    ):
        journal.steps.begin("r1", "cell", "check", ())
    assert "nothing is changed" in told.value.remedy


@contextmanager
def sqlite_as(journal: Journal, pragma: str) -> Iterator[None]:
    """SQLite itself fails as it would on such a disk."""
    connect = journal._database._connect

    def limited() -> sqlite3.Connection:
        connection = connect()
        connection.execute(pragma)
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal._database, "_connect", limited)
        yield


@pytest.mark.parametrize("document", ["{", "[]", "{}", '{"schema_version": "2"}', '{"schema_version": "1"}'])
def test_results_that_cannot_be_read(document: str, begun: Callable[..., Journal]) -> None:
    journal = begun("r1")
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.execute("update runs set document = ?", (document,))
    with pytest.raises(ConfigError, match="the results of run r1 cannot be read"):
        journal.document("r1")


@pytest.mark.parametrize("planned", ["{", "[]", "{}", '{"before": 1, "after": {}}'])
def test_a_change_that_cannot_be_read(planned: str, changed: Journal) -> None:
    change(changed, "r1", "door")
    with closing(sqlite3.connect(changed.path)) as connection, connection:
        connection.execute("update changes set planned = ?", (planned,))
    with pytest.raises(ConfigError, match="a change cannot be read") as refused:
        changed.interrupted()
    assert refused.value.where == str(changed.path)


def test_a_run_that_cannot_be_read(begun: Callable[..., Journal]) -> None:
    journal = begun("r1")
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.execute("update runs set command = 'x'")
    with pytest.raises(ConfigError, match="a run cannot be read: it is no JSON"):
        journal.entries()


def test_a_folder_that_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="cannot be used") as refused:
        Journal(tmp_path / "file" / "home")
    assert "IMADMIN_HOME" in refused.value.remedy


@posix
def test_it_is_for_the_owner_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a" / "b")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a/b")} == {0o700}
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.execute("delete from runs")
        files = list(journal.path.parent.iterdir())
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    journal.path.chmod(0o644)
    Journal(journal.path.parent)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
