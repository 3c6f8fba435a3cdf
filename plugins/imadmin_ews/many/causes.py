"""The mailboxes, put together by what came of them and what there is to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imadmin import Finding, Status
from imadmin.commands import FINDINGS, INCOMPLETE, OK
from imadmin.model.requirements import OFFLINE_IM

from .outcomes import NOT_ASKED, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from imadmin.journal import PastSubject

__all__ = ["Cause", "counts_of", "exit_status", "grouped"]

_NO_ENDPOINT: Final = "no endpoint"
_NAMED: Final = 100
"""So many mailboxes of a cause are named in the run's results; all are in the lists."""


@dataclass(slots=True)
class Cause:
    """Mailboxes of one endpoint for which the same holds.

    Attributes:
        first: what came of the first of them.
        mailboxes: the first of them.
        count: of all.
        seconds: of all, added up.
    """

    first: Outcome
    mailboxes: list[str] = field(default_factory=list)
    count: int = 0
    seconds: float = 0.0

    def add(self, mailbox: str, outcome: Outcome) -> None:
        """Count another one."""
        self.count += 1
        self.seconds += outcome.seconds
        if len(self.mailboxes) < _NAMED:
            self.mailboxes.append(mailbox)

    @property
    def finding(self) -> Finding:
        """The same for the run's results."""
        evidence = {"cause": self.first.cause, "seconds": round(self.seconds / self.count, 4)}
        return Finding(
            self.first.endpoint or _NO_ENDPOINT,
            Status(self.first.status),
            self.first.message,
            tuple(self.mailboxes),
            self.count,
            evidence,
            self.first.remedy,
            OFFLINE_IM,
        )


def grouped(subjects: Iterable[PastSubject]) -> list[Cause]:
    """What came of all mailboxes: those that answer first, then the worst."""
    causes: dict[tuple[str, ...], Cause] = {}
    for one in subjects:
        outcome = Outcome.read(one.outcome)
        causes.setdefault(_key(outcome), Cause(outcome)).add(one.subject, outcome)
    return sorted(causes.values(), key=_place)


def counts_of(causes: Sequence[Cause]) -> Mapping[str, int]:
    """How many mailboxes have each status."""
    return {
        str(status): sum(cause.count for cause in causes if cause.first.status == status) for status in Status
    }


def exit_status(causes: Sequence[Cause]) -> int:
    """1 where a mailbox does not answer, else 3 where something could not be found out, else 0."""
    statuses = {cause.first.status for cause in causes}
    if Status.FAIL in statuses:
        return FINDINGS
    return INCOMPLETE if Status.ERROR in statuses else OK


def _key(outcome: Outcome) -> tuple[str, ...]:
    reason = outcome.message if outcome.cause == NOT_ASKED else ""
    return outcome.status, outcome.endpoint, outcome.cause, reason


def _place(cause: Cause) -> tuple[bool, int, int]:
    status = Status(cause.first.status)
    return status is not Status.PASS, -status.rank, -cause.count
