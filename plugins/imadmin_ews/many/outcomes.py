"""What came of one mailbox, as the journal and the reports have it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin.probing import MailboxProbe, Step

__all__ = ["NOT_ASKED", "Outcome"]

NOT_ASKED = "not-asked"
_ANSWERS = "answers"


class Outcome(NamedTuple):
    """What came of one mailbox.

    Attributes:
        endpoint: that was asked; empty where none was.
        status: a `Status`.
        cause: what is the same for mailboxes that need the same: the kind of an error, or a step's name.
        message: in words, about this mailbox.
        seconds: that it took.
    """

    endpoint: str
    status: str
    cause: str
    message: str
    remedy: str
    seconds: float

    @classmethod
    def of(cls, probe: MailboxProbe, endpoint: str) -> Outcome:
        """Of a mailbox that was asked for: its worst step decides."""
        worst = max(probe.steps, key=_rank)
        seconds = round(sum(step.seconds for step in probe.steps), 4)
        if worst.status is Status.PASS:
            message = "answers, and has Conversation History"
            return cls(endpoint, Status.PASS, _ANSWERS, message, "", seconds)
        message = worst.message if probe.error is not None else f"answers, {worst.message}"
        return cls(endpoint, worst.status, _cause(worst), message, worst.remedy, seconds)

    @classmethod
    def not_asked(cls, endpoint: str, why: str, *, status: str = Status.ERROR, remedy: str = "") -> Outcome:
        """Of a mailbox that was not asked for."""
        return cls(endpoint, status, NOT_ASKED, f"not asked: {why}", remedy, 0.0)

    @classmethod
    def read(cls, data: Mapping[str, object]) -> Outcome:
        """From the journal."""
        known = {name: data.get(name, "") for name in cls._fields}
        return cls(**{**known, "seconds": float(str(known["seconds"] or 0))})  # type: ignore[arg-type]


def _rank(step: Step) -> int:
    """`skip` is no result where another step has one."""
    return -1 if step.status is Status.SKIP else step.status.rank


def _cause(step: Step) -> str:
    return str(step.evidence.get("kind") or step.name)
