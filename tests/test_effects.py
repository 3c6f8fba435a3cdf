"""Operations: what is journaled before and after, and what is left of one that broke or was killed."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from imadmin import Change, Finding, Operation, SourceError, Status
from imadmin.access import Access
from imadmin.deployment import Deployment
from imadmin.errors import ConfigError, ParameterError, PluginError
from imadmin.journal import Journal
from imadmin.lifecycle import Lifecycle
from imadmin.planning import planned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from imadmin import Event
    from imadmin.effects import Effects

    Apply: TypeAlias = Callable[[Change, Effects], Finding]


class World:
    """A journal with a run in it, and operations over a deployment that describes nothing."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / "home")
        self.journal.begin("r1", deployment="x", source=str(folder), command=("test",))
        self.access = Access(Deployment("x", folder))
        self.source = str(folder)
        self.events: list[Event] = []

    def do(self, function: Apply, *subjects: str) -> list[Finding]:
        operation = Operation("paint", "Paint it", "our handbook", lambda _: (), function)
        changes = [
            Change(subject, {"colour": "red"}, {"colour": "blue"}) for subject in subjects or ("door",)
        ]
        return self.life(operation).apply(changes)

    def life(self, operation: Operation) -> Lifecycle:
        return Lifecycle(operation, self.access, self.journal.changes, "r1", self.events.append)

    def rows(self, table: str) -> list[dict[str, Any]]:
        return rows(self.journal.path, table)


def rows(journal: Path, table: str) -> list[dict[str, Any]]:
    """The rows of the journal's table, JSON read."""
    with closing(sqlite3.connect(journal)) as connection:
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute(f"select * from {table} order by rowid")]
    return [{name: _read(name, value) for name, value in row.items()} for row in found]


def _read(name: str, value: Any) -> Any:
    read = name in {"planned", "finding", "intent", "outcome"} and value is not None
    return json.loads(value) if read else value


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def done(change: Change) -> Finding:
    return Finding(change.subject, Status.PASS, "It is blue.", evidence={"coats": 2})


def paint(change: Change, effects: Effects) -> Finding:
    with effects.intend("brush", thing=change.subject) as outcome:
        outcome["coats"] = 2
    return done(change)


# What is journaled, and when


def test_a_change_from_its_intent_to_its_finding(world: World) -> None:
    [finding] = world.do(paint)
    assert finding == Finding("door", Status.PASS, "It is blue.", evidence={"coats": 2})
    [change] = world.rows("changes")
    assert (change["run"], change["operation"], change["subject"]) == ("r1", "paint", "door")
    assert change["planned"] == {"before": {"colour": "red"}, "after": {"colour": "blue"}}
    assert change["begun"] <= change["ended"]
    assert change["finding"]["message"] == "It is blue."
    [effect] = world.rows("effects")
    assert (effect["change"], effect["ordinal"], effect["action"]) == (change["id"], 1, "brush")
    assert (effect["intent"], effect["status"]) == ({"thing": "door"}, "done")
    assert (effect["outcome"], effect["begun"] <= effect["ended"]) == ({"coats": 2}, True)


def test_the_intent_is_journaled_before_and_the_outcome_after(world: World) -> None:
    seen: list[tuple[str | None, str | None]] = []

    def look() -> None:
        seen.append((world.rows("changes")[0]["ended"], *[row["status"] for row in world.rows("effects")]))

    def watched(change: Change, effects: Effects) -> Finding:
        look()
        with effects.intend("brush"):
            look()
        look()
        return done(change)

    world.do(watched)
    assert seen == [(None,), (None, None), (None, "done")]


def test_the_effects_of_a_change_are_numbered(world: World) -> None:
    def thrice(change: Change, effects: Effects) -> Finding:
        for action in ("sand", "brush", "brush"):
            with effects.intend(action):
                pass
        return done(change)

    world.do(thrice, "door", "gate")
    found = [(row["change"], row["ordinal"], row["action"]) for row in world.rows("effects")]
    one, other = (row["id"] for row in world.rows("changes"))
    numbered = [(1, "sand"), (2, "brush"), (3, "brush")]
    assert found == [(change, *rest) for change in (one, other) for rest in numbered]


def test_what_listeners_hear(world: World) -> None:
    world.do(paint)
    heard = [(event.kind, event.name, event.status, event.message) for event in world.events]
    assert heard == [("change", "paint", "started", "door"), ("change", "paint", "pass", "door: It is blue.")]


# What goes wrong


def test_an_effect_that_raises_is_in_doubt(world: World) -> None:
    def broken(_: Change, effects: Effects) -> Finding:
        with effects.intend("brush", thing="door") as outcome:
            outcome["coats"] = 1
            raise SourceError("the line went dead", where="the gate", remedy="Look at the door.")

    [finding] = world.do(broken)
    assert (finding.status, finding.message) == (Status.ERROR, "the gate: the line went dead")
    assert finding.remedy == "Look at the door."
    [effect] = world.rows("effects")
    assert effect["status"] == "in doubt", "whether the other side did it before is not known"
    assert effect["outcome"]["coats"] == 1
    assert "the line went dead" in effect["outcome"]["error"]
    assert world.rows("changes")[0]["ended"]


def test_an_effect_that_raises_and_is_forgiven_stays_in_doubt(world: World) -> None:
    def forgiving(change: Change, effects: Effects) -> Finding:
        with suppress(SourceError), effects.intend("brush"):
            raise SourceError("the line went dead")
        return done(change)

    assert world.do(forgiving)[0].status is Status.PASS
    assert world.rows("effects")[0]["status"] == "in doubt"


RAISED = {
    "one of ours": (SourceError("no answer", where="ex01"), "ex01: no answer"),
    "a bug": (KeyError("x"), "The operation paint broke: KeyError: 'x'"),
    "of several lines": (OSError("no\nluck"), "The operation paint broke: OSError: no luck"),
    "a bug without words": (ValueError(), "The operation paint broke: ValueError"),
    "an exit": (SystemExit(0), "The operation paint broke: it called sys.exit(0)"),
}


@pytest.mark.parametrize("case", RAISED)
def test_whatever_apply_raises_is_an_error_and_costs_no_other_change(world: World, case: str) -> None:
    error, message = RAISED[case]

    def broken(change: Change, effects: Effects) -> Finding:
        if change.subject == "door":
            raise error
        return paint(change, effects)

    door, gate = world.do(broken, "door", "gate")
    assert (door.subject, door.status, door.message) == ("door", Status.ERROR, message)
    assert gate.status is Status.PASS
    assert [bool(row["ended"]) for row in world.rows("changes")] == [True, True]
    assert [row["finding"]["status"] for row in world.rows("changes")] == ["error", "pass"]
    assert [event.status for event in world.events] == ["started", "error", "started", "pass"]


def test_apply_that_gives_no_finding(world: World) -> None:
    def mute(change: Change, _: Effects) -> Finding:
        return change.subject  # type: ignore[return-value]

    [finding] = world.do(mute)
    assert finding.status is Status.ERROR
    assert finding.message == "The operation paint broke: TypeError: apply gave str, not a Finding"
    assert world.rows("changes")[0]["ended"]


def test_an_interrupted_change_has_no_end_and_its_effect_is_in_doubt(world: World) -> None:
    def interrupted(_: Change, effects: Effects) -> Finding:
        with effects.intend("brush"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.do(interrupted, "door", "gate")
    found = [(row["subject"], bool(row["begun"]), row["ended"]) for row in world.rows("changes")]
    assert found == [("door", True, None), ("gate", False, None)]
    assert [row["status"] for row in world.rows("effects")] == ["in doubt"]
    [past] = world.journal.changes.latest("paint", world.source)
    assert (past.ended, past.finding) == ("", None)


# Planning


def plan(_: Access, *, colour: str = "blue", coats: int = 1) -> Iterator[Change]:
    yield Change("door", after={"colour": colour, "coats": coats})


PAINT = Operation("paint", "Paint it", "our handbook", plan, paint)


@pytest.mark.parametrize(
    ("values", "after"),
    [({}, {"colour": "blue", "coats": 1}), ({"coats": 3}, {"colour": "blue", "coats": 3})],
)
def test_what_would_be_done(world: World, values: Mapping[str, object], after: Mapping[str, object]) -> None:
    assert planned(PAINT, world.access, values) == [Change("door", after=after)]
    assert world.rows("changes") == []


def test_the_parameters_of_an_operation_are_those_of_its_plan() -> None:
    assert {name: p.default for name, p in PAINT.parameters.items()} == {"colour": "blue", "coats": 1}


def test_an_unknown_parameter(world: World) -> None:
    with pytest.raises(ParameterError, match="the operation has no parameter 'color'") as refused:
        planned(PAINT, world.access, {"coats": 1, "color": "red"})
    assert (refused.value.where, refused.value.remedy) == ("paint", "It has: colour, coats.")


def test_the_first_argument_of_the_plan_is_no_parameter(world: World) -> None:
    with pytest.raises(ParameterError, match="no parameter '_'"):
        planned(PAINT, world.access, {"_": 1})


def test_an_operation_without_parameters(world: World) -> None:
    bare = PAINT._replace(plan=lambda _: [Change("door")])
    assert planned(bare, world.access, {}) == [Change("door")]
    with pytest.raises(ParameterError) as refused:
        planned(bare, world.access, {"colour": "red"})
    assert refused.value.remedy == "It has: none."


def test_a_plan_that_is_refused_midway_plans_nothing(world: World) -> None:
    def refused(_: Access) -> Iterator[Change]:
        yield Change("door")
        raise ConfigError("there is no gate", where="imadmin.yaml")

    with pytest.raises(ConfigError, match="there is no gate"):
        planned(PAINT._replace(plan=refused), world.access, {})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (lambda _: ["door"], "planned something that is no Change"),
        (lambda _: None, "could not be planned: TypeError"),
        (lambda _: 1 / 0, "could not be planned: ZeroDivisionError"),
    ],
)
def test_a_plan_that_breaks_names_its_operation(world: World, given: Any, said: str) -> None:
    with pytest.raises(PluginError, match=f"paint: {said}"):
        planned(PAINT._replace(plan=given), world.access, {})


# A process that is killed


KILLED = """
import sys
from pathlib import Path
from imadmin import Change, Operation
from imadmin.access import Access
from imadmin.deployment import Deployment
from imadmin.journal import Journal
from imadmin.lifecycle import Lifecycle


def paint(change, effects):
    with effects.intend("sand", thing=change.subject):
        pass
    with effects.intend("brush", thing=change.subject):
        print("painting", flush=True)
        sys.stdin.readline()


folder = Path(sys.argv[1])
journal = Journal(folder / "home")
journal.begin("r1", deployment="x", source=str(folder), command=("test",))
operation = Operation("paint", "Paint it", "our handbook", lambda access: (), paint)
access = Access(Deployment("x", folder))
changes = [Change("door", detail={"room": "hall"}), Change("gate")]
Lifecycle(operation, access, journal.changes, "r1", lambda event: None).apply(changes)
"""


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
def test_a_process_that_is_killed_between_intent_and_outcome(tmp_path: Path) -> None:
    """What it was about to do is found; what it did not begin is not."""
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "painting\n"
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    journal = Journal(tmp_path / "home")
    change, waiting = rows(journal.path, "changes")
    assert (change["subject"], change["ended"], change["finding"]) == ("door", None, None)
    assert (waiting["subject"], waiting["begun"]) == ("gate", None), "what was still to be done is known"
    sand, brush = rows(journal.path, "effects")
    assert (sand["action"], sand["status"]) == ("sand", "done")
    assert (brush["action"], brush["intent"]) == ("brush", {"thing": "door"})
    assert (brush["ended"], brush["status"], brush["outcome"]) == (None, None, None)
    [past] = journal.changes.latest("paint", str(tmp_path))
    assert (past.run, past.subject, past.ended, past.finding) == ("r1", "door", "", None)
    assert past.planned.detail == {"room": "hall"}, "undoing needs it"
