"""From a run to an exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.records import Severity, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.records import Finding
    from imadmin.run import Run

__all__ = ["FINDINGS", "INCOMPLETE", "OK", "exit_status", "of_changes"]

OK = 0
FINDINGS = 1
INCOMPLETE = 3
NEVER = "never"


def exit_status(run: Run, fail_on: str) -> int:
    """1 for a fail at or above *fail_on*, else 3 where something could not be found out, else 0."""
    if fail_on != NEVER:
        least = Severity(fail_on).rank
        if any(r.status is Status.FAIL and r.severity.rank >= least for r in run.results):
            return FINDINGS
    return INCOMPLETE if any(_incomplete(result.counts, result.status) for result in run.results) else OK


def _incomplete(counts: object, status: Status) -> bool:
    return status is Status.ERROR or bool(isinstance(counts, dict) and counts.get(Status.ERROR))


def of_changes(findings: Iterable[Finding]) -> int:
    """The same for changes: 1 where one was refused or went wrong, else 3 where one is in doubt, else 0."""
    statuses = {finding.status for finding in findings}
    if Status.FAIL in statuses:
        return FINDINGS
    return INCOMPLETE if Status.ERROR in statuses else OK
