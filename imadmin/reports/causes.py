"""The findings of a run, put together by what there is to do about them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imadmin.records import Status
from imadmin.reports.people import counted
from imadmin.reports.reasons import reasons, together
from imadmin.verdict import DECISIVE

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from imadmin.records import Finding, Severity, Stage
    from imadmin.reports.reasons import Reason
    from imadmin.run import CheckResult, Run

__all__ = ["Cause", "LeftOut", "Unexamined", "causes", "concerned", "left_out", "unexamined"]

_MANY = 3  # so many sentences about one object each can be read one by one
_ORDER = (Status.FAIL, Status.ERROR, Status.WARN, Status.WAIVED)


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings of one status that one remedy does for.

    Attributes:
        results: of the checks that found it, mostly one.
        people: the persons concerned, as far as the findings name them.
        count: how many they are.
        alone: for how many of them nothing else has failed; None where that is not known.
    """

    status: Status
    results: tuple[CheckResult, ...]
    findings: tuple[Finding, ...]
    people: tuple[str, ...]
    count: int
    alone: int | None = None

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of the checks."""
        return tuple(result.check for result in self.results)

    @property
    def severity(self) -> Severity:
        """The worst of the checks'."""
        return max((result.severity for result in self.results), key=lambda severity: severity.rank)

    @property
    def reasons(self) -> list[Reason]:
        """What was said, each message once."""
        return reasons(self.findings)

    @property
    def remedy(self) -> str:
        """What fixes it."""
        return self.findings[0].remedy

    @property
    def references(self) -> tuple[str, ...]:
        """Where the rules are documented."""
        return tuple(dict.fromkeys(finding.reference for finding in self.findings if finding.reference))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """People whom checks skipped for one reason."""

    reason: str
    people: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Unexamined:
    """A stage that was not examined.

    Attributes:
        decides: whether nobody can be said to be able to send without it.
    """

    stage: Stage
    reasons: tuple[str, ...]
    decides: bool


def causes(run: Run) -> list[Cause]:
    """All that was found: fails, what could not be found out, warnings; within these the worst first."""
    groups: dict[Hashable, list[tuple[CheckResult, Finding]]] = {}
    for result in run.results:
        for finding in result.findings:
            if finding.status in _ORDER:
                groups.setdefault(_key(result, finding), []).append((result, finding))
    found = [_cause(run, group) for group in groups.values()]
    alone = _alone(found)
    whole = [_with_alone(cause, alone) for cause in found]
    return sorted(whole, key=lambda c: (_ORDER.index(c.status), -c.severity.rank, -c.count))


def concerned(cause: Cause) -> str:
    """How many people a cause concerns, in words; empty where it concerns nobody in particular."""
    if not cause.count:
        return ""
    if not cause.alone or cause.count == 1:
        return counted(cause.count)
    which = "all" if cause.alone == cause.count else f"{cause.alone:,} of them"
    return f"{counted(cause.count)}, {which} for this reason alone"


def left_out(run: Run) -> list[LeftOut]:
    """Whom the checks skipped, the most people first; of many objects of which the same is said, in one."""
    alike: dict[str, dict[str, dict[str, list[Finding]]]] = {}
    for result in run.results:
        for finding in result.findings:
            if finding.status is Status.SKIP and finding.people_count:
                by_reason = alike.setdefault(_pattern(finding), {})
                by_reason.setdefault(finding.message, {}).setdefault(result.check, []).append(finding)
    found = [left for by_reason in alike.values() for left in _left_out_alike(by_reason)]
    return sorted(found, key=lambda left: -left.count)


def _left_out_alike(by_reason: dict[str, dict[str, list[Finding]]]) -> list[LeftOut]:
    if len(by_reason) <= _MANY:
        return [_left_out(reason, list(checks.values())) for reason, checks in by_reason.items()]
    by_check: dict[str, list[Finding]] = {}
    for checks in by_reason.values():
        for check, findings in checks.items():
            by_check.setdefault(check, []).extend(findings)
    first, *others = (next(iter(checks.values()))[0] for checks in by_reason.values())
    samples = ", ".join(finding.subject for finding in others[:_MANY])
    reason = f"{first.message} The same is said of {len(others):,} more, such as {samples}."
    return [_left_out(reason, list(by_check.values()))]


def _pattern(finding: Finding) -> str:
    """The message without the name of its object."""
    return finding.message.replace(finding.subject, "\0") if finding.subject else finding.message


def unexamined(run: Run) -> list[Unexamined]:
    """The stages that were not examined, in the order of the message's way."""
    return [
        Unexamined(stage, tuple(dict.fromkeys(_reasons(run, stage))), stage in DECISIVE)
        for stage in run.summary.not_examined
    ]


def _key(result: CheckResult, finding: Finding) -> Hashable:
    """What is about nobody in particular, such as a lost fact, is one cause for all checks that say it."""
    if finding.people_count:
        return finding.status, finding.remedy, result.check
    return finding.status, finding.remedy, None, finding.subject, finding.message


def _cause(run: Run, group: list[tuple[CheckResult, Finding]]) -> Cause:
    results = tuple({result.check: result for result, _ in group}.values())
    unique = {(f.subject, f.message, f.people, str(f.evidence)): f for _, f in group}
    findings = tuple(sorted(unique.values(), key=lambda f: -f.people_count))
    people, count = together(findings)
    status = findings[0].status
    return Cause(status, results, findings, people, count or max(_everybody(run, r, status) for r in results))


def _everybody(run: Run, result: CheckResult, status: Status) -> int:
    """How many people a finding that names none concerns: none, or all where the check judged nobody."""
    people = run.summary.people
    if any(f.people_count for f in result.findings if f.status is not Status.SKIP):
        return 0
    if status is not Status.ERROR or result.counts.get(status, 0) != people:
        return 0
    because = any(result.check in person.because for person in run.people)
    return people if because or people > len(result.findings) else 0


def _whole(finding: Finding) -> bool:
    return len(finding.people) == finding.people_count


def _alone(found: list[Cause]) -> Counter[str] | None:
    """In how many fails each person stands; None where not every person is named."""
    fails = [cause for cause in found if cause.status is Status.FAIL]
    if not all(_whole(finding) for cause in fails for finding in cause.findings):
        return None
    return Counter(person for cause in fails for person in cause.people)


def _with_alone(cause: Cause, alone: Counter[str] | None) -> Cause:
    if alone is None or cause.status is not Status.FAIL or not cause.people:
        return cause
    single = sum(alone[person] == 1 for person in cause.people)
    return Cause(cause.status, cause.results, cause.findings, cause.people, cause.count, single)


def _left_out(reason: str, checks: list[list[Finding]]) -> LeftOut:
    names = {person for findings in checks for finding in findings for person in finding.people}
    count = max(sum(finding.people_count for finding in findings) for findings in checks)
    return LeftOut(reason, tuple(sorted(names)), max(count, len(names)))


def _reasons(run: Run, stage: Stage) -> Iterator[str]:
    for result in run.results:
        if result.stage is stage:
            yield from (f.message for f in result.findings if f.status is Status.SKIP and not f.people_count)
