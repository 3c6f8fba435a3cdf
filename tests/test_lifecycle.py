"""The life of a change: compared before, proven after, finished and taken back; over a world of paint."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from imadmin import Change, Finding, Operation, SourceError, Status
from imadmin.access import Access
from imadmin.deployment import Deployment
from imadmin.errors import ConfigError, InDoubtError
from imadmin.journal import Journal
from imadmin.lifecycle import Lifecycle

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from imadmin.effects import Effects
    from imadmin.past import PastChange


class World:
    """Things with a colour; what reading and painting them does can be replaced."""

    def __init__(self, folder: Path) -> None:
        self.colours = {"door": "red", "gate": "red"}
        self.journal = Journal(folder / "home")
        self.access = Access(Deployment("x", folder))
        self.coats: list[str] = []
        self.after_painting: Callable[[], None] = lambda: None
        self.operation = Operation(
            "paint", "Paint it", "our handbook", lambda _: (), self.paint, read=self.read
        )
        self.runs = 0

    def read(self, change: Change, _: Access) -> Mapping[str, object]:
        return {"colour": self.colours[change.subject]}

    def paint(self, change: Change, effects: Effects) -> Finding:
        with effects.intend("brush", undone=(SourceError,), thing=change.subject):
            self.coats.append(change.subject)
            self.colours[change.subject] = str(change.after["colour"])
            self.after_painting()
        return Finding(change.subject, Status.PASS, "Painted.")

    def life(self, run: str = "") -> Lifecycle:
        if not run:
            self.runs += 1
            run = f"r{self.runs}"
            self.journal.begin(run, deployment="x", source=str(self.source), command=("test",))
        return Lifecycle(self.operation, self.access, self.journal.changes, run, lambda _: None)

    @property
    def source(self) -> Path:
        return self.access.deployment.source

    def do(self, *subjects: str) -> list[Finding]:
        return self.life().apply([blue(subject) for subject in subjects or ("door",)])

    def pasts(self, run: str = "r1") -> list[PastChange]:
        return self.journal.changes.of(run)

    def statuses(self, run: str = "r1") -> list[str]:
        return [effect.status for past in self.pasts(run) for effect in past.effects]


def blue(subject: str) -> Change:
    return Change(subject, {"colour": "red"}, {"colour": "blue"}, {"room": "hall"})


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def cut_off(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


# Doing it


def test_it_is_read_again_as_proof(world: World) -> None:
    [finding] = world.do()
    assert finding.status is Status.PASS
    assert finding.message == "Painted. Was colour red; read again: colour blue."
    [past] = world.pasts()
    assert (past.planned.before, past.planned.after) == ({"colour": "red"}, {"colour": "blue"})
    assert past.planned.detail == {"room": "hall"}
    assert (past.finding, past.touched, past.doubtful) == (finding, True, ())


def test_what_somebody_changed_meanwhile_is_left_alone(world: World) -> None:
    world.colours["door"] = "green"
    [finding] = world.do()
    assert (finding.status, world.coats) == (Status.FAIL, [])
    assert "it is colour green, and it was colour red when this was planned" in finding.message
    assert not world.pasts()[0].touched


def test_what_is_so_already_is_not_done_again(world: World) -> None:
    world.colours["door"] = "blue"
    [finding] = world.do()
    assert (finding.status, world.coats) == (Status.PASS, [])
    assert "nothing had to be changed" in finding.message


def test_what_cannot_be_read_is_not_touched(world: World) -> None:
    world.operation = world.operation._replace(read=lambda *_: 1 / 0)  # type: ignore[arg-type]
    [finding] = world.do()
    assert (finding.status, world.coats) == (Status.ERROR, [])
    assert "could not read what is there: ZeroDivisionError" in finding.message
    assert world.pasts()[0].ended, "nothing was begun, so nothing is in doubt"


@pytest.mark.parametrize(
    ("error", "recorded"),
    [(InDoubtError("no reply"), "in doubt"), (SourceError("refused"), "failed"), (OSError("x"), "in doubt")],
)
def test_reading_again_tells_what_the_reply_did_not(world: World, error: Exception, recorded: str) -> None:
    world.after_painting = cut_off(error)
    [finding] = world.do()
    assert finding.status is Status.PASS
    assert "Was colour red, is colour blue: read again after this: " in finding.message
    assert str(error) in finding.message
    assert world.statuses() == [recorded]


def test_a_change_that_did_not_happen(world: World) -> None:
    def refuse(change: Change, effects: Effects) -> Finding:
        with effects.intend("brush", undone=(SourceError,), thing=change.subject):
            raise SourceError("out of paint")

    world.operation = world.operation._replace(apply=refuse)
    [finding] = world.do()
    assert finding.status is Status.FAIL
    assert finding.message == "out of paint. Read again: it is still colour red."
    assert (world.statuses(), world.pasts()[0].touched) == (["failed"], False)


def test_a_change_that_may_still_happen(world: World) -> None:
    def send(change: Change, effects: Effects) -> Finding:
        with effects.intend("brush", undone=(SourceError,), thing=change.subject):
            raise InDoubtError("no reply")

    world.operation = world.operation._replace(apply=send)
    [finding] = world.do()
    assert finding.status is Status.ERROR
    assert finding.message == "no reply. Read again: it is still colour red."


def test_a_server_that_says_done_and_shows_the_former_value(world: World) -> None:
    world.after_painting = lambda: world.colours.update(door="red")
    [finding] = world.do()
    assert finding.status is Status.ERROR
    assert "it is still colour red" in finding.message


def test_a_change_that_ends_in_something_else(world: World) -> None:
    world.after_painting = lambda: world.colours.update(door="pink")
    [finding] = world.do()
    assert (finding.status, finding.evidence) == (Status.FAIL, {"colour": "pink"})
    assert "neither as before nor as planned" in finding.message


def test_what_cannot_be_read_afterwards_has_no_end(world: World) -> None:
    answers: Iterator[Mapping[str, object]] = iter([{"colour": "red"}])

    def read(_: Change, __: Access) -> Mapping[str, object]:
        for answer in answers:
            return answer
        raise SourceError("the line is dead")

    world.operation = world.operation._replace(read=read)
    [finding] = world.do()
    assert finding.status is Status.ERROR
    assert "whether it is made is not known: the line is dead" in finding.message
    [past] = world.pasts()
    assert (past.unfinished, past.finding) == (True, None)


@pytest.mark.parametrize(
    ("seen", "status"),
    [
        (Finding("door", Status.PASS, "The photograph shows it."), Status.PASS),
        (Finding("door", Status.WARN, "The photograph is old.", remedy="Wait."), Status.WARN),
        (Finding("door", Status.ERROR, "There is no photograph."), Status.ERROR),
        (None, Status.ERROR),
    ],
)
def test_verifying_by_other_ways(world: World, seen: Finding | None, status: Status) -> None:
    def verify(_: Change, __: Access) -> Iterator[Finding]:
        if seen is None:
            raise SourceError("the camera is broken")
        yield seen

    world.operation = world.operation._replace(verify=verify)
    [finding] = world.do()
    assert finding.status is status
    assert (seen.message if seen else "the camera is broken") in finding.message
    assert finding.remedy == (seen.remedy if seen else "")


def test_a_disk_that_fills_up_after_the_change(world: World) -> None:
    """Nothing goes on unrecorded: what was just made is told, and found again."""
    connect = world.journal._database._connect

    def full() -> sqlite3.Connection:
        connection = connect()
        connection.execute("pragma query_only = 1")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        world.after_painting = lambda: patch.setattr(world.journal._database, "_connect", full)
        with pytest.raises(ConfigError, match=r"Not recorded is: door: Was colour red, is colour blue"):
            world.do("door", "gate")
    assert world.coats == ["door"], "without the journal nothing more is changed"
    door, gate = world.pasts()
    assert (door.unfinished, [effect.status for effect in door.doubtful], gate.begun) == (True, [""], "")
    world.after_painting = lambda: None
    found = world.life("r1").resume([door, gate])
    assert [finding.status for finding in found] == [Status.PASS, Status.PASS]
    assert world.coats == ["door", "gate"]


# Several


def test_several_at_once_and_one_that_fails(world: World) -> None:
    """Two are under way at the same time: each waits for the other."""
    both = threading.Barrier(2, timeout=10)

    def together(change: Change, effects: Effects) -> Finding:
        both.wait()
        if change.subject == "gate":
            raise SourceError("it is locked")
        return world.paint(change, effects)

    world.operation = world.operation._replace(apply=together, at_once=2)
    door, gate = world.do("door", "gate")
    assert (door.status, gate.status) == (Status.PASS, Status.FAIL)
    assert [bool(past.ended) for past in world.pasts()] == [True, True]


def test_one_object_is_changed_by_one_at_a_time(world: World) -> None:
    lock = world.journal.changes.lock(str(world.source), "door")
    assert lock is not None
    door, gate = world.do("door", "gate")
    assert (door.status, gate.status) == (Status.FAIL, Status.PASS)
    assert "Another imadmin of yours is changing it at this moment" in door.message
    assert world.coats == ["gate"]
    lock.close()
    assert world.do("door")[0].status is Status.PASS


# Finishing


def interrupted(world: World, *, made: bool) -> list[PastChange]:
    """A run that was killed in the middle of the first of two changes."""

    def die(change: Change, effects: Effects) -> Finding:
        with effects.intend("brush", thing=change.subject):
            if made:
                world.colours[change.subject] = "blue"
            raise KeyboardInterrupt

    operation, world.operation = world.operation, world.operation._replace(apply=die)
    with pytest.raises(KeyboardInterrupt):
        world.do("door", "gate")
    world.operation = operation
    door, gate = world.pasts()
    assert (door.unfinished, gate.begun) == (True, "")
    return [door, gate]


@pytest.mark.parametrize("made", [True, False])
def test_an_interrupted_run_is_finished_and_nothing_made_twice(world: World, *, made: bool) -> None:
    left = interrupted(world, made=made)
    door, gate = world.life("r1").resume(left)
    assert world.coats == ["gate"] if made else ["door", "gate"]
    assert (door.status, gate.status) == (Status.PASS, Status.PASS)
    assert ("made before the interruption" in door.message) is made
    assert world.colours == {"door": "blue", "gate": "blue"}
    assert all(past.ended for past in world.pasts())


def test_what_somebody_changed_since_the_interruption_is_left_alone(world: World) -> None:
    left = interrupted(world, made=True)
    world.colours["door"] = "green"
    door, _ = world.life("r1").resume(left)
    assert (door.status, world.colours["door"]) == (Status.FAIL, "green")


def test_what_cannot_be_read_stays_without_an_end(world: World) -> None:
    left = interrupted(world, made=True)
    reading = world.operation

    def blind(_: Change, __: Access) -> Mapping[str, object]:
        raise SourceError("fog")

    world.operation = reading._replace(read=blind)
    door, gate = world.life("r1").resume(left)
    assert (door.status, gate.status) == (Status.ERROR, Status.ERROR)
    assert [bool(past.ended) for past in world.pasts()] == [False, True], "the gate was never begun"
    world.operation = reading
    assert world.life("r1").resume(world.pasts()[:1])[0].status is Status.PASS


def test_what_cannot_be_seen_is_never_begun_again(world: World) -> None:
    left = interrupted(world, made=True)
    world.operation = world.operation._replace(read=None)
    door, gate = world.life("r1").resume(left)
    assert (door.status, gate.status) == (Status.ERROR, Status.PASS)
    assert "not begun again" in door.message
    assert world.coats == ["gate"]


def test_an_operation_may_clear_up_in_its_own_way(world: World) -> None:
    left = interrupted(world, made=True)
    seen: list[PastChange] = []

    def clear(past: PastChange, effects: Effects) -> Finding:
        seen.append(past)
        with effects.intend("strip", thing=past.subject):
            world.colours[past.subject] = "red"
        return Finding(past.subject, Status.PASS, "Stripped.")

    world.operation = world.operation._replace(read=None, undo=clear)
    door, _ = world.life("r1").resume(left)
    assert (door.message, world.colours["door"]) == ("Stripped.", "red")
    assert seen[0].intents == ({"thing": "door"},)


# Taking back


def test_undo_puts_back_what_was_there(world: World) -> None:
    world.do("door", "gate")
    gate, door = world.life().undo(world.pasts()[::-1])
    assert (door.status, gate.status) == (Status.PASS, Status.PASS)
    assert world.colours == {"door": "red", "gate": "red"}
    assert [past.undoes for past in world.pasts("r2")] == [past.number for past in world.pasts()[::-1]]
    again, _ = world.life().undo(world.pasts())
    assert "nothing had to be taken back" in again.message
    assert len(world.coats) == 4


def test_undo_leaves_alone_what_was_changed_since(world: World) -> None:
    world.do()
    world.colours["door"] = "green"
    [finding] = world.life().undo(world.pasts())
    assert (finding.status, world.colours["door"]) == (Status.FAIL, "green")
    assert "that run left colour blue" in finding.message
    assert "not taken back" in finding.remedy


@pytest.mark.parametrize("made", [True, False])
def test_undo_of_what_was_interrupted_gives_it_an_end(world: World, *, made: bool) -> None:
    left = interrupted(world, made=made)
    [finding] = world.life().undo(left[:1])
    assert (finding.status, world.colours["door"]) == (Status.PASS, "red")
    door, _ = world.pasts()
    assert door.finding is not None
    assert "taken back by run r2" in door.finding.message


def test_an_undo_can_be_taken_back(world: World) -> None:
    world.do()
    world.life().undo(world.pasts())
    [finding] = world.life().undo(world.pasts("r2"))
    assert (finding.status, world.colours["door"]) == (Status.PASS, "blue")


def test_what_cannot_be_taken_back_says_so(world: World) -> None:
    world.operation = world.operation._replace(read=None)
    world.do()
    [finding] = world.life().undo(world.pasts())
    assert (finding.status, finding.message) == (
        Status.ERROR,
        "This operation knows no way to take it back.",
    )


def test_what_was_begun_and_touched_nothing_is_begun_anew(world: World) -> None:
    world.operation = world.operation._replace(read=None)
    life = world.life()
    [number] = life.log.plan("r1", world.operation.name, [Change("door", after={"colour": "blue"})])
    life.log.begin(number)  # and killed before its first effect
    [door] = life.resume(world.pasts())
    assert (door.status, world.pasts()[0].finding) == (Status.PASS, door)
