"""Changes that an operation does together: each has its own lock, effects and end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin import Change, Finding, ImadminError, Operation, SourceError, Status
from imadmin.access import Access
from imadmin.deployment import Deployment
from imadmin.journal import Journal
from imadmin.lifecycle import Lifecycle
from imadmin.planning import planned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from imadmin import Event
    from imadmin.effects import Effects

    Work = Sequence[tuple[Change, Effects]]
    Together = Callable[[Work], Iterator[tuple[Change, Finding]]]

SUBJECTS = ("a → b", "b → a", "a → c")


def one_by_one(change: Change, _: Effects) -> Finding:
    raise AssertionError(f"{change.subject}: not where there is a way to do them together")


def done(change: Change) -> tuple[Change, Finding]:
    return change, Finding(change.subject, Status.PASS, "Done.")


class Post:
    """Lets an operation do three changes together, as run `r1`."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / "home")
        self.access = Access(Deployment("x", folder))
        self.events: list[Event] = []

    def life(self, together: Together, **more: object) -> Lifecycle:
        operation = Operation("post", "Post it", "our handbook", lambda _: (), one_by_one, together=together)
        operation = operation._replace(**more)  # type: ignore[arg-type]
        return Lifecycle(operation, self.access, self.journal.changes, "r1", self.events.append)

    def do(self, together: Together) -> list[Finding]:
        self.journal.begin("r1", deployment="x", source=str(self.access.deployment.source), command=("test",))
        return self.life(together).apply([Change(subject) for subject in SUBJECTS])

    def ended(self) -> list[bool]:
        return [bool(past.ended) for past in self.journal.changes.of("r1")]


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return Post(tmp_path)


def test_in_whatever_order_they_end_the_findings_are_in_that_of_the_plan(post: Post) -> None:
    def together(work: Work) -> Iterator[tuple[Change, Finding]]:
        for change, effects in reversed(work):
            with effects.intend("post", to=change.subject):
                effects.tell("the post is on its way")
            yield done(change)
            assert post.journal.changes.of("r1")[0].ended == "" or change.subject == SUBJECTS[0]

    findings = post.do(together)
    assert [finding.subject for finding in findings] == list(SUBJECTS)
    assert [event.message for event in post.events if event.status == "started"] == [
        *SUBJECTS,
        *["the post is on its way"] * 3,
    ]
    assert [event.message for event in post.events if event.status == "pass"] == [
        f"{subject}: Done." for subject in reversed(SUBJECTS)
    ]
    assert [past.effects[0].intent for past in post.journal.changes.of("r1")] == [
        {"to": one} for one in SUBJECTS
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (SourceError("it rains"), "it rains"),
        (ZeroDivisionError("x"), "The operation post broke: ZeroDivisionError: x"),
    ],
)
def test_one_that_breaks_costs_those_that_were_not_done(error: Exception, told: str, post: Post) -> None:
    def together(work: Work) -> Iterator[tuple[Change, Finding]]:
        yield done(work[1][0])
        raise error

    findings = post.do(together)
    assert [str(finding.status) for finding in findings] == ["error", "pass", "error"]
    assert told in findings[0].message
    assert post.ended() == [True, True, True]


def test_of_what_it_does_not_tell_nothing_is_known(post: Post) -> None:
    findings = post.do(lambda work: iter([done(work[0][0]), done(work[0][0]), done(Change("stranger"))]))
    assert [str(finding.status) for finding in findings] == ["pass", "error", "error"]
    assert findings[1].message == "The operation post told nothing of it."


def test_interrupted_it_may_clean_up_and_what_has_no_end_keeps_none(post: Post) -> None:
    cleaned: list[str] = []

    def together(work: Work) -> Iterator[tuple[Change, Finding]]:
        try:
            yield done(work[0][0])
            raise KeyboardInterrupt
        finally:
            cleaned.append("all")

    with pytest.raises(KeyboardInterrupt):
        post.do(together)
    assert (cleaned, post.ended()) == (["all"], [True, False, False])


def test_one_that_another_imadmin_is_at_is_left_to_it(post: Post) -> None:
    lock = post.journal.changes.lock(str(post.access.deployment.source), SUBJECTS[1])
    assert lock is not None
    findings = post.do(lambda work: map(done, (change for change, _ in work)))
    lock.close()
    assert [str(finding.status) for finding in findings] == ["pass", "fail", "pass"]
    assert "Another imadmin of yours" in findings[1].message


def test_what_an_earlier_process_began_is_cleared_up_alone_and_the_rest_done(post: Post) -> None:
    def killed(work: Work) -> Iterator[tuple[Change, Finding]]:
        with work[0][1].intend("post"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        post.do(killed)
    left = post.journal.changes.of("r1")
    cleared: list[str] = []

    def undo(past: object, _: Effects) -> Finding:
        cleared.append(past.subject)  # type: ignore[attr-defined]
        return Finding(cleared[-1], Status.SKIP, "Cleared.")

    findings = post.life(lambda _: iter(()), undo=undo).resume(left)
    assert (cleared, post.ended()) == (list(SUBJECTS), [True, True, True])
    assert {str(finding.status) for finding in findings} == {"skip"}


def test_a_plan_gets_the_facts_that_it_names(post: Post) -> None:
    def plan(_: Access, users: object, *, limit: int = 1) -> Iterator[Change]:
        yield Change(f"{users} {limit}")

    operation = Operation("post", "Post it", "our handbook", plan, one_by_one)
    assert (operation.needs, list(operation.parameters)) == (("users",), ["limit"])
    with pytest.raises(ImadminError, match="needs the fact users, which cannot be had"):
        planned(operation, post.access, {})
    facts = {"users": "everybody"}
    assert planned(operation, post.access, {"limit": 2}, facts) == [Change("everybody 2")]  # type: ignore[arg-type]
