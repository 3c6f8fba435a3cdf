"""Runs: what is recorded of them, and how one is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.errors import UsageError
from imadmin.journal import Journal
from imadmin.records import Finding, Severity, Stage, Status
from imadmin.run import CheckResult, Person, Run, RunInfo, Summary

from .conftest import steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


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
