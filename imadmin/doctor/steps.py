"""Steps of one connection: in order, and none after one that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import ImadminError, SourceError
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["CannotTellError", "NotTriedError", "Step", "in_order"]


class CannotTellError(SourceError):
    """A step could not be finished for a reason that says nothing about what it was to try."""


class NotTriedError(SourceError):
    """A step was not begun, on purpose."""


class Step(NamedTuple):
    """One thing that is tried.

    Attributes:
        subject: what it is about, such as `certificate`.
        run: tries it; raises `ImadminError` where it does not work, so that later steps make no sense.
        remedy: where such an error names none.
    """

    subject: str
    run: Callable[[], Iterable[Finding]]
    remedy: str = ""


_STATUSES: dict[type[ImadminError], Status] = {CannotTellError: Status.ERROR, NotTriedError: Status.SKIP}


def in_order(steps: Iterable[Step]) -> Iterator[Finding]:
    """What the steps find; those after one that did not work are skipped, with the reason."""
    reason = ""
    for step in steps:
        if reason:
            yield Finding(step.subject, Status.SKIP, reason)
            continue
        try:
            yield from step.run()
        except ImadminError as error:
            status = _STATUSES.get(type(error), Status.FAIL)
            yield Finding(step.subject, status, error.what, remedy=error.remedy or step.remedy)
            reason = f"not tried, because of: {step.subject}"
