"""Fails that somebody has accepted by name: applied when a check has judged, before the verdict.

A waived fail stays what is true of the world: the person still cannot send. It is told apart, with who
accepted it, why and until when, and it makes no run fail. A waiver that has expired has no effect; it is
told, and so is one that finds nothing to accept.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imadmin import judging
from imadmin.records import Finding, Status, worst

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from imadmin.outcomes import Outcome
    from imadmin.tables import Database

__all__ = ["EVERY", "Waiver", "Waivers", "names"]

EVERY = "*"
"""The subject of a waiver for whatever a check finds; in a longer one, any characters."""

_UNJUDGED = (Status.ERROR, Status.SKIP)
_COLUMNS = {
    "place": "BIGINT",
    "subject": "VARCHAR",
    "pattern": "VARCHAR",
    "said": "VARCHAR",
    "evidence": "VARCHAR",
}
_CLAIMS = """
    with said as materialized (
      select said, id, status, unnest(list_distinct([lower(person), lower(object), '*'])) as subject
      from {rows} where status in ('fail', 'error')
    )
    select r.said, r.id, w.place, r.status from said r join {waivers} w on lower(w.subject) = r.subject
    union all
    select r.said, r.id, w.place, r.status
    from said r join {waivers} w on w.pattern is not null and regexp_full_match(r.subject, w.pattern)
"""
"""A join by equality for those that name their subject; patterns are compared with all that failed."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One fail, or several, that somebody has accepted.

    Attributes:
        check: the id of the check.
        subject: what a finding is about, or a person; `*` in it stands for any characters.
        expires: the last day on which it holds, in UTC.
        where: file and line, for messages.
    """

    check: str
    subject: str
    reason: str
    owner: str
    expires: date
    where: str = ""

    @property
    def said(self) -> str:
        """What a finding says of it."""
        return f"Accepted: {self.reason.strip().rstrip('.')}, by {self.owner}, until {self.expires}."

    @property
    def evidence(self) -> dict[str, str]:
        """The same, for programs."""
        return {"accepted": self.reason, "owner": self.owner, "until": str(self.expires)}

    def concerns(self, finding: Finding) -> bool:
        """Whether it is about the subject of *finding*."""
        return names(self.subject, finding.subject)


def names(subject: str, found: str) -> bool:
    """Whether a waiver for *subject* is about what was *found*; case does not count."""
    return re.fullmatch(_pattern(subject), found.lower()) is not None


def _pattern(subject: str) -> str:
    """A regular expression, with `*` for any characters; Python and DuckDB read it alike."""
    return "(?s)" + ".*".join(map(re.escape, subject.lower().split(EVERY)))


class Waivers:
    """The waivers of one run."""

    def __init__(self, database: Database, waivers: Iterable[Waiver], today: date) -> None:
        self._database = database
        self._waivers = tuple(waivers)
        self._today = today
        self._tables = 0

    def __call__(self, outcome: Outcome) -> Outcome:
        """The outcome with what was accepted as `waived`, and a warning for each waiver that does nothing."""
        named = [waiver for waiver in self._waivers if waiver.check == outcome.result.check]
        if not named:
            return outcome
        valid = [waiver for waiver in named if waiver.expires >= self._today]
        outcome, idle = self._people(outcome, valid) if outcome.rows else _objects(outcome, valid)
        told = [_expired(waiver) for waiver in named if waiver not in valid]
        if _judged(outcome):
            told += [_idle(waiver) for waiver in idle]
        return _with(outcome, told)

    def _people(self, outcome: Outcome, waivers: Sequence[Waiver]) -> tuple[Outcome, list[Waiver]]:
        """Accept rows of people; gives also the waivers whose subject neither failed nor is unknown."""
        self._tables += 1
        known, rows = f"_waivers_{self._tables}", f"_waived_{self._tables}"
        listed = [_row(place, waiver) for place, waiver in enumerate(waivers)]
        self._database.load(known, _COLUMNS, listed)
        claims = _CLAIMS.format(rows=outcome.rows, waivers=known)
        found = self._database.query(f"select distinct place from ({claims})")
        used = {int(row[0]) for row in found}
        judging.keep(
            self._database,
            rows,
            _accepting(outcome.rows, known, claims),
            evidence="evidence",
            passing=f"select * exclude (said) from {outcome.rows} where status = 'pass'",
        )
        idle = [waiver for place, waiver in enumerate(waivers) if place not in used]
        return self._again(outcome, rows), idle

    def _again(self, outcome: Outcome, rows: str) -> Outcome:
        """The outcome with other rows; what it says of nobody in particular stays."""
        result = outcome.result
        reference = next((finding.reference for finding in result.findings if finding.reference), "")
        kept = tuple(finding for finding in result.findings if not finding.people_count)
        counts = judging.counts(self._database, rows)
        found = judging.findings(self._database, rows, reference) + kept
        statuses = [Status(name) for name, count in counts.items() if count]
        status = worst([*statuses, *(finding.status for finding in kept)])
        return replace(
            outcome, rows=rows, result=replace(result, status=status, counts=counts, findings=found)
        )


def _accepting(rows: str, waivers: str, claims: str) -> str:
    """The query that accepts what failed; of several waivers the first in the file is named."""
    return f"""
        with first as (
          select said, id, min(place) as place from ({claims}) where status = 'fail' group by said, id
        )
        select r.id, case when w.place is null then r.status else 'waived' end as status,
               case when w.place is null then r.reason else r.reason || ' ' || w.said end as reason,
               nullif(r.object, r.person) as object, r.remedy,
               case when w.place is null then r.evidence
                    else json_merge_patch(coalesce(r.evidence, '{{}}'), w.evidence)::varchar end as evidence
        from {rows} r left join first f on f.said = r.said and f.id = r.id
                      left join {waivers} w on w.place = f.place
        where r.status <> 'pass' and r.id in (select rowid from users where uncounted is null)
    """


def _row(place: int, waiver: Waiver) -> dict[str, object]:
    import json

    is_pattern = EVERY in waiver.subject and waiver.subject != EVERY
    return {
        "place": place,
        "subject": waiver.subject,
        "pattern": _pattern(waiver.subject) if is_pattern else None,
        "said": waiver.said,
        "evidence": json.dumps(waiver.evidence),
    }


def _objects(outcome: Outcome, waivers: Sequence[Waiver]) -> tuple[Outcome, list[Waiver]]:
    """Accept findings about objects; gives also the waivers whose subject neither failed nor is unknown."""
    result = outcome.result
    found = tuple(_accepted(finding, waivers) for finding in result.findings)
    moved = Counter(new.status for old, new in zip(result.findings, found, strict=True) if new is not old)
    waived = moved[Status.WAIVED]
    counts = dict(result.counts)
    counts[Status.FAIL] = counts.get(Status.FAIL, 0) - waived
    counts[Status.WAIVED] = counts.get(Status.WAIVED, 0) + waived
    status = worst([finding.status for finding in found], result.status) if waived else result.status
    subjects = [finding for finding in result.findings if finding.status in {Status.FAIL, Status.ERROR}]
    idle = [waiver for waiver in waivers if not any(map(waiver.concerns, subjects))]
    changed = replace(result, status=status, counts=counts, findings=found) if waived else result
    return replace(outcome, result=changed), idle


def _accepted(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    waiver = next((waiver for waiver in waivers if waiver.concerns(finding)), None)
    if waiver is None or finding.status is not Status.FAIL:
        return finding
    evidence = {**finding.evidence, **waiver.evidence}
    return replace(
        finding, status=Status.WAIVED, message=f"{finding.message} {waiver.said}", evidence=evidence
    )


def _judged(outcome: Outcome) -> bool:
    """Whether anything was judged at all: where nothing was, nobody knows what a waiver would find."""
    return any(count for name, count in outcome.result.counts.items() if name not in _UNJUDGED)


def _expired(waiver: Waiver) -> Finding:
    said = f"by {waiver.owner}, for: {waiver.reason}"
    message = f"The waiver for {waiver.subject} has expired on {waiver.expires} and has no effect ({said})."
    remedy = f"Remove it, or have it accepted anew: {waiver.where}"
    return Finding(waiver.subject, Status.WARN, message, evidence=waiver.evidence, remedy=remedy)


def _idle(waiver: Waiver) -> Finding:
    message = (
        f"The waiver for {waiver.subject} (by {waiver.owner}) finds nothing to accept: nothing failed there."
    )
    remedy = f"Correct its subject, or remove it: {waiver.where}"
    return Finding(waiver.subject, Status.WARN, message, evidence=waiver.evidence, remedy=remedy)


def _with(outcome: Outcome, told: Sequence[Finding]) -> Outcome:
    if not told:
        return outcome
    result = outcome.result
    findings = sorted((*result.findings, *told), key=lambda finding: -finding.status.rank)
    status = worst([result.status, *(finding.status for finding in told)])
    return replace(outcome, result=replace(result, status=status, findings=tuple(findings)))
