"""Doing what an operation planned: every change and every outside effect journaled before and after."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError, ParameterError, PluginError
from imadmin.operations import Change
from imadmin.plugins.load import describe
from imadmin.records import Event, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from imadmin.access import Access
    from imadmin.journal import ChangeLog, PastChange
    from imadmin.operations import Operation

__all__ = ["Effects", "apply", "planned"]


class Effects:
    """What `apply` reaches the outside world through."""

    def __init__(self, access: Access, log: ChangeLog, number: int) -> None:
        self.access = access
        self._log = log
        self._number = number

    def unfinished(self, operation: str, subject: str) -> list[PastChange]:
        """Earlier changes of *subject* in this deployment that have no end."""
        every = self._log.latest(operation, str(self.access.deployment.source))
        return [
            past
            for past in every
            if past.subject == subject and past.finding is None and past.number != self._number
        ]

    def settle(self, past: PastChange, finding: Finding) -> None:
        """Journal what came of an earlier change that has no end."""
        self._log.end(past.number, finding)

    @contextmanager
    def intend(self, action: str, **detail: object) -> Iterator[dict[str, object]]:
        """Journal what is about to be done, and how it went.

        Args:
            action: such as `send`.
            detail: what a later run needs to find it again; never a secret.

        Yields:
            A dictionary to put the outcome into.
        """
        ordinal = self._log.intend(self._number, action, detail)
        outcome: dict[str, object] = {}
        try:
            yield outcome
        except BaseException as error:
            # Whether the other side did it before this went wrong is not known here.
            self._log.happened(self._number, ordinal, "in doubt", {**outcome, "error": describe(error)})
            raise
        self._log.happened(self._number, ordinal, "done", outcome)


def planned(operation: Operation, access: Access, values: Mapping[str, object]) -> list[Change]:
    """What the operation would do.

    Raises:
        ParameterError: it has no such parameter.
        PluginError: its plan broke.
        ImadminError: it cannot be planned.
    """
    for name in values:
        if name not in operation.parameters:
            known = ", ".join(operation.parameters) or "none"
            raise ParameterError(
                f"the operation has no parameter {name!r}", where=operation.name, remedy=f"It has: {known}."
            )
    try:
        given: list[object] = list(operation.plan(access, **values))
    except (ImadminError, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise PluginError(f"could not be planned: {describe(error)}", where=operation.name) from error
    changes = [change for change in given if isinstance(change, Change)]
    if len(changes) < len(given):
        raise PluginError("planned something that is no Change", where=operation.name)
    return changes


def apply(
    operation: Operation,
    changes: Iterable[Change],
    access: Access,
    *,
    log: ChangeLog,
    run: str,
    tell: Callable[[Event], None],
) -> list[Finding]:
    """Do the changes one after the other; one that fails costs no other."""
    return [_apply_one(operation, change, access, log, run, tell) for change in changes]


def _apply_one(
    operation: Operation,
    change: Change,
    access: Access,
    log: ChangeLog,
    run: str,
    tell: Callable[[Event], None],
) -> Finding:
    begin = time.perf_counter()
    tell(Event("change", operation.name, "started", change.subject))
    number = log.begin(run, operation.name, change)
    finding = _applied(operation, change, Effects(access, log, number))
    log.end(number, finding)
    message = f"{change.subject}: {finding.message}"
    tell(Event("change", operation.name, finding.status, message, time.perf_counter() - begin))
    return finding


def _applied(operation: Operation, change: Change, effects: Effects) -> Finding:
    try:
        finding = operation.apply(change, effects)
        if not isinstance(finding, Finding):
            raise TypeError(f"apply gave {type(finding).__name__}, not a Finding")  # noqa: TRY301
    except ImadminError as error:
        return Finding(change.subject, Status.ERROR, error.line, remedy=error.remedy)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        message = f"The operation {operation.name} broke: {describe(error)}"
        return Finding(change.subject, Status.ERROR, message)
    return finding
