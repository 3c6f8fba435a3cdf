"""What comes of a check: its result, put together from what it has said and what it had to go without."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imadmin.records import Finding, Status, worst
from imadmin.run import CheckResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imadmin.plugins import Owned
    from imadmin.records import Check, Missing

__all__ = ["Outcome", "counted", "headline", "lost_fact", "result_of", "with_losses"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one check, and where its rows are.

    Attributes:
        rows: the table with a row or more for each person; empty where it judges objects, where nobody was
            examined, or where nobody knows who the people are.
        people: whether it judges people.
        examined: False where it was skipped for want of a source.
    """

    result: CheckResult
    rows: str
    people: bool
    examined: bool


def result_of(
    owned: Owned[Check],
    status: Status,
    counts: Mapping[str, int],
    seconds: float,
    findings: Iterable[Finding],
) -> CheckResult:
    """The result of a check; a finding without a reference has that of the check."""
    check = owned.record
    told = tuple(
        found if found.reference else replace(found, reference=check.reference) for found in findings
    )
    return CheckResult(
        check=check.id,
        title=check.title,
        plugin=owned.plugin.name,
        stage=check.stage,
        severity=check.severity,
        status=status,
        counts=counts,
        seconds=seconds,
        findings=told,
    )


def lost_fact(missing: Missing, check: Check) -> Finding:
    """What is said of a fact that could not be had."""
    status = Status.ERROR if missing.described else Status.SKIP
    verb = "could not be gathered" if missing.described else "is not there"
    message = f"The fact {missing.fact} {verb}: {missing.reason}"
    return Finding(missing.fact, status, f"{message}.", remedy=missing.remedy, reference=check.reference)


def with_losses(outcome: Outcome, lost: list[Missing], check: Check) -> Outcome:
    """Name the optional facts that should have been had: such a loss must not end in exit status 0."""
    added = tuple(lost_fact(missing, check) for missing in lost if missing.described)
    if not added:
        return outcome
    result = outcome.result
    status = worst([result.status, Status.ERROR])
    return replace(outcome, result=replace(result, status=status, findings=result.findings + added))


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings there are of each status."""
    given = Counter(finding.status for finding in findings)
    return {status.value: given.get(status, 0) for status in Status}


def headline(result: CheckResult) -> str:
    """A result in a line, the worst first."""
    counts = result.counts
    parts = [
        f"{counts[name]} {name}"
        for name in ("fail", "error", "warn", "waived", "pass", "skip")
        if counts.get(name)
    ]
    return ", ".join(parts)
