"""Drift: what two runs over one deployment say differently."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from imadmin.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.records import Finding
    from imadmin.run import CheckResult, Run, RunInfo, Summary

__all__ = ["Difference", "Drift", "Kind", "compared"]

Kind: TypeAlias = Literal["better", "worse", "new", "gone"]
KINDS: tuple[Kind, ...] = ("worse", "new", "better", "gone")
_VERDICTS = ("can", "unknown", "cannot")


class Difference(NamedTuple):
    """One thing that has become different.

    Attributes:
        what: a person, or `check: subject`.
        before: how it stood; empty where it was not there.
        after: likewise.
        stops: whether the later state stands against somebody, or the earlier one did.
    """

    kind: Kind
    what: str
    before: str
    after: str
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Drift:
    """The difference between two runs.

    Attributes:
        people: of persons' verdicts.
        causes: of what the checks found.
        uncompared: why something could not be compared, a line each.
    """

    before: RunInfo
    after: RunInfo
    numbers: tuple[Summary, Summary]
    people: tuple[Difference, ...]
    causes: tuple[Difference, ...]
    uncompared: tuple[str, ...]

    @property
    def worsened(self) -> bool:
        """Whether something that stands against somebody has become worse, or is new."""
        return any(d.kind in {"worse", "new"} and d.stops for d in (*self.people, *self.causes))


def compared(before: Run, after: Run) -> Drift:
    """What has changed from the first run to the second."""
    both = {r.check for r in before.results} & {r.check for r in after.results}
    return Drift(
        before=before.info,
        after=after.info,
        numbers=(before.summary, after.summary),
        people=tuple(_people(before, after)),
        causes=tuple(_causes(before, after, both)),
        uncompared=tuple(_uncompared(before, after, both)),
    )


def _people(before: Run, after: Run) -> Iterator[Difference]:
    """A run lists who is not known to be able to; who is listed in one only may also have come or gone."""
    was = {p.person: p.verdict for p in before.people}
    will = {p.person: p.verdict for p in after.people}
    for person in sorted(was.keys() | will.keys()):
        one, other = was.get(person, "can"), will.get(person, "can")
        if one != other:
            worse = _VERDICTS.index(other) > _VERDICTS.index(one)
            missing = "not listed"
            yield Difference(
                "worse" if worse else "better", person, was.get(person, missing), will.get(person, missing)
            )


def _causes(before: Run, after: Run, both: set[str]) -> Iterator[Difference]:
    was, will = _found(before, both), _found(after, both)
    for key in sorted(was.keys() | will.keys()):
        one, other = was.get(key), will.get(key)
        kind = _kind(one, other)
        if kind is not None:
            stops = any(found.status in {Status.FAIL, Status.ERROR} for found in (one, other) if found)
            yield Difference(kind, ": ".join(key), _state(one), _state(other), stops)


class _Found(NamedTuple):
    status: Status
    people: int


def _found(run: Run, both: set[str]) -> dict[tuple[str, str], _Found]:
    """By check and subject: the worst that was found, and how many people it concerns."""
    found: dict[tuple[str, str], _Found] = {}
    for result in run.results:
        for finding in result.findings if result.check in both else ():
            if finding.status is not Status.SKIP:
                key = (result.check, finding.subject)
                found[key] = _added(found.get(key), finding)
    return found


def _added(known: _Found | None, finding: Finding) -> _Found:
    if known is None or finding.status.rank > known.status.rank:
        return _Found(finding.status, finding.people_count)
    if finding.status is known.status:
        return known._replace(people=known.people + finding.people_count)
    return known


def _kind(one: _Found | None, other: _Found | None) -> Kind | None:
    if one is None or other is None:
        return "new" if one is None else "gone"
    now, then = (other.status.rank, other.people), (one.status.rank, one.people)
    return None if now == then else "worse" if now > then else "better"


def _state(found: _Found | None) -> str:
    if found is None:
        return ""
    people = "1 person" if found.people == 1 else f"{found.people:,} people"
    return f"{found.status}, {people}" if found.people else str(found.status)


def _uncompared(before: Run, after: Run, both: set[str]) -> Iterator[str]:
    if before.info.deployment != after.info.deployment:
        yield f"These are two deployments: {before.info.deployment} and {after.info.deployment}."
    numbers = [run.summary.people for run in (before, after)]
    if numbers[0] != numbers[1]:
        yield (
            f"The earlier run is about {numbers[0]:,} people, the later about {numbers[1]:,}:"
            " who is not listed can, or does not belong to it."
        )
    for name, run in (("earlier", before), ("later", after)):
        only = [result.check for result in run.results if result.check not in both]
        if only:
            yield f"Only the {name} run judged: {', '.join(only)}."
        unlisted = run.summary.cannot_send + run.summary.unknown - len(run.people)
        if unlisted > 0:
            yield f"The {name} run does not list {unlisted:,} of those who cannot or are unknown."
    changed = [r.check for r in after.results if _was_skipped(r, before, both)]
    if changed:
        yield f"Examined in one of them only: {', '.join(changed)}."


def _was_skipped(result: CheckResult, before: Run, both: set[str]) -> bool:
    earlier = next((r for r in before.results if r.check == result.check), None)
    if earlier is None or result.check not in both:
        return False
    return (result.status is Status.SKIP) != (earlier.status is Status.SKIP)
