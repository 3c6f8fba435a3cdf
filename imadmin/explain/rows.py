"""What the checks have said of one message: the sender's rows, and what they found about no other person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from imadmin.explain.records import Step
from imadmin.model.values import lowered
from imadmin.records import Status
from imadmin.waivers import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from imadmin.outcomes import Outcome
    from imadmin.records import Finding
    from imadmin.tables import Table

__all__ = ["Rows"]

_MOST = 5
"""Findings of a check that is not about people; what else it found is in the report of a check."""
_OF_OTHERS = "What it found is about other people; that is in the report of"


class Rows:
    """Reads what is said of a sender.

    Args:
        person: the sender's SIP address.
        users: the table of people, in whose database the rows are.
        references: where each check's rule is documented.
        concerned: the addresses of sender and recipient, and of their mailboxes.
    """

    def __init__(
        self, person: str, users: Table, references: Mapping[str, str], concerned: Iterable[str]
    ) -> None:
        self._person = person
        self._users = users
        self._references = references
        self._concerned = frozenset(map(lowered, concerned))

    def of(self, outcome: Outcome) -> list[Step]:
        """The steps of a check on the person's way; there is always one."""
        result = outcome.result
        if outcome.rows:
            return self._of_person(outcome)
        if not result.findings:
            return [self._step(outcome, result.status, "", f"{result.title}.")]
        told = [finding for finding in result.findings if self._is_of_them(finding)]
        found = [self._of_finding(outcome, finding) for finding in told]
        if not found:
            return [self._step(outcome, Status.SKIP, "", f"{_OF_OTHERS}: imadmin check {result.check}")]
        return [*found[:_MOST], *self._others(outcome, found[_MOST:])]

    def _is_of_them(self, finding: Finding) -> bool:
        """Whether it is about sender or recipient, or about nobody by name."""
        if finding.people_count > len(finding.people):
            return True
        return not finding.people or not self._concerned.isdisjoint(map(lowered, finding.people))

    def _of_person(self, outcome: Outcome) -> list[Step]:
        rows: list[tuple[Any, ...]] = self._users.query(
            f"select status, object, reason, remedy, evidence from {outcome.rows} where person = ?"
            " order by object, reason",
            [self._person],
        )
        said = [
            self._step(outcome, status, subject or "", reason, remedy or "", _read(evidence))
            for status, subject, reason, remedy, evidence in rows
        ]
        subjects = {self._person, *(one.subject for one in said)}
        about = _about_waivers(outcome.result.findings, subjects)
        return said + [self._of_finding(outcome, finding) for finding in about]

    def _others(self, outcome: Outcome, left: list[Step]) -> Iterator[Step]:
        if left:
            what = f"{len(left):,} more like these are in the report of: imadmin check {outcome.result.check}"
            yield self._step(outcome, left[0].status, "", what)

    def _of_finding(self, outcome: Outcome, finding: Finding) -> Step:
        evidence = dict(finding.evidence)
        return self._step(outcome, finding.status, finding.subject, finding.message, finding.remedy, evidence)

    def _step(
        self,
        outcome: Outcome,
        status: str,
        subject: str,
        reason: str,
        remedy: str = "",
        evidence: Mapping[str, object] | None = None,
    ) -> Step:
        result = outcome.result
        return Step(
            result.stage,
            result.check,
            result.title,
            status,
            subject,
            reason,
            remedy,
            decides=outcome.people,
            severity=result.severity,
            reference=self._references.get(result.check, ""),
            examined=outcome.examined,
            evidence=evidence or {},
        )


def _about_waivers(findings: Iterable[Finding], subjects: set[str]) -> list[Finding]:
    """What is said of these subjects' waivers, beside the rows of people."""
    told = [f for f in findings if f.status is Status.WARN and not f.people_count]
    return [finding for finding in told if any(names(finding.subject, subject) for subject in subjects)]


def _read(evidence: str | None) -> dict[str, object]:
    return {name: value for name, value in json.loads(evidence or "{}").items() if value is not None}
