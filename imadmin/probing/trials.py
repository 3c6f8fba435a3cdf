"""Trying one thing after the other, and none after one that did not work."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.errors import ImadminError, NotTriedError, SourceError
from imadmin.ews.faults import EwsError, Kind
from imadmin.probing.records import Step
from imadmin.records import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["CannotTellError", "Trial", "failed", "in_order"]


class CannotTellError(SourceError):
    """A step could not be finished for a reason that says nothing about what it was to try."""


class Trial(NamedTuple):
    """One thing to be tried.

    Attributes:
        name: of the step that comes of it.
        run: tries it; raises `ImadminError` where it does not work, so that later steps make no sense.
    """

    name: str
    run: Callable[[], Step]


_STATUSES: dict[type[ImadminError], Status] = {CannotTellError: Status.ERROR, NotTriedError: Status.SKIP}
_OF_THE_MOMENT: Final = frozenset({Kind.THROTTLED, Kind.LOGIN})
"""Failures that say nothing of whether the server would answer the client."""


def in_order(
    trials: Iterable[Trial], note: Callable[[str, ImadminError], None] | None = None
) -> Iterator[Step]:
    """The steps that come of trials, each as soon as it is done and with the time that it took.

    Args:
        trials: in their order.
        note: is told the name of the step that ends them, and why.
    """
    reason = ""
    for trial in trials:
        if reason:
            yield Step(trial.name, Status.SKIP, reason)
            continue
        begin = time.perf_counter()
        try:
            step = trial.run()
        except ImadminError as error:
            step, reason = failed(trial.name, error), f"not tried, because of: {trial.name}"
            if note is not None:
                note(trial.name, error)
        yield replace(step, seconds=time.perf_counter() - begin)


def failed(name: str, error: ImadminError, seconds: float = 0.0) -> Step:
    """The step that an error makes."""
    kind = {"kind": str(error.kind)} if isinstance(error, EwsError) else {}
    return Step(name, _status_of(error), error.what, seconds, kind, error.remedy)


def _status_of(error: ImadminError) -> Status:
    if isinstance(error, EwsError) and error.kind is Kind.NOT_TRIED:
        return Status.SKIP
    if isinstance(error, EwsError) and error.kind in _OF_THE_MOMENT:
        return Status.ERROR
    return _STATUSES.get(type(error), Status.FAIL)
