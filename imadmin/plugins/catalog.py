"""What the loaded plugins give: one typed method per hook, conflicts resolved, problems kept."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from functools import partial
from reprlib import Repr
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from imadmin.firstparty import FIRST_PARTY, FIRST_PARTY_CHECKS
from imadmin.operations import Operation
from imadmin.plugins.load import State, describe
from imadmin.records import (
    Check,
    Command,
    DeploymentSource,
    Fact,
    Probe,
    Report,
    Severity,
    Source,
    Stage,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from imadmin.plugins.load import Loaded, Plugin
    from imadmin.records import Event

__all__ = ["Catalog", "Owned", "Problem"]

T = TypeVar("T")
_SHORT = Repr()  # which survives a __repr__ that raises
_SHORT.maxother = _SHORT.maxstring = 80


class Owned(NamedTuple, Generic[T]):
    """A record and the plugin that gave it."""

    record: T
    plugin: Plugin


class Problem(NamedTuple):
    """Something of a plugin that could not be used."""

    plugin: str
    origin: str
    reason: str

    def __str__(self) -> str:
        return f"plugin {self.plugin} ({self.origin}): {self.reason}"


class Catalog:
    """The loaded plugins and their records; the plugin manager does not leave this class."""

    def __init__(self, loaded: Loaded, required: frozenset[str] = frozenset()) -> None:
        self.plugins = loaded.plugins
        self.required = required
        self._manager = loaded.manager
        self._by_name = {plugin.name: plugin for plugin in loaded.plugins if plugin.state is State.LOADED}
        self._problems: dict[Problem, None] = {
            _problem(plugin, plugin.reason): None
            for plugin in loaded.plugins
            if plugin.state in {State.FAILED, State.DUPLICATE}
        }
        self._cache: dict[str, list[Owned[object]]] = {}
        self._deaf: set[str] = set()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that could not be used so far, in the order in which it was found out."""
        return tuple(self._problems)

    def facts(self) -> dict[str, Owned[Fact]]:
        """Every fact by its name."""
        return self._unique("imadmin_facts", Fact, lambda fact: fact.name)

    def checks(self) -> dict[str, Owned[Check]]:
        """Every check by its id, sorted."""
        return self._unique("imadmin_checks", Check, lambda check: check.id)

    def reports(self) -> dict[str, Owned[Report]]:
        """Every report of a plugin by its name."""
        return self._unique("imadmin_reports", Report, lambda report: report.name)

    def operations(self) -> dict[str, Owned[Operation]]:
        """Every operation by its name."""
        return self._unique("imadmin_operations", Operation, lambda operation: operation.name)

    def deployments(self) -> dict[str, Owned[DeploymentSource]]:
        """Every source of deployments by the name of its option."""
        return self._unique("imadmin_deployments", DeploymentSource, lambda source: source.name)

    def commands(self) -> dict[str, Owned[Command]]:
        """Every command of a plugin by its name."""
        return self._unique("imadmin_commands", Command, lambda command: command.name)

    def doctor(self) -> dict[str, Owned[Probe]]:
        """Every probe of a plugin by its name."""
        return self._unique("imadmin_doctor", Probe, lambda probe: probe.name)

    def settings(self) -> dict[str, type]:
        """The types of the plugins' own sections of a deployment file, by the plugin's name."""
        return {owned.plugin.name: owned.record for owned in self._records("imadmin_settings", type)}

    def idle(self) -> frozenset[str]:
        """The names of plugins that were found, and cannot be asked for anything."""
        return frozenset(plugin.name for plugin in self.plugins) - self._by_name.keys()

    def runbooks(self) -> list[Owned[Path]]:
        """Every folder of runbooks."""
        from pathlib import Path

        return self._records("imadmin_runbooks", Path)

    def run_event(self, event: Event) -> None:
        """Tell all listeners; one that raises is reported and not asked again."""
        for plugin, call in self._implementations("imadmin_run_event", event=event):
            if plugin.name in self._deaf:
                continue
            try:
                call()
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                self._deaf.add(plugin.name)
                self._complain(plugin, f"imadmin_run_event: {describe(error)}")

    def unusable(self) -> dict[str, tuple[str, str]]:
        """First-party and required plugins that cannot judge: name -> (stage or empty, reason)."""
        self.facts()
        self.checks()
        judging = {name: stage for name, stage in FIRST_PARTY.items() if stage}
        expected = {**dict.fromkeys(sorted(self.required), ""), **judging}
        blocked = {p.name: p for p in self.plugins if p.state is State.BLOCKED}
        found: dict[str, tuple[str, str]] = {}
        for name, stage in expected.items():
            if name in blocked and name not in self.required:
                continue
            reason = self._why_unusable(name)
            if reason:
                found[name] = (stage, reason)
        return found

    def _why_unusable(self, name: str) -> str:
        problems = [p for p in self._problems if p.plugin == name and self._should_judge(p)]
        if problems:
            return problems[0].reason
        if name in self._by_name:
            return self._what_it_lacks(name) if name in FIRST_PARTY else ""
        reasons = [plugin.reason for plugin in self.plugins if plugin.name == name]
        remedy = (
            "install imadmin again" if name in FIRST_PARTY else "install the distribution that carries it"
        )
        return reasons[0] if reasons else f"it is not installed; {remedy}"

    def _what_it_lacks(self, name: str) -> str:
        """Why imadmin's own plugin of this name, though something was loaded, cannot judge."""
        plugin = self._by_name[name]
        if not plugin.found.first_party:
            return (
                f"it is not installed, and the name is taken by {plugin.found.origin}; install imadmin again"
            )
        given = {owned.record.id for owned in self.checks().values() if owned.plugin is plugin}
        lacking = [check for check in FIRST_PARTY_CHECKS[name] if check not in given]
        return f"it does not give the check {', '.join(lacking)}; install imadmin again" if lacking else ""

    def _should_judge(self, problem: Problem) -> bool:
        """Whether a problem of this name is the expected plugin's own, and not a namesake's."""
        loaded = self._by_name.get(problem.plugin)
        return loaded is None or problem.origin == loaded.found.origin

    def _unique(self, hook: str, kind: type[T], key: Callable[[T], str]) -> dict[str, Owned[T]]:
        kept: dict[str, Owned[T]] = {}
        for owned in self._records(hook, kind):
            name = str(key(owned.record))
            other = kept.setdefault(name, owned)
            if other is not owned:
                noun = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__).lower()
                self._complain(
                    owned.plugin,
                    f"{noun} {name} is already given by {_origin(other.plugin)}; this one is left out",
                )
        return dict(sorted(kept.items()))

    def _records(self, hook: str, kind: type[T]) -> list[Owned[T]]:
        if hook not in self._cache:
            self._cache[hook] = [
                Owned[object](record, plugin)
                for plugin, call in self._implementations(hook)
                for record in self._collect(plugin, hook, call, kind)
            ]
        return [
            Owned(owned.record, owned.plugin) for owned in self._cache[hook] if isinstance(owned.record, kind)
        ]

    def _collect(self, plugin: Plugin, hook: str, call: Callable[[], object], kind: type[T]) -> Iterator[T]:
        try:
            given = call()
            records = [given] if isinstance(given, type) else list(given or ())  # type: ignore[call-overload]
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self._complain(plugin, f"{hook}: {describe(error)}")
            return
        for record in records:
            if not isinstance(record, kind):
                self._complain(plugin, f"{hook}: gave {_SHORT.repr(record)}, not a {kind.__name__}")
            elif flaw := _flaw(record):
                self._complain(plugin, f"{hook}: {flaw}; this one is left out")
            else:
                yield record

    def _implementations(self, hook: str, **given: object) -> Iterator[tuple[Plugin, Callable[[], object]]]:
        """Each implementation alone, imadmin's own first: pluggy's own call stops at the first error."""
        caller = getattr(self._manager.hook, hook)
        implementations = {impl.plugin_name: impl for impl in caller.get_hookimpls()}
        for name, plugin in list(self._by_name.items()):
            impl = implementations.get(name)
            if impl is not None:
                yield plugin, partial(impl.function, *(given[argument] for argument in impl.argnames))

    def _complain(self, plugin: Plugin, reason: str) -> None:
        self._problems[_problem(plugin, reason)] = None


def _flaw(record: object) -> str:
    """Why a record that was made without `@check` or `@fact` cannot be used; empty where it can."""
    if isinstance(record, type) and not is_dataclass(record):
        return f"{record.__name__} is no dataclass"
    if isinstance(record, Fact):
        sources: Iterable[object] = record.sources
        strange = [source for source in sources if not isinstance(source, Source)]
        if not str(record.name).isidentifier():
            return f"fact {record.name!r} has a name that no parameter can have"
        if strange:
            return f"fact {record.name} has the source {_SHORT.repr(strange[0])}, which is none"
    if isinstance(record, Check):
        for word, kind in ((record.stage, Stage), (record.severity, Severity)):
            if not isinstance(word, kind):
                return f"check {record.id}: {word!r} is no {kind.__name__}; make checks with @check"
    return ""


def _problem(plugin: Plugin, reason: str) -> Problem:
    return Problem(plugin.name, plugin.found.origin, reason)


def _origin(plugin: Plugin) -> str:
    return f"plugin {plugin.name} ({plugin.found.origin})"
