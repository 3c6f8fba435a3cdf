"""The life of a change: locked, journaled, read again and compared, applied, proven, journaled.

    planned ─► begun ─► read again ─► applied ─► read again ─► ended
                           │ somebody changed it: refused      │ not known: no end, until it is resumed

Nothing is sent a second time before it was read again what came of the first.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from imadmin.abreast import abreast
from imadmin.bookkeeping import Bookkeeping, Task
from imadmin.proof import Proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.journal import PastChange
    from imadmin.operations import Change
    from imadmin.records import Finding

__all__ = ["Lifecycle"]


@dataclass(frozen=True, slots=True)
class Lifecycle(Bookkeeping):
    """Does the changes of one operation in one run; one that fails costs no other."""

    def apply(self, changes: Sequence[Change]) -> list[Finding]:
        """Do what was planned."""
        numbers = self.log.plan(self.run, self.operation.name, changes)
        return self._all([Task(change, number) for change, number in zip(changes, numbers, strict=True)])

    def resume(self, pasts: Iterable[PastChange]) -> list[Finding]:
        """Finish changes that were planned, and perhaps begun, by a process that was killed."""
        return self._all([Task(past.planned, past.number, past) for past in pasts])

    def undo(self, pasts: Sequence[PastChange]) -> list[Finding]:
        """Take back what earlier changes did."""
        back = [past.planned.reversed for past in pasts]
        numbers = self.log.plan(self.run, self.operation.name, back, [past.number for past in pasts])
        tasks = zip(back, numbers, pasts, strict=True)
        return self._all([Task(change, number, past, back=True) for change, number, past in tasks])

    def _all(self, tasks: list[Task]) -> list[Finding]:
        if self.operation.together is not None:
            return self._abreast(tasks)
        if self.operation.at_once <= 1 or len(tasks) <= 1:
            return [self._one(task) for task in tasks]
        # A with-block would wait for all threads even after Ctrl-C.
        pool = ThreadPoolExecutor(min(self.operation.at_once, len(tasks)), thread_name_prefix="change")
        try:
            return list(pool.map(self._one, tasks))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _one(self, task: Task) -> Finding:
        begin = time.perf_counter()
        self.started(task)
        lock = self.lock(task)
        if lock is None:
            finding = self.busy(task)
        else:
            with closing(lock):
                finding = self._locked(task)
        return self.told(task, finding, begin)

    def _locked(self, task: Task) -> Finding:
        self.log.begin(task.number)
        proof = Proof(self.operation, self.access, task.change)
        finding = self.tried(task.change, partial(self._done, task, proof))
        if proof.settled:
            self.end(task, finding)
        return finding

    def _done(self, task: Task, proof: Proof) -> Finding:
        own_way = self.own_way(task)
        refusal = None if own_way else proof.before(begun=task.perhaps_made, back=task.back)
        if refusal is not None:
            return refusal
        effects = self.effects(task)
        step = own_way or partial(self.operation.apply, task.change)
        said = self.tried(task.change, partial(step, effects))
        return proof.after(said, in_doubt=effects.in_doubt)

    def _abreast(self, tasks: Sequence[Task]) -> list[Finding]:
        """Do changes together, but alone each that the operation takes back or clears up in its own way."""
        found = {task.number: self._one(task) for task in tasks if self.own_way(task)}
        found.update(abreast(self, [task for task in tasks if task.number not in found]))
        return [found[task.number] for task in tasks]
