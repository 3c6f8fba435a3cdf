"""A run as a notebook sees it: each call is a journaled step, and shows what it found."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin import everybody
from imadmin.errors import UsageError
from imadmin.journal import Journal
from imadmin.records import Status, worst
from imadmin.reports.safe import one_line
from imadmin.runbook.context import Context
from imadmin.runbook.display import Answer, Changes, Header, Planned, Results
from imadmin.runbook.resuming import Replay
from imadmin.session import Target, new_run_id, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin.journal.steps import PastStep
    from imadmin.records import Event, Finding
    from imadmin.run import Run
    from imadmin.session import Session

__all__ = ["EVENT_MIME", "LiveRun", "open_run"]

EVENT_MIME = "application/vnd.imadmin.event+json"


def open_run(source: str = "", **sections: Mapping[str, object]) -> LiveRun:
    """Open the run of this notebook.

    Args:
        source: a deployment file or a folder of saved output. Below `imadmin run` it is what the command
            line says; in Jupyter, where it is empty, IMADMIN_DEPLOYMENT or `imadmin.yaml`.
        sections: of plugins, by the plugin's name, over those of the deployment file.

    Raises:
        ConfigError: the source is not what it should be.
        UsageError: nothing says what is to be judged.
    """
    context = Context.current()
    if context is not None:
        journal = Journal(Path(context.home))
        session = open_session(
            replace(context.target, sections=sections),
            run_id=context.run_id,
            command=context.command,
            tell=_show_event,
            log=journal.changes,
        )
        run = LiveRun(session, journal, context.run_id, context.folder, plan_only=context.plan_only)
        if context.resumed:
            run.replay = Replay(journal, context.run_id, session.changing)
        return run
    return _open_by_hand(source, sections)


def _open_by_hand(source: str, sections: Mapping[str, Mapping[str, object]]) -> LiveRun:
    given = source or os.environ.get("IMADMIN_DEPLOYMENT") or "imadmin.yaml"
    if not Path(given).exists():
        raise UsageError(
            f"there is no {given}",
            remedy="Give open_run a deployment file or a folder of saved cmdlet output.",
        )
    journal = Journal()
    run_id = new_run_id()
    target = replace(Target.of(given), sections=sections)
    session = open_session(target, run_id=run_id, command=("jupyter",), log=journal.changes)
    journal.begin(
        run_id,
        deployment=session.deployment.name,
        source=str(session.deployment.source),
        command=("jupyter",),
        runbook="jupyter",
    )
    return LiveRun(session, journal, run_id)


class LiveRun:
    """The object `run` of a runbook."""

    def __init__(
        self,
        session: Session,
        journal: Journal,
        run_id: str,
        folder: Path | None = None,
        *,
        plan_only: bool = False,
    ) -> None:
        """*folder* is the run's own, where it has one; with *plan_only* nothing is ever changed."""
        self.session = session
        self._folder = folder
        self._journal = journal
        self._id = run_id
        self._plan_only = plan_only
        self.replay: Replay | None = None

    @property
    def facts(self) -> Mapping[str, object]:
        """The facts, gathered when they are asked for: `run.facts["users"]`."""
        return self.session.facts  # type: ignore[return-value]

    def check(self, *selection: str) -> Results:
        """Run checks, by id or stage; all where none is given.

        Raises:
            UsageError: there is no such check or stage.
        """
        with self._step("check", selection) as statuses:
            results = self.session.check(*selection)
            self._kept()
            statuses += [result.status for result in results]
        return Results(tuple(results))

    def plan(self, operation: str, **values: object) -> Planned:
        """Show what an operation would do, and for whom the answer changes; nothing is done.

        Raises:
            UsageError: there is no such operation.
            ParameterError: it has no such parameter.
        """
        with self._step("plan", {"operation": operation, **values}):
            changing = self.session.changing
            plan = changing.plan(operation, values)
            outlook = changing.outlook(plan) if plan.changes else None
        return Planned(plan, outlook, self.session.deployment.name)

    def apply(self, operation: str, *, limit: int | None = None, **values: object) -> Changes | Planned:
        """Do what an operation plans: it changes something outside, and is journaled before and after.

        Calling it is the consent: nobody is asked. Below `imadmin run --plan` it only shows the plan.

        Args:
            operation: by its name.
            limit: how many objects it may change; None: the usual number of them.
            values: the operation's parameters.

        Raises:
            UsageError: there is no such operation, or it would change more objects than it may.
            ParameterError: it has no such parameter.
        """
        if self._plan_only:
            return self.plan(operation, **values)
        arguments = {"operation": operation, **values}
        earlier = self.replay.take(_cell_id(), "apply", arguments) if self.replay else None
        with self._step("apply", arguments, earlier) as statuses:
            done = self.replay.findings(earlier, operation) if self.replay and earlier else None
            findings = self._do(operation, limit, values) if done is None else done
            statuses += [finding.status for finding in findings]
        return Changes(operation, tuple(findings), self.session.changing.matrix(operation, findings))

    def _do(self, operation: str, limit: int | None, values: Mapping[str, object]) -> list[Finding]:
        changing = self.session.changing
        return changing.apply(changing.plan(operation, values), limit)

    @contextmanager
    def _step(self, name: str, arguments: object, earlier: PastStep | None = None) -> Iterator[list[Status]]:
        """A journaled step; the worst of the statuses that it collects is its own.

        One that an earlier kernel began stays the same step.
        """
        steps = self._journal.steps
        ordinal = earlier.ordinal if earlier else steps.begin(self._id, _cell_id(), name, arguments)
        statuses: list[Status] = []
        try:
            yield statuses
        except BaseException:
            steps.end(self._id, ordinal, Status.ERROR, self._made_in(ordinal))
            raise
        steps.end(self._id, ordinal, worst(statuses), self._made_in(ordinal))

    def _made_in(self, ordinal: int) -> list[int]:
        """The changes that no other step has made: one step is under way at a time."""
        steps = self._journal.steps.of(self._id)
        others = {number for step in steps if step.ordinal != ordinal for number in step.changes}
        return [past.number for past in self._journal.changes.of(self._id) if past.number not in others]

    def answer(self) -> Answer:
        """The verdict on everybody, from the checks that were run."""
        return Answer(self._kept())

    def _kept(self) -> Run:
        run = self.session.run()
        self._journal.keep(self._id, run)
        if self._folder is not None:
            everybody.keep(run, self._folder)
        return run

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return Header(self.session.deployment, self._id)._repr_mimebundle_(include, exclude)


def _cell_id() -> str:
    """The id of the notebook cell that is being executed; empty outside a kernel."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    header = getattr(shell, "parent_header", {}) if shell is not None else {}
    metadata = header.get("metadata", {}) if isinstance(header, dict) else {}
    return str(metadata.get("cellId", ""))


def _show_event(event: Event) -> None:
    """Tell the runner: it takes such messages out of the stream, so that the notebook stays clean."""
    from IPython.display import display

    display(  # type: ignore[no-untyped-call]
        {
            EVENT_MIME: {**event._asdict(), "message": one_line(event.message)},
            "text/plain": f"{event.kind} {event.name}: {event.status}",
        },
        raw=True,
    )
