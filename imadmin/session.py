"""One run over one deployment: the engine behind the command line, notebooks, pytest and scripts.

with open_session(Target.of("samples/contoso")) as session:
    session.check("policy", "client")
    print(session.run().summary)
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from imadmin import __version__
from imadmin.access import Access
from imadmin.asof import as_of
from imadmin.changing import Changing
from imadmin.deployment import Deployment, from_folder, read_deployment, settled, with_sections
from imadmin.deployment.waivers import known_checks, read_waivers
from imadmin.engine import Engine
from imadmin.errors import ConfigError, PluginError, UsageError
from imadmin.facts import Facts, asked_cmdlets
from imadmin.plugins import State, open_catalog
from imadmin.records import Stage
from imadmin.run import Run, RunInfo
from imadmin.tables import Database
from imadmin.verdict import everybody, verdict
from imadmin.waivers import Waivers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType
    from typing import Self

    from imadmin.journal import ChangeLog
    from imadmin.operations import Operation
    from imadmin.outcomes import Outcome
    from imadmin.plugins import Catalog, Owned
    from imadmin.records import Check, Event, Finding
    from imadmin.run import CheckResult
    from imadmin.waivers import Waiver

__all__ = ["Session", "Target", "new_run_id", "now", "open_session"]


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be judged, and with which plugins.

    Attributes:
        kind: `folder` of saved output, a deployment `file`, or `none`: what is given besides is all.
        no_plugins: plugins that are not to be imported.
        waivers: a file of accepted fails, in place of the one that the deployment names.
        judged: False where no check will be run, so that waivers are not read.
        sections: of plugins, by the plugin's name, over those of the deployment; paths in them are relative
            to the working folder.
    """

    kind: Literal["folder", "file", "none"]
    path: Path
    no_plugins: frozenset[str] = field(default_factory=frozenset)
    waivers: Path | None = None
    judged: bool = True
    sections: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str | Path, no_plugins: Iterable[str] = (), waivers: Path | None = None) -> Target:
        """A folder or a file, as the path is."""
        kind: Literal["folder", "file"] = "folder" if Path(path).is_dir() else "file"
        return cls(kind, Path(path), frozenset(no_plugins), waivers)


def open_session(
    target: Target,
    *,
    run_id: str = "",
    command: Iterable[str] = (),
    tell: Callable[[Event], None] | None = None,
    log: ChangeLog | None = None,
    today: date | None = None,
) -> Session:
    """Read the deployment, load the plugins, and make a session of them.

    Args:
        target: what is to be judged.
        run_id: of the journal's run; made up where it is empty.
        command: for the record.
        tell: hears of what happens.
        log: the journal's changes; without it nothing can be applied, and nothing is known of the past.
        today: the day on which waivers must still hold; in UTC where none is given.

    Raises:
        ConfigError: the deployment file or folder, or the file of waivers, is not what it should be, or
            IMADMIN_AS_OF is no day.
    """
    if target.kind == "file":
        read = read_deployment(target.path)
        catalog = _catalog(target, read.require, read.plugins)
        deployment = settled(read, catalog.settings(), catalog.idle())
    elif target.kind == "none":
        catalog = _catalog(target, (), None)
        deployment = Deployment("this computer", target.path.resolve())
    else:
        catalog = _catalog(target, (), None)
        deployment = from_folder(target.path, asked_cmdlets(catalog), catalog.settings())
    if target.sections:  # else the working folder need not even be there
        deployment = with_sections(deployment, catalog.settings(), target.sections, Path.cwd())
    file = target.waivers or deployment.waivers
    waivers = read_waivers(file, known_checks(catalog)) if file is not None and target.judged else ()
    session = Session(catalog, deployment, run_id=run_id, command=command, tell=tell, log=log)
    session.accept(waivers, today or as_of())
    return session


def _catalog(target: Target, require: Iterable[str], folder: Path | None) -> Catalog:
    if folder is not None and not folder.is_dir():
        raise ConfigError(
            "the folder of plugins is not there",
            where=str(folder),
            remedy="Check plugins: in the deployment.",
        )
    return open_catalog(
        blocked=target.no_plugins,
        required=frozenset(require),
        folder=str(folder) if folder else None,
    )


class Session:
    """Facts, results and the verdict of one run."""

    def __init__(
        self,
        catalog: Catalog,
        deployment: Deployment,
        *,
        run_id: str = "",
        command: Iterable[str] = (),
        tell: Callable[[Event], None] | None = None,
        log: ChangeLog | None = None,
    ) -> None:
        today = as_of()  # before anything is open
        self.catalog = catalog
        self.deployment = deployment
        self.database = Database()
        self.access = Access(deployment)
        self.facts = Facts(catalog, self.access, self.database, self._tell, log, today=today)
        self._listener = tell
        self._closed = False
        self._waivers: Callable[[Outcome], Outcome] = Waivers(self.database, (), date.min)
        self._engine = Engine(catalog, self.facts, self.database, self._tell, self._accepted)
        self._outcomes: dict[str, Outcome] = {}
        self._id = run_id or new_run_id()
        self.changing = Changing(
            catalog, self.access, self.facts, self.database, log, self._id, self._tell, self._forget
        )
        self._started = now()
        self._command = tuple(command)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.close()
        except Exception:  # after Ctrl-C a thread may still be writing: that is not the error to tell
            if error is None:
                raise

    def close(self) -> None:
        """Free the tables, close the connections; what still runs then is no longer told."""
        self._closed = True
        self.database.close()
        self.access.close()

    def accept(self, waivers: Iterable[Waiver], today: date) -> None:
        """From now on these fails count as accepted, those that have not expired on *today*."""
        self._waivers = Waivers(self.database, waivers, today)

    def _accepted(self, outcome: Outcome) -> Outcome:
        return self._waivers(outcome)

    def check(self, *selection: str) -> list[CheckResult]:
        """Run the checks with these ids or of these stages; all where none is given.

        A check that has been run in this session is not run again.

        Raises:
            UsageError: there is no such check or stage.
            PluginError: likewise, and a plugin that may know it could not be loaded.
        """
        checks = self.check_selection(selection)
        stages = [stage for stage in Stage if not selection or stage in selection]
        new = [owned for owned in checks if owned.record.id not in self._outcomes]
        outcomes = self._engine.run(new) + self._engine.unusable(stages) + self._engine.unjudged(stages)
        self._outcomes.update((o.result.check, o) for o in outcomes)
        wanted = {owned.record.id for owned in checks} | {o.result.check for o in outcomes}
        return [o.result for o in self._sorted() if o.result.check in wanted]

    def apply(self, name: str, **values: object) -> list[Finding]:
        """Plan an operation and do it, journaled; checks of what it changed are run anew when next asked for.

        Raises:
            UsageError: there is no such operation, or no journal to record it in.
            ParameterError: it has no such parameter.
            ImadminError: it cannot be planned.
        """
        return self.changing.apply(self.changing.plan(name, values))

    def _forget(self, operation: Operation) -> None:
        forgotten = self.facts.forget(operation.name, (*operation.facts, *operation.also))
        for owned in self.catalog.checks().values():
            if not forgotten.isdisjoint(owned.record.facts):
                self._outcomes.pop(owned.record.id, None)

    def outcomes(self) -> list[Outcome]:
        """What has been judged so far, in the order of the message's way."""
        return self._sorted()

    def run(self) -> Run:
        """The run so far: its results and the verdict on people.

        Its `everybody` can be asked until this session is closed or makes another run.
        """
        outcomes = self._sorted()
        known = [owned.record for owned in self.catalog.checks().values()]
        left_out = frozenset(
            check.stage for check in known if check.judges == "people" and check.id not in self._outcomes
        )
        population = self._engine.has_population(outcomes)
        summary, people = verdict(self.database, outcomes, left_out, population=population)
        results = tuple(outcome.result for outcome in outcomes)
        return Run(self.info, summary, people, results, partial(everybody, self.database))

    @property
    def info(self) -> RunInfo:
        """When, what and with what is being judged."""
        loaded = [plugin for plugin in self.catalog.plugins if plugin.state is State.LOADED]
        return RunInfo(
            id=self._id,
            started=self._started,
            deployment=self.deployment.name,
            command=self._command,
            source=str(self.deployment.source),
            imadmin=__version__,
            plugins={plugin.name: plugin.found.version for plugin in loaded},
            problems=tuple(str(problem) for problem in self.catalog.problems),
            collected=self.deployment.collected,
            dated_by=self.deployment.dated_by,
        )

    def check_selection(self, selection: Iterable[str]) -> list[Owned[Check]]:
        """The checks that *selection* names, in the order of the message's way; nothing is run.

        Raises:
            UsageError: there is no such check or stage.
            PluginError: likewise, and a plugin that may know it could not be loaded.
        """
        selection = tuple(selection)
        known = self.catalog.checks()
        for name in selection:
            if name not in known and name not in list(Stage):
                self._refuse(name, [*known, *Stage])
        chosen = [
            owned
            for owned in known.values()
            if not selection or owned.record.id in selection or owned.record.stage in selection
        ]
        return sorted(chosen, key=lambda owned: (owned.record.stage.rank, owned.record.id))

    def _refuse(self, name: str, known: list[str]) -> None:
        close = difflib.get_close_matches(name, known, 1)
        remedy = f"Did you mean {close[0]}?" if close else "See: imadmin checks"
        broken = self.catalog.unusable()
        if broken and not close:
            first, (_, reason) = next(iter(broken.items()))
            raise PluginError(f"there is no check {name}, and the plugin {first} could not be used: {reason}")
        raise UsageError(f"there is no check and no stage {name!r}", remedy=remedy)

    def _sorted(self) -> list[Outcome]:
        return sorted(self._outcomes.values(), key=lambda o: (o.result.stage.rank, o.result.check))

    def _tell(self, event: Event) -> None:
        if self._closed:
            return
        if self._listener is not None:
            self._listener(event)
        self.catalog.run_event(event)


def now() -> str:
    """This moment, in UTC, as ISO 8601."""
    from datetime import UTC, datetime

    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def new_run_id() -> str:
    """A name for a run that sorts by time and is nobody else's."""
    import secrets

    return f"{now().replace('-', '').replace(':', '').rstrip('Z').replace('T', '-')}-{secrets.token_hex(3)}"
