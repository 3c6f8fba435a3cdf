"""The journal: what is recorded, for how long it holds, and who can read it."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import ConfigError, UsageError
from imadmin.journal import Journal
from imadmin.journal.database import BUSY_SECONDS
from imadmin.journal.retention import outlived
from imadmin.journal.schema import VERSION
from imadmin.operations import Change
from imadmin.records import Finding, Severity, Stage, Status
from imadmin.run import CheckResult, Person, Run, RunInfo, Summary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")


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


def a_run(name: str) -> Run:
    finding = Finding(
        "Tag:Legal", Status.FAIL, "forbidden", ("zoë@x.com",), 1, {"b": [1, None]}, "fix", "ref"
    )
    result = CheckResult(
        "policy.x", "X", "policy", Stage.POLICY, Severity.HIGH, Status.FAIL, {"fail": 1}, 0.25, (finding,)
    )
    info = RunInfo(name, "2026-11-20T11:44:45Z", "contoso", ("imadmin", "check"), "/saved", "0.1.0")
    return Run(
        info, Summary(1, 0, 1, 0, (Stage.EWS,)), (Person("zoë@x.com", "cannot", ("policy.x",)),), (result,)
    )


# What is recorded


def test_a_run_from_its_beginning_to_its_end(journal: Journal, tmp_path: Path) -> None:
    journal.begin(
        "r1",
        deployment="contoso",
        source="/saved",
        command=("imadmin", "run", "readiness"),
        runbook="readiness",
        parameters={"limit": 1},
        folder=tmp_path,
    )
    (entry,) = journal.entries()
    assert (entry.id, entry.deployment, entry.source) == ("r1", "contoso", "/saved")
    assert (entry.runbook, entry.folder) == ("readiness", str(tmp_path))
    assert entry.command == ("imadmin", "run", "readiness")
    assert entry.started.endswith("Z")
    assert (entry.ended, entry.exit_status) == ("", None)
    journal.end("r1", 3)
    (entry,) = journal.entries()
    assert entry.ended >= entry.started
    assert entry.exit_status == 3


def test_the_results_are_kept_as_they_were(begun: Callable[..., Journal]) -> None:
    journal = begun("r1")
    assert journal.document("r1") is None
    assert journal.document("no such run") is None
    journal.keep("r1", a_run("r1"))
    assert Journal(journal.path.parent).document("r1") == a_run("r1")


def test_steps_are_numbered_by_run(begun: Callable[..., Journal]) -> None:
    journal = begun("r1", "r2")
    numbers = [journal.steps.begin(run, "cell", "check", ("policy",)) for run in ("r1", "r1", "r2", "r1")]
    assert numbers == [1, 2, 1, 3]
    journal.steps.end("r1", 2, "fail")
    rows = steps(journal)
    assert [row[:2] for row in rows] == [("r1", 1), ("r1", 2), ("r1", 3), ("r2", 1)]
    assert [row[2] for row in rows] == [None, "fail", None, None]


def steps(journal: Journal) -> list[tuple[str, int, str | None, str]]:
    with closing(sqlite3.connect(journal.path)) as connection:
        sql = "select run, ordinal, status, arguments from steps order by run, ordinal"
        return connection.execute(sql).fetchall()


# Finding a run again


def test_the_newest_comes_first_even_within_a_second(begun: Callable[..., Journal]) -> None:
    names = ["20261120-b", "20261120-c", "20261120-a"]
    journal = begun(*names)
    assert [entry.id for entry in journal.entries()] == names[::-1]
    assert journal.find("latest").id == "20261120-a"


def test_find(begun: Callable[..., Journal]) -> None:
    journal = begun("20261119-aa", "20261120-bb", "20261120-bbcc")
    assert journal.find("20261119").id == "20261119-aa"
    assert journal.find("20261120-bb").id == "20261120-bb"
    with pytest.raises(UsageError, match="2 runs begin with '20261120'"):
        journal.find("20261120")
    with pytest.raises(UsageError, match="there is no run '2025'") as missing:
        journal.find("2025")
    assert missing.value.remedy == "The newest are: 20261120-bbcc, 20261120-bb, 20261119-aa"


def test_find_in_an_empty_journal(journal: Journal) -> None:
    with pytest.raises(UsageError, match="there is no run 'latest'") as missing:
        journal.find("latest")
    assert "none yet" in missing.value.remedy


# What operations changed


def change(journal: Journal, run: str, subject: str, message: str = "", operation: str = "paint") -> None:
    """Record a change; one without a message never ended."""
    [number] = journal.changes.plan(run, operation, [Change(subject)])
    journal.changes.begin(number)
    if message:
        journal.changes.end(number, Finding(subject, Status.WARN, message, evidence={"coats": [1, None]}))


@pytest.fixture
def changed(journal: Journal) -> Journal:
    """Two runs over one deployment and one over another."""
    for name, source in (("r1", "/ours"), ("r2", "/theirs"), ("r3", "/ours")):
        journal.begin(name, deployment="contoso", source=source, command=("imadmin", "run"))
    return journal


def latest(journal: Journal, source: str, operation: str = "paint") -> list[tuple[str, str, str]]:
    found = journal.changes.latest(operation, source)
    return [(past.subject, past.run, past.finding.message if past.finding else "-") for past in found]


def test_a_change_as_it_was(changed: Journal) -> None:
    change(changed, "r1", "door", "It is blue.")
    [past] = Journal(changed.path.parent).changes.latest("paint", "/ours")
    assert (past.run, past.operation, past.subject) == ("r1", "paint", "door")
    assert past.begun.endswith("Z")
    assert past.begun <= past.ended
    assert past.finding == Finding("door", Status.WARN, "It is blue.", evidence={"coats": [1, None]})


def test_a_run_that_was_killed_before_any_result_has_its_changes(changed: Journal) -> None:
    assert changed.document("r1") is None
    change(changed, "r1", "door")
    run = changed.document("r1")
    assert run is not None
    assert (run.info.id, run.info.deployment, run.info.source) == ("r1", "contoso", "/ours")
    assert [(past.subject, past.unfinished) for past in run.changes] == [("door", True)]


def test_of_each_subject_the_newest_change(changed: Journal) -> None:
    change(changed, "r3", "door", "It is red.")
    change(changed, "r1", "gate", "It is green.")
    change(changed, "r1", "door", "It is blue.")
    assert latest(changed, "/ours") == [("door", "r1", "It is blue."), ("gate", "r1", "It is green.")]


def test_a_change_that_never_ended_hides_the_one_before(changed: Journal) -> None:
    """What was true before it is not known to be true still."""
    change(changed, "r1", "door", "It is blue.")
    change(changed, "r3", "door")
    assert latest(changed, "/ours") == [("door", "r3", "-")]


def test_a_deployment_knows_its_own_changes_only(changed: Journal) -> None:
    change(changed, "r1", "door", "It is blue.")
    change(changed, "r2", "door", "It is red.")
    assert latest(changed, "/ours") == [("door", "r1", "It is blue.")]
    assert latest(changed, "/theirs") == [("door", "r2", "It is red.")]
    assert latest(changed, "/nobody") == []


def test_an_operation_knows_its_own_changes_only(changed: Journal) -> None:
    change(changed, "r1", "door", "It is blue.")
    change(changed, "r1", "door", "It squeaks no more.", "oil")
    assert latest(changed, "/ours") == [("door", "r1", "It is blue.")]
    assert latest(changed, "/ours", "oil") == [("door", "r1", "It squeaks no more.")]


def test_what_is_planned_is_known_before_it_begins(changed: Journal) -> None:
    first, second = changed.changes.plan("r1", "paint", [Change("door"), Change("gate")])
    changed.changes.begin(first)
    assert second > first
    assert [(past.subject, bool(past.begun)) for past in changed.changes.of("r1")] == [
        ("door", True),
        ("gate", False),
    ]
    assert latest(changed, "/ours") == [("door", "r1", "-")], "what has not begun has changed nothing"
    assert [past.subject for past in changed.changes.unfinished("r1")] == ["door"]


def test_the_clock_may_jump(changed: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is newer is known by its number."""
    for moment, message in (("2030-01-01T00:00:00Z", "It is blue."), ("1999-01-01T00:00:00Z", "It is red.")):
        for module in ("changes", "runs"):
            monkeypatch.setattr(f"imadmin.journal.{module}.now", lambda moment=moment: moment)
        changed.begin(f"at {moment}", deployment="x", source="/ours", command=())
        change(changed, f"at {moment}", "door", message)
    assert latest(changed, "/ours") == [("door", "at 1999-01-01T00:00:00Z", "It is red.")]
    assert changed.find("latest").id == "at 1999-01-01T00:00:00Z"


def test_a_journal_in_another_ones_place_is_noticed(changed: Journal) -> None:
    """What is recorded there would be of nothing that it knows."""
    [number] = changed.changes.plan("r1", "paint", [Change("door")])
    with closing(sqlite3.connect(changed.path)) as connection, connection:
        connection.execute("delete from changes")
    for step in (
        lambda: changed.changes.intend(number, "brush", {}),
        lambda: changed.changes.happened(number, 1, "done", {}),
        lambda: changed.changes.end(number, Finding("door", Status.PASS, "It is blue.")),
    ):
        with pytest.raises(ConfigError, match="does not know the change"):
            step()


# Runs that were killed, and for how long runs are kept


def test_a_run_goes_on_until_its_end_or_its_processs(begun: Callable[..., Journal]) -> None:
    journal = begun("r1", "r2")
    other = Journal(journal.path.parent)
    assert [other.state(entry) for entry in other.entries()] == ["going on", "going on"]
    journal.end("r1", 0)
    change(journal, "r2", "door")
    assert (other.state(other.find("r1")), other.interrupted()) == ("ended", {})
    with pytest.raises(UsageError, match="run r2 is still going on"):
        other.resume(other.find("r2"))


@posix
def test_a_killed_process_lets_go_of_its_run_and_its_objects(tmp_path: Path) -> None:
    killed = """
import sys
from pathlib import Path
from imadmin.journal import Journal
from imadmin.operations import Change

journal = Journal(Path(sys.argv[1]))
journal.begin("r1", deployment="contoso", source="s", command=("x",))
[number] = journal.changes.plan("r1", "paint", [Change("door")])
lock = journal.changes.lock("s", "door")
journal.changes.begin(number)
print("begun", flush=True)
sys.stdin.readline()
"""
    home = tmp_path / "home"
    with subprocess.Popen(
        [sys.executable, "-c", killed, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert line_of(process) == "begun"
        journal = Journal(home)
        assert journal.changes.lock("s", "door") is None
        assert journal.interrupted() == {}
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    lock = journal.changes.lock("s", "door")
    assert lock is not None
    lock.close()
    assert journal.state(journal.find("r1")) == "interrupted"
    assert [past.subject for past in journal.interrupted()["r1"]] == ["door"]
    journal.resume(journal.find("r1"))
    assert journal.interrupted() == {}


def test_old_runs_go_and_those_with_an_open_change_stay(begun: Callable[..., Journal]) -> None:
    journal = begun("r1", "r2", "r3", "r4", "r5")
    change(journal, "r1", "door")
    change(journal, "r2", "gate", "It is blue.")
    for run in ("r1", "r2", "r4"):
        journal.end(run, 0)
    assert [entry.id for entry in outlived(journal, keep=1)] == ["r4", "r2"], "r1 has a change without end"
    assert [entry.id for entry in outlived(journal, keep=3)] == ["r2"]
    assert outlived(journal, days=1) == []
    journal.forget(entry.id for entry in outlived(journal, keep=1))
    assert [entry.id for entry in journal.entries()] == ["r5", "r3", "r1"]
    assert journal.changes.of("r2") == []


# A journal of an earlier imadmin


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


# Files that are not what they should be


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


# Several processes, and one that is killed


WRITER = """
import sys
from pathlib import Path
from imadmin.journal import Journal

print("ready", flush=True)
sys.stdin.readline()
name = sys.argv[2]
journal = Journal(Path(sys.argv[1]))
journal.begin(name, deployment="contoso", source="s", command=("x",))
for number in range(5):
    ordinal = journal.steps.begin(name, "cell", "check", [number])
    journal.steps.end(name, ordinal, "pass")
print("recorded", flush=True)
sys.stdin.readline()
journal.end(name, 0)
"""


@pytest.fixture
def writers(tmp_path: Path) -> Callable[..., list[subprocess.Popen[str]]]:
    """Processes that wait for a line before they write, and for another before they end."""

    def start(*names: str) -> list[subprocess.Popen[str]]:
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", WRITER, str(tmp_path / "home"), name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for name in names
        ]
        assert [line_of(process) for process in processes] == ["ready"] * len(processes)
        return processes

    return start


def line_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def wake(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.parametrize("old", [False, True])
def test_several_processes_begin_at_once(
    writers: Callable[..., list[subprocess.Popen[str]]], tmp_path: Path, *, old: bool
) -> None:
    """They also meet where there is no journal yet, or one to migrate."""
    if old:
        (tmp_path / "home").mkdir(mode=0o700)
        with closing(sqlite3.connect(tmp_path / "home" / "journal.sqlite3")) as connection:
            connection.executescript(VERSION_1 + "delete from steps; delete from runs;")
    names = [f"r{number}" for number in range(8)]
    processes = writers(*names)
    for process in processes:
        wake(process)
    said = [process.communicate("\n", timeout=60) for process in processes]
    assert said == [("recorded\n", "")] * len(processes)
    journal = Journal(tmp_path / "home")
    assert sorted(entry.id for entry in journal.entries()) == names
    assert {entry.exit_status for entry in journal.entries()} == {0}
    assert [row[:3] for row in steps(journal)] == [(n, o, "pass") for n in names for o in range(1, 6)]


@posix
def test_a_process_that_is_killed(
    writers: Callable[..., list[subprocess.Popen[str]]], tmp_path: Path
) -> None:
    (process,) = writers("r1")
    wake(process)
    assert line_of(process) == "recorded"
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    journal = Journal(tmp_path / "home")
    (entry,) = journal.entries()
    assert (entry.id, entry.ended, entry.exit_status) == ("r1", "", None)
    assert len(steps(journal)) == 5
    journal.begin("r2", deployment="contoso", source="s", command=("x",))
    assert journal.find("latest").id == "r2"


def test_a_journal_that_another_process_keeps_busy(
    begun: Callable[..., Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = begun("r1")
    monkeypatch.setattr("imadmin.journal.database.BUSY_SECONDS", BUSY_SECONDS / 100)
    with closing(sqlite3.connect(journal.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(ConfigError, match="another process keeps it busy") as refused:
            journal.end("r1", 0)
        assert refused.value.remedy == "Try again."
        assert journal.find("latest").id == "r1"
    journal.end("r1", 0)
