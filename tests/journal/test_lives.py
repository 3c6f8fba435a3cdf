"""Runs that go on, and were killed, and for how long they are kept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import UsageError
from imadmin.journal import Journal
from imadmin.journal.retention import outlived

from .conftest import change, line_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")


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
