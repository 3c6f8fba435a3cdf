"""What operations changed: planned, begun, ended, and found again."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from imadmin.errors import ConfigError
from imadmin.journal import Journal
from imadmin.operations import Change
from imadmin.records import Finding, Status

from .conftest import change, latest


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
