"""The life of a change: locked, journaled, read again and compared, applied, proven, journaled.

    planned ─► begun ─► read again ─► applied ─► read again ─► ended
                           │ somebody changed it: refused      │ not known: no end, until it is resumed

Nothing is sent a second time before it was read again what came of the first.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from imadmin.effects import Effects
from imadmin.errors import ConfigError, ImadminError
from imadmin.plugins.guard import guarded
from imadmin.proof import Proof
from imadmin.records import Event, Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from imadmin.access import Access
    from imadmin.journal import ChangeLog, PastChange
    from imadmin.operations import Change, Operation

__all__ = ["Lifecycle"]

_TAKEN_BACK = (Status.PASS, Status.WARN, Status.SKIP)


class _Task(NamedTuple):
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
        """Whether an earlier process began this very change, so that it may have been made."""
        return self.past is not None and bool(self.past.begun) and not self.back


class _Ready(NamedTuple):
    """A change that has begun, and what it is done with."""

    task: _Task
    proof: Proof
    effects: Effects


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Does the changes of one operation in one run; one that fails costs no other.

    Attributes:
        run: the id of the run, which the journal knows.
        tell: hears of each change.
    """

    operation: Operation
    access: Access
    log: ChangeLog
    run: str
    tell: Callable[[Event], None]

    def apply(self, changes: Sequence[Change]) -> list[Finding]:
        """Do what was planned."""
        numbers = self.log.plan(self.run, self.operation.name, changes)
        return self._all([_Task(change, number) for change, number in zip(changes, numbers, strict=True)])

    def resume(self, pasts: Iterable[PastChange]) -> list[Finding]:
        """Finish changes that were planned, and perhaps begun, by a process that was killed."""
        return self._all([_Task(past.planned, past.number, past) for past in pasts])

    def undo(self, pasts: Sequence[PastChange]) -> list[Finding]:
        """Take back what earlier changes did."""
        back = [past.planned.reversed for past in pasts]
        numbers = self.log.plan(self.run, self.operation.name, back, [past.number for past in pasts])
        tasks = zip(back, numbers, pasts, strict=True)
        return self._all([_Task(change, number, past, back=True) for change, number, past in tasks])

    def _all(self, tasks: list[_Task]) -> list[Finding]:
        if self.operation.together is not None:
            return list(self._abreast(tasks))
        if self.operation.at_once <= 1 or len(tasks) <= 1:
            return [self._one(task) for task in tasks]
        # A with-block would wait for all threads even after Ctrl-C.
        pool = ThreadPoolExecutor(min(self.operation.at_once, len(tasks)), thread_name_prefix="change")
        try:
            return list(pool.map(self._one, tasks))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _one(self, task: _Task) -> Finding:
        begin = time.perf_counter()
        self._started(task)
        lock = self.log.lock(str(self.access.deployment.source), task.change.subject)
        if lock is None:
            finding = self._busy(task)
        else:
            with closing(lock):
                finding = self._locked(task)
        return self._told(task, finding, begin)

    def _started(self, task: _Task) -> None:
        self.tell(Event("change", self.operation.name, "started", task.change.subject))

    def _told(self, task: _Task, finding: Finding, begin: float | None = None) -> Finding:
        message = f"{task.change.subject}: {finding.message}"
        seconds = 0.0 if begin is None else time.perf_counter() - begin
        self.tell(Event("change", self.operation.name, finding.status, message, seconds))
        return finding

    def _locked(self, task: _Task) -> Finding:
        self.log.begin(task.number)
        proof = Proof(self.operation, self.access, task.change)
        finding = self._guarded(task.change, partial(self._done, task, proof))
        if proof.settled:
            self._end(task, finding)
        return finding

    def _done(self, task: _Task, proof: Proof) -> Finding:
        own_way = self._own_way(task)
        refusal = None if own_way else proof.before(begun=task.begun, back=task.back)
        if refusal is not None:
            return refusal
        effects = self._effects(task)
        step = own_way or partial(self.operation.apply, task.change)
        said = self._guarded(task.change, partial(step, effects))
        return proof.after(said, in_doubt=effects.in_doubt)

    def _effects(self, task: _Task) -> Effects:
        name = self.operation.name
        return Effects(
            self.access,
            self.log,
            task.number,
            lambda message: self.tell(Event("change", name, "started", message)),
        )

    def _abreast(self, tasks: Sequence[_Task]) -> list[Finding]:
        """Do changes together, but alone each that the operation takes back or clears up in its own way."""
        found = {task.number: self._one(task) for task in tasks if self._own_way(task)}
        with ExitStack() as locks:
            ready: dict[str, _Ready] = {}
            for task in tasks:
                if task.number not in found:
                    one = _Ready(task, Proof(self.operation, self.access, task.change), self._effects(task))
                    refusal = self._begun(one, locks)
                    if refusal is None:
                        ready[task.change.subject] = one
                    else:
                        found[task.number] = self._told(task, refusal)
            found.update(self._together(ready))
        return [found[task.number] for task in tasks]

    def _begun(self, one: _Ready, locks: ExitStack) -> Finding | None:
        """Begin a change; why that cannot be, if it cannot."""
        self._started(one.task)
        lock = self.log.lock(str(self.access.deployment.source), one.task.change.subject)
        if lock is None:
            return self._busy(one.task)
        locks.callback(lock.close)
        self.log.begin(one.task.number)
        try:
            refusal = one.proof.before(begun=one.task.begun, back=one.task.back)
        except ImadminError as error:
            refusal = Finding(one.task.change.subject, Status.ERROR, error.line, remedy=error.remedy)
        if refusal is not None and one.proof.settled:
            self._end(one.task, refusal)
        return refusal

    def _together(self, ready: dict[str, _Ready]) -> Iterator[tuple[int, Finding]]:
        """Do those that are ready; what the operation does not tell of is not known."""
        begin, message = time.perf_counter(), f"The operation {self.operation.name} told nothing of it."
        given = self._given([(one.task.change, one.effects) for one in ready.values()])
        with closing(given):
            try:
                for change, said in given:
                    if change.subject in ready:
                        yield self._over(ready.pop(change.subject), said, begin)
            except ImadminError as error:
                if not ready:
                    raise
                message = error.line
        for one in ready.values():
            yield self._over(one, Finding(one.task.change.subject, Status.ERROR, message), begin)

    def _given(self, work: list[tuple[Change, Effects]]) -> Generator[tuple[Change, Finding]]:
        assert self.operation.together is not None  # noqa: S101 - for the type checker
        with guarded(f"The operation {self.operation.name} broke"):
            yield from self.operation.together(work) if work else ()

    def _over(self, one: _Ready, said: Finding, begin: float) -> tuple[int, Finding]:
        task, doubt = one.task, one.effects.in_doubt
        finding = self._guarded(task.change, lambda: one.proof.after(said, in_doubt=doubt))
        if one.proof.settled:
            self._end(task, finding)
        return task.number, self._told(task, finding, begin)

    def _own_way(self, task: _Task) -> Callable[[Effects], Finding] | None:
        """How the operation itself takes back, or clears up, what cannot be applied the other way round."""
        undo, past = self.operation.undo, task.past
        if undo is None or past is None:
            return None
        return partial(undo, past) if task.back or (task.begun and self.operation.read is None) else None

    def _guarded(self, change: Change, step: Callable[[], Finding]) -> Finding:
        try:
            with guarded(f"The operation {self.operation.name} broke"):
                finding = step()
                if not isinstance(finding, Finding):
                    raise TypeError(f"apply gave {type(finding).__name__}, not a Finding")
        except ImadminError as error:
            return Finding(change.subject, Status.ERROR, error.line, remedy=error.remedy)
        return finding

    def _busy(self, task: _Task) -> Finding:
        """Somebody else's turn; a change that nobody had begun ends here, undone."""
        subject = task.change.subject
        others = self.log.under_way(str(self.access.deployment.source), subject)
        who = next((f" (run {other.run}, since {other.begun})" for other in others), "")
        message = f"Another imadmin of yours is changing it at this moment{who}: nothing was done."
        status = Status.ERROR if task.begun else Status.FAIL
        finding = Finding(subject, status, message, remedy="Wait for its end, and try again.")
        if not task.begun:
            self._end(task, finding)
        return finding

    def _end(self, task: _Task, finding: Finding) -> None:
        try:
            self.log.end(task.number, finding)
            self._settle(task, finding)
        except ImadminError as error:
            what = f"{error.what}. Not recorded is: {task.change.subject}: {finding.message}"
            raise ConfigError(what, where=error.where, remedy=error.remedy) from error

    def _settle(self, task: _Task, finding: Finding) -> None:
        """A change that had no end has one when it was taken back."""
        past = task.past
        if past is None or not task.back or past.ended or finding.status not in _TAKEN_BACK:
            return
        if past.number:  # a run of another journal has none here
            message = f"It had no end, and was taken back by run {self.run}."
            self.log.end(past.number, Finding(past.subject, Status.ERROR, message))
