"""The question's answer, in words and numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from imadmin.records import Status
from imadmin.reports.saved import notice
from imadmin.verdict import DECISIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.run import Run

__all__ = ["Numbers", "Statement", "Tone", "numbers", "question", "statements", "undecided"]

Tone: TypeAlias = Literal["can", "cannot", "unknown", "aside"]

_POPULATION = "users"
"""The fact that says who the people are; a finding about its loss has this subject."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer."""

    tone: Tone
    text: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many people are in each situation.

    Attributes:
        unexplained: unknown, because something could not be found out.
        unexamined: unknown, with nothing against them, because a stage was not examined.
        unsplit: unknown, and a run that lists only some thousands of people does not say which.
    """

    people: int
    can: int
    cannot: int
    unexplained: int = 0
    unexamined: int = 0
    unsplit: int = 0

    @property
    def unknown(self) -> int:
        """All of whom nobody knows whether they can."""
        return self.unexplained + self.unexamined + self.unsplit


def numbers(run: Run) -> Numbers:
    """Count the people in each situation."""
    summary = run.summary
    known = Numbers(summary.people, summary.can_send, summary.cannot_send)
    if not _undecided(run):
        return replace(known, unexplained=summary.unknown)
    whole = len(run.people) >= summary.cannot_send + summary.unknown
    if whole or any(p.verdict == "unknown" and not p.because for p in run.people):
        # Those with a reason are listed before those without, so a list that goes so far has them all.
        explained = len(run.unexplained)
        return replace(known, unexplained=explained, unexamined=summary.unknown - explained)
    return replace(known, unsplit=summary.unknown)


def question(run: Run) -> str:
    """What was asked."""
    return f"{run.info.deployment}: can these people leave each other offline messages?"


def statements(run: Run) -> list[Statement]:
    """The answer, the most important sentence first."""
    if not run.summary.people:
        return [*_nobody(run), *_aside(run, []), *_old(run)]
    count = numbers(run)
    said = _undecided(run) if run.summary.unknown else []
    known = [*_known(count), *_accepted(run), *_unknown(count, undecided(run))]
    return [*known, *_besides(run), *_aside(run, said), *_old(run)]


def _known(count: Numbers) -> Iterator[Statement]:
    everybody = f"all {count.people:,} people" if count.people > 1 else "this person"
    nobody = f"none of the {count.people:,} people can" if count.people > 1 else "this person cannot"
    if count.can == count.people:
        yield Statement("can", f"Yes, {everybody} can.")
    elif count.cannot == count.people:
        yield Statement("cannot", f"No, {nobody}.")
    else:
        if count.cannot:
            yield Statement("cannot", f"{count.cannot:,} of {count.people:,} people cannot.")
        if count.can:
            yield Statement("can", f"{count.can:,} of {count.people:,} people can.")


def _accepted(run: Run) -> Iterator[Statement]:
    count, cannot = run.summary.accepted, run.summary.cannot_send
    if count:
        what = "That" if count == cannot else f"For {count:,} of them that"
        yield Statement("aside", f"{what} is accepted by name, and makes no run fail.")


def _unknown(count: Numbers, stages: str) -> Iterator[Statement]:
    if not count.unknown:
        return
    lead = f"{count.unknown:,} {'is' if count.unknown == 1 else 'are'} unknown"
    if count.unknown == count.people:
        everybody = f"all {count.people:,} people" if count.people > 1 else "this person"
        lead = f"The answer for {everybody} is unknown"
    yield Statement("unknown", f"{lead}: {_why_unknown(count, stages)}.")


def _why_unknown(count: Numbers, stages: str) -> str:
    lost = "something could not be found out"
    them = "this person" if count.unknown == 1 else "them"
    if count.unsplit:
        return f"{lost}, or nothing stands against them but {stages} not examined"
    if not count.unexamined:
        return f"about {them}, {lost}" + (f", and {stages} not examined" if stages else "")
    if not count.unexplained:
        return f"nothing stands against {them}, but {stages} not examined"
    nothing = f"nothing stands against {count.unexamined:,} of them, but {stages} not examined"
    return f"{nothing}; for {count.unexplained:,} {lost}"


def _besides(run: Run) -> Iterator[Statement]:
    """What failed without being about people: it changes no verdict, and must not go unseen beside one."""
    failed = [
        result.check
        for result in run.results
        if result.status is Status.FAIL and not any(finding.people for finding in result.findings)
    ]
    if failed:
        yield Statement("cannot", f"Besides, {' and '.join(failed)} failed, which concerns no single person.")


def _aside(run: Run, said: list[str]) -> Iterator[Statement]:
    others = [str(stage) for stage in run.summary.not_examined if stage not in said]
    if others:
        yield Statement("aside", f"{'Also not' if said else 'Not'} examined: {', '.join(others)}.")


def _old(run: Run) -> Iterator[Statement]:
    text = notice(run.info)
    if text:
        yield Statement("aside", text)


def _nobody(run: Run) -> Iterator[Statement]:
    found = [finding for result in run.results for finding in result.findings]
    lost = dict.fromkeys(
        f.message for f in found if f.subject == _POPULATION and f.status in {Status.ERROR, Status.SKIP}
    )
    if lost:
        yield Statement("unknown", "There is no answer, because nobody knows who the people are.")
        yield from (Statement("aside", message) for message in lost)
    elif any(f.people and f.status is Status.SKIP for f in found):
        yield Statement("unknown", "There is nobody to answer for: everybody was left out (see below).")
    else:
        yield Statement("unknown", "There is no answer, because no check that judges people was run.")


def undecided(run: Run) -> str:
    """The stages without which nobody can be said to be able to, with their verb: `a was`, `a and b were`."""
    *others, last = _undecided(run) or [""]
    if others:
        return f"{', '.join(others)} and {last} were"
    return f"{last} was" if last else ""


def _undecided(run: Run) -> list[str]:
    return [str(stage) for stage in run.summary.not_examined if stage in DECISIVE]
