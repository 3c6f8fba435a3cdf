"""What a session changes: plans, what they mean for people, and doing, finishing and undoing them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError, UsageError
from imadmin.lifecycle import Lifecycle
from imadmin.planning import check_limit, check_live, named, planned
from imadmin.proof import Proof
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from imadmin.access import Access
    from imadmin.facts import Facts
    from imadmin.foresight import Outlook
    from imadmin.journal import ChangeLog, PastChange
    from imadmin.operations import Change, Matrix, Operation
    from imadmin.plugins import Catalog
    from imadmin.records import Event
    from imadmin.run import Run
    from imadmin.tables import Database

__all__ = ["Changing", "Plan", "with_matrices"]

_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operation would do.

    Attributes:
        parameters: those that were given.
        changes: empty where all is as it is wanted.
    """

    operation: Operation
    changes: tuple[Change, ...]
    parameters: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Changing:
    """The operations of one session.

    Attributes:
        log: the journal's changes; without it nothing can be changed.
        run: the id of the session's run.
        forget: is told which operation has changed something.
    """

    catalog: Catalog
    access: Access
    facts: Facts
    database: Database
    log: ChangeLog | None
    run: str
    tell: Callable[[Event], None]
    forget: Callable[[Operation], None]

    def plan(self, name: str, values: Mapping[str, object]) -> Plan:
        """What an operation would do; nothing is done.

        Raises:
            UsageError: there is no such operation.
            ParameterError: it has no such parameter.
            ImadminError: it cannot be planned.
        """
        operation = named(name, self.catalog)
        return Plan(operation, tuple(planned(operation, self.access, values, self.facts)), values)

    def outlook(self, plan: Plan) -> Outlook:
        """For whom the answer changes."""
        from imadmin.foresight import foresee

        return foresee(plan.operation, plan.changes, self.catalog, self.facts, self.database)

    def matrix(self, operation: str, findings: Sequence[Finding]) -> Matrix | None:
        """What came of several changes between pairs, where the operation shows that so."""
        return _matrix(operation, findings, self.catalog)

    def judges(self, operation: str) -> tuple[str, ...]:
        """The ids of the checks that judge what this operation changes."""
        from imadmin.foresight import judges

        return tuple(owned.record.id for owned in judges(named(operation, self.catalog), self.catalog))

    def apply(self, plan: Plan, limit: int | None = None) -> list[Finding]:
        """Do what was planned.

        Raises:
            UsageError: it is more than *limit* objects, or there is no journal to record it in.
        """
        check_limit(plan.operation.name, plan.changes, limit)
        return self._done(plan.operation, lambda life: life.apply(plan.changes))

    def resume(self, pasts: Sequence[PastChange]) -> list[Finding]:
        """Finish the changes of this very run that were planned, and perhaps begun, before it was killed."""
        return self._each(pasts, Lifecycle.resume)

    def undo(self, pasts: Sequence[PastChange]) -> list[Finding]:
        """Take back what changes of an earlier run did, in this order."""
        return self._each(pasts, Lifecycle.undo)

    def would_refuse(self, past: PastChange) -> Finding | None:
        """Why a change would not be taken back, as far as can be seen now; None where it would."""
        operation = named(past.operation, self.catalog)
        if operation.undo is not None:
            return None
        change = past.planned.reversed
        try:
            return Proof(operation, self.access, change).before(begun=False, back=True)
        except ImadminError as error:
            return Finding(change.subject, Status.ERROR, error.line, remedy=error.remedy)

    def _each(
        self, pasts: Sequence[PastChange], step: Callable[[Lifecycle, list[PastChange]], list[Finding]]
    ) -> list[Finding]:
        groups = [(named(name, self.catalog), list(some)) for name, some in groupby(pasts, _operation)]
        found: list[Finding] = []
        for operation, some in groups:
            found += self._done(operation, lambda life, some=some: step(life, some))  # type: ignore[misc]
        return found

    def _done(self, operation: Operation, step: Callable[[Lifecycle], list[Finding]]) -> list[Finding]:
        if self.log is None:
            what = f"the operation {operation.name} would leave no trace"
            raise UsageError(what, remedy="Open the session with log=")
        check_live(self.access.deployment)
        try:
            return step(Lifecycle(operation, self.access, self.log, self.run, self.tell))
        finally:
            self.forget(operation)


def with_matrices(run: Run, catalog: Catalog) -> Run:
    """The run with what came of its changes between pairs, for operations that show that so."""
    by_operation: dict[str, list[Finding]] = {}
    for past in run.changes:
        if past.finding is not None and not past.undoes:
            by_operation.setdefault(past.operation, []).append(past.finding)
    shown = (_matrix(*one, catalog) for one in by_operation.items())
    return replace(run, matrices=tuple(filter(None, shown)))


def _matrix(operation: str, findings: Sequence[Finding], catalog: Catalog) -> Matrix | None:
    owned = catalog.operations().get(operation)
    show = None if owned is None else owned.record.matrix
    return None if show is None or len(findings) < _SEVERAL else show(findings)


def _operation(past: PastChange) -> str:
    return past.operation
