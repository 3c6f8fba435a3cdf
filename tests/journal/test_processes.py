"""Several processes at one journal, and one that is killed."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import ConfigError
from imadmin.journal import Journal
from imadmin.journal.database import BUSY_SECONDS

from .conftest import VERSION_1, line_of, steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")


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
