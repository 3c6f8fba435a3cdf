"""The scheduler of network work: bounds, patience, servers that break, ending at once."""

from __future__ import annotations

import threading
import time
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.fleet import Answer, Busy, Down, Fleet, Lane, Refused, Silent
from imadmin.fleet.keys import DOUBTS, Key
from imadmin.fleet.track import Track

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imadmin.fleet import Progress, Result, Trouble

ASK = f"{__name__}:ask"
SERVER, ACCOUNT = "mail.contoso.com", "svc"
LIMITS = {SERVER: 8, ACCOUNT: 4}


class Server:
    """Answers in this process, and counts what is asked at once.

    Args:
        trouble: what is the matter, given how many were asked before and the subject.
        together: answers are held back until so many are asked at once.
    """

    def __init__(
        self, trouble: Callable[[int, str], Trouble | None] = lambda *_: None, together: int = 1
    ) -> None:
        self.asked: list[str] = []
        self.most = 0
        self.ended = threading.Event()
        self._trouble = trouble
        self._together = together
        self._now = 0
        self._changed = threading.Condition()

    def ask(self, subject: str) -> Answer[str]:
        with self._changed:
            before = len(self.asked)
            self.asked.append(subject)
            self._now += 1
            self.most = max(self.most, self._now)
            self._changed.notify_all()
            if before >= 1:
                self._changed.wait_for(lambda: self.most >= self._together, timeout=30)
        try:
            return Answer(subject.upper(), self._trouble(before, subject))
        finally:
            with self._changed:
                self._now -= 1

    def hang(self, subject: str) -> Answer[str]:
        self.asked.append(subject)
        self.ended.wait(30)
        return Answer(subject)


def ask(server: Server, subject: str) -> Answer[str]:
    return server.ask(subject)


def hang(server: Server, subject: str) -> Answer[str]:
    return server.hang(subject) if subject != "first" else Answer(subject)


def odd(_: object, subject: str) -> object:
    if subject == "raises":
        raise LookupError("no such thing")
    if subject == "exits":
        raise SystemExit(3)
    return Answer(subject) if subject == "fine" else subject


def lane(server: Server, subjects: Iterable[str], name: str = "onprem", **settings: Any) -> Lane[str]:
    settings.setdefault("limits", LIMITS)
    return Lane(name, settings.pop("function", ASK), server, subjects, **settings)


def results(*lanes: Lane[str], **settings: Any) -> list[Result[str, str]]:
    with Fleet[str, str](lanes, **settings) as fleet:
        return list(fleet)


def addresses(number: int) -> list[str]:
    return [f"u{n}@contoso.com" for n in range(number)]


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive(), f"{thread.name} is left"


@pytest.mark.parametrize("batch", [1, 7])
def test_every_subject_has_its_result(batch: int) -> None:
    server = Server()
    found = results(lane(server, addresses(100), batch=batch))
    assert sorted(r.value or "" for r in found) == sorted(map(str.upper, addresses(100)))
    assert {(r.lane, r.why_not) for r in found} == {("onprem", "")}
    assert sorted(server.asked) == sorted(addresses(100))


def test_no_subjects_no_results() -> None:
    assert results(lane(Server(), [])) == []
    assert results() == []


def test_what_breaks_costs_its_own_subject_only() -> None:
    found = results(lane(Server(), ["raises", "exits", "nothing", "fine"], function=f"{__name__}:odd"))
    assert {r.subject: r.why_not for r in found} == {
        "raises": "LookupError: no such thing",
        "exits": "it called sys.exit(3)",
        "nothing": "TypeError: gave str, not an Answer",
        "fine": "",
    }


def test_a_function_that_is_not_there_is_told_at_once() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        results(lane(Server(), ["a"], function=f"{__name__}:nothing"))
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        results(lane(Server(), ["a"], function="no_such_module:ask"))


def test_subjects_that_cannot_be_had_end_it() -> None:
    def failing() -> Iterator[str]:
        yield from addresses(20)
        raise LookupError("the table is gone")

    with pytest.raises(LookupError, match="the table is gone"):
        results(lane(Server(), failing()))


def test_as_many_at_once_as_every_limit_allows_and_no_more() -> None:
    server = Server(together=4)
    results(lane(server, addresses(40)))
    assert server.most == 4


def test_lanes_share_a_server() -> None:
    server = Server(together=3)
    names = ("one", "two", "three")
    lanes = [lane(server, addresses(20), name, limits={SERVER: 3, name: 2}) for name in names]
    found = results(*lanes)
    assert server.most == 3
    assert sorted(r.lane for r in found) == sorted(names * 20)


def test_subjects_are_taken_as_they_are_needed() -> None:
    taken = []

    def endless() -> Iterator[str]:
        for number in count():
            taken.append(number)
            yield str(number)

    with Fleet[str, str]([lane(Server(), endless(), batch=2)]) as fleet:
        assert len(list(islice(fleet, 500))) == 500
        assert len(taken) < 500 + 40


def test_one_at_a_time_until_the_first_answer() -> None:
    """Eight with a wrong password would be eight failed log-ins, and a locked account."""
    server = Server(lambda *_: Refused("wrong password", ACCOUNT), together=2)
    found = results(lane(server, addresses(50), batch=5))
    assert len(server.asked) == 1
    assert [r.value for r in found if r.value] == ["U0@CONTOSO.COM"]
    assert {r.why_not for r in found if not r.value} == {"wrong password"}
    assert len(found) == 50


def test_a_refused_credential_leaves_the_others_alone() -> None:
    bad, good = Server(lambda *_: Refused("wrong password", "bad")), Server()
    lanes = [
        lane(bad, addresses(9), "bad lane", limits={SERVER: 8, "bad": 4}),
        lane(good, addresses(9), "good lane", limits={SERVER: 8, "good": 4}),
    ]
    found = results(*lanes)
    assert [r.value is None for r in found if r.lane == "good lane"] == [False] * 9
    assert len(bad.asked) == 1


def test_a_server_that_is_down_costs_one_time_out() -> None:
    server = Server(lambda *_: Down("nobody listens", SERVER))
    lanes = [lane(server, addresses(500), name, limits={SERVER: 8, name: 4}) for name in ("one", "two")]
    found = results(*lanes, again=60.0)
    assert len(server.asked) == 1
    assert len(found) == 1000
    assert {r.why_not for r in found} == {"", "nobody listens"}


def test_a_server_that_comes_back_is_asked_on() -> None:
    server = Server(lambda before, _: Down("restarting", SERVER) if before == 20 else None)
    found = results(lane(server, addresses(60)), again=0.05)
    assert len(found) == len(server.asked) == 60
    assert not [r for r in found if r.why_not]


def test_a_server_that_does_not_come_back_is_tried_once_more() -> None:
    server = Server(lambda before, _: Down("gone", SERVER) if before >= 20 else None)
    found = results(lane(server, addresses(60)), again=0.05)
    assert len(found) == 60
    assert 21 < len(server.asked) <= 20 + LIMITS[ACCOUNT] + 1
    assert {r.why_not for r in found} == {"", "gone"}


def test_silence_is_the_subjects_until_it_is_everybodys() -> None:
    server = Server(lambda before, _: Silent("no answer", SERVER) if before % 3 else None)
    assert not [r for r in results(lane(server, addresses(30))) if r.why_not]
    hung = Server(lambda *_: Silent("no answer", SERVER))
    found = results(lane(hung, addresses(30)), again=60.0)
    assert len(hung.asked) == 3
    assert {r.why_not for r in found} == {"", "no answer (3 times in a row)"}


def test_a_server_that_falls_silent_is_tried_once_more() -> None:
    key = Key(6, again=10.0)
    key.answered(0.0)
    for _ in range(DOUBTS):
        key.is_silent("no answer", 1.0, 30.0)
    assert (key.broken, key.has_room(39.0), key.has_room(40.0)) == ("", False, True)
    key.is_silent("no answer", 40.0, 70.0)
    assert key.broken


def test_a_busy_server_is_left_alone_for_as_long_as_it_says() -> None:
    moments: list[float] = []

    def trouble(before: int, _: str) -> Busy | None:
        moments.append(time.monotonic())
        return Busy("throttled", 0.2) if before == 0 else None

    server = Server(trouble)
    found = results(lane(server, addresses(5)))
    assert server.asked[:3] == ["u0@contoso.com", "u1@contoso.com", "u0@contoso.com"]  # another one first
    assert moments[1] - moments[0] >= 0.2
    assert len(found) == 5
    assert not [r for r in found if r.why_not]


def test_a_pause_halves_what_is_asked_at_once() -> None:
    key = Key(8, again=10.0)
    track = Track(lane(Server(), addresses(100)), {"onprem": key})

    def begun(now: float) -> int:
        before = track.flying
        while track.may_begin(now):
            track.begin()
        return track.flying - before

    assert begun(0.0) == 1
    track.answered(began=0.0, now=0.0)
    assert begun(0.0) == 7
    for _ in range(8):
        track.landed(())
    for began in (1.0, 1.1):  # of the same moment: one pause
        assert track.pause("throttled", None, began, now=2.0) == 1.0
    assert begun(2.9) == 0
    assert begun(3.0) == 4
    assert track.pause("throttled", None, began=3.0, now=3.0) == 2.0
    for _ in range(2):
        track.answered(began=5.0, now=5.0)
    assert begun(5.0) == 0
    track.landed(())
    track.landed(())
    assert begun(5.0) == 1


def test_a_server_that_is_always_busy_is_not_waited_for_for_ever() -> None:
    server = Server(lambda *_: Busy("throttled", 0.05))
    found = results(lane(server, addresses(40), deadline=0.2))
    assert len(found) == 40
    assert 2 <= len(server.asked) <= 5
    assert {r.subject for r in found if r.value} == set(server.asked)
    assert "throttled (nothing else came for 0.2 seconds)" in {r.why_not for r in found}


def test_a_server_that_wants_more_time_than_there_is_is_asked_once() -> None:
    server = Server(lambda *_: Busy("throttled", 300.0))
    assert len(results(lane(server, addresses(40), deadline=30.0))) == 40
    assert len(server.asked) == 1


def test_one_mailbox_that_is_throttled_alone_costs_the_others_nothing() -> None:
    """With impersonation Exchange counts against the mailbox, not against who asks."""
    server = Server(lambda _, subject: Busy("throttled", 0.01) if subject == "u3@contoso.com" else None)
    found = results(lane(server, addresses(60), deadline=0.1))
    assert sorted(r.value or "" for r in found) == sorted(map(str.upper, addresses(60)))
    assert server.asked.count("u3@contoso.com") > 1


def test_another_lane_goes_on_while_one_waits() -> None:
    waiting, going = Server(lambda *_: Busy("throttled", 30.0)), Server()
    lanes = [lane(waiting, ["a"], deadline=60.0), lane(going, addresses(50), "other", limits={"x": 2})]
    with Fleet[str, str](lanes) as fleet:
        assert {r.lane for r in islice(fleet, 50)} == {"other"}


def test_the_time_for_all_of_them() -> None:
    server = Server()
    found = results(lane(server, addresses(30)), seconds=0.0)
    assert (len(found), server.asked) == (30, [])
    assert {r.why_not for r in found} == {"the time for all of them is over (0 seconds)"}


def test_leaving_ends_what_is_under_way() -> None:
    server = Server()
    begun = time.monotonic()
    subjects = ["first", *addresses(30)]
    hanging = lane(server, subjects, function=f"{__name__}:hang", cancel=server.ended.set)
    with Fleet[str, str]([hanging]) as fleet:
        for result in fleet:
            assert result.subject == "first"
            break
        fleet._launch(time.monotonic())
    assert len(server.asked) <= LIMITS[ACCOUNT]
    assert time.monotonic() - begun < 10  # and not the half minute for which the server would hang


def test_how_far_it_has_come_is_told() -> None:
    told: list[Progress] = []
    results(lane(Server(), addresses(20), count=20), tell=told.append)
    assert (told[-1].done, told[-1].total, told[-1].waiting) == (20, 20, ())
    assert told[-1].rate > 0
    assert told[-1].left == 0
    results(lane(Server(), addresses(3)), tell=told.append)
    assert (told[-1].done, told[-1].total) == (3, None)


def test_what_is_waited_for_is_told() -> None:
    told: list[Progress] = []
    server = Server(lambda before, _: Busy("throttled", 1.0) if before == 0 else None)
    results(lane(server, ["a"], count=1), tell=told.append)
    assert ("onprem: throttled",) in [progress.waiting for progress in told]


def test_that_a_server_is_tried_once_more_is_told() -> None:
    told: list[Progress] = []
    server = Server(lambda before, _: Down("gone", SERVER) if before else None)
    results(lane(server, addresses(9)), tell=told.append, again=1.0)
    waiting = "onprem: no answer from mail.contoso.com, which is tried once more"
    assert (waiting,) in [progress.waiting for progress in told]


def test_an_answer_that_proves_nothing_does_not_widen_a_lane() -> None:
    key = Key(8, again=10.0)
    key.flying = 1
    key.answered(1.0, proves=False)
    assert not key.has_room(2.0)
    key.answered(2.0)
    key.answered(3.0, proves=False)
    assert key.has_room(4.0)
