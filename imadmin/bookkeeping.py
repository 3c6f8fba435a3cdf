"""What is the same of every change: announced, locked, its effects journaled, and its end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from imadmin.effects import Effects
from imadmin.errors import ConfigError, ImadminError
from imadmin.plugins.guard import guarded
from imadmin.records import Event, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.access import Access
    from imadmin.journal import ChangeLog, PastChange
    from imadmin.journal.locks import Lock
    from imadmin.operations import Change, Operation

__all__ = ["Bookkeeping", "Task"]

_TAKEN_BACK = (Status.PASS, Status.WARN, Status.SKIP)


class Task(NamedTuple):
    """One change, and what of an earlier process it is about.

    Attributes:
        number: of the change in the journal.
        past: what is to be finished, or to be taken back.
        back: whether it is to be taken back.
    """

    change: Change
    number: int
    past: PastChange | None = None
    back: bool = False

    @property
    def begun(self) -> bool:
        """Whether an earlier process began this very change."""
        return self.past is not None and bool(self.past.begun) and not self.back

    @property
    def perhaps_made(self) -> bool:
        """Whether it may have made it: before its first effect nothing outside can have changed."""
        return self.begun and self.past is not None and self.past.touched


@dataclass(frozen=True, slots=True)
class Bookkeeping:
    """Of the changes of one operation in one run.

    Attributes:
        run: the id of the run, which the journal knows.
        tell: hears of each change.
    """

    operation: Operation
    access: Access
    log: ChangeLog
    run: str
    tell: Callable[[Event], None]

    def lock(self, task: Task) -> Lock | None:
        """Its turn; None where another process has that."""
        return self.log.lock(str(self.access.deployment.source), task.change.subject)

    def started(self, task: Task) -> None:
        """Say that it begins."""
        self.tell(Event("change", self.operation.name, "started", task.change.subject))

    def told(self, task: Task, finding: Finding, begin: float | None = None) -> Finding:
        """Say what came of it; gives that."""
        message = f"{task.change.subject}: {finding.message}"
        seconds = 0.0 if begin is None else time.perf_counter() - begin
        self.tell(Event("change", self.operation.name, finding.status, message, seconds))
        return finding

    def effects(self, task: Task) -> Effects:
        """What it reaches the outside world through."""
        name = self.operation.name
        return Effects(
            self.access,
            self.log,
            task.number,
            lambda message: self.tell(Event("change", name, "started", message)),
        )

    def own_way(self, task: Task) -> Callable[[Effects], Finding] | None:
        """How the operation itself takes back, or clears up, what cannot be applied the other way round."""
        undo, past = self.operation.undo, task.past
        if undo is None or past is None:
            return None
        return partial(undo, past) if task.back or (task.begun and self.operation.read is None) else None

    def tried(self, change: Change, step: Callable[[], Finding]) -> Finding:
        """What a step of the operation gives, which may break."""
        try:
            with guarded(f"The operation {self.operation.name} broke"):
                finding = step()
                if not isinstance(finding, Finding):
                    raise TypeError(f"apply gave {type(finding).__name__}, not a Finding")
        except ImadminError as error:
            return Finding(change.subject, Status.ERROR, error.line, remedy=error.remedy)
        return finding

    def busy(self, task: Task) -> Finding:
        """Somebody else's turn; a change that nobody had begun ends here, undone."""
        subject = task.change.subject
        others = self.log.under_way(str(self.access.deployment.source), subject)
        who = next((f" (run {other.run}, since {other.begun})" for other in others), "")
        message = f"Another imadmin of yours is changing it at this moment{who}: nothing was done."
        status = Status.ERROR if task.begun else Status.FAIL
        finding = Finding(subject, status, message, remedy="Wait for its end, and try again.")
        if not task.begun:
            self.end(task, finding)
        return finding

    def end(self, task: Task, finding: Finding) -> None:
        """Journal what came of it."""
        try:
            self.log.end(task.number, finding)
            self._settle(task, finding)
        except ImadminError as error:
            what = f"{error.what}. Not recorded is: {task.change.subject}: {finding.message}"
            raise ConfigError(what, where=error.where, remedy=error.remedy) from error

    def _settle(self, task: Task, finding: Finding) -> None:
        """A change that had no end has one when it was taken back."""
        past = task.past
        if past is None or not task.back or past.ended or finding.status not in _TAKEN_BACK:
            return
        if past.number:  # a run of another journal has none here
            message = f"It had no end, and was taken back by run {self.run}."
            self.log.end(past.number, Finding(past.subject, Status.ERROR, message))
