"""The facts of a run, gathered when something needs them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import copy
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError, SourceNotDescribedError
from imadmin.facts.inputs import Inputs
from imadmin.facts.sources import Sources
from imadmin.lists import Lists
from imadmin.plugins.load import describe
from imadmin.records import Cmdlet, Event, Missing, PastChanges, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from imadmin.access import Access
    from imadmin.journal import ChangeLog
    from imadmin.plugins import Catalog
    from imadmin.records import Fact, Source
    from imadmin.tables import Database

__all__ = ["Facts", "asked_cmdlets"]

MAXIMUM_THREADS = 8


class Facts:
    """The facts of one run."""

    def __init__(
        self,
        catalog: Catalog,
        access: Access,
        database: Database,
        tell: Callable[[Event], None],
        log: ChangeLog | None = None,
        *,
        today: date,
    ) -> None:
        self._catalog = catalog
        self._deployment = access.deployment
        self._database = database
        self._tell = tell
        self._sources = Sources(access, log)
        self._today = today
        self._known: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        """The value of a fact, or `Missing` with the reason."""
        return self.gather([name])[name]

    def forget(self, operation: str, changed: Iterable[str] = ()) -> frozenset[str]:
        """Gather anew, when next asked for, what an operation has changed; gives the names of these facts.

        Args:
            operation: by its name; facts are built from the journal of what it did.
            changed: facts that it changes; so it does every other that is built from the same cmdlets.
        """
        every = {name: owned.record for name, owned in self._catalog.facts().items()}
        asked = {source for name in changed if name in every for source in _asked(every[name])}
        asked.add(PastChanges(operation))
        names = [name for name, one in every.items() if not asked.isdisjoint(_asked(one))]
        for name in names:
            self._known.pop(name, None)
        return frozenset(names)

    def foreseen(self, changed: Mapping[str, object]) -> Facts:
        """These facts, with other values for some."""
        facts = copy(self)
        facts._known = {**self._known, **changed}  # noqa: SLF001 - its own kind
        return facts

    def gather(self, names: Iterable[str]) -> Mapping[str, object]:
        """All of these facts; each is gathered unless an earlier call has done it."""
        wanted = list(dict.fromkeys(names))
        new = [name for name in wanted if name not in self._known]
        if new:
            self._catalog.facts()  # here, so that the threads do not all ask the plugins at once
            # A with-block would wait for all threads even after Ctrl-C.
            pool = ThreadPoolExecutor(min(MAXIMUM_THREADS, len(new)), thread_name_prefix="fact")
            try:
                self._known.update(zip(new, pool.map(self._gather_one, new), strict=True))
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
            self._database.give_back()
        return {name: self._known[name] for name in wanted}

    def _gather_one(self, name: str) -> object:
        begin = time.perf_counter()
        value = self._value(name)
        status = _status(value)
        message = value.reason if isinstance(value, Missing) else ""
        self._tell(Event("fact", name, status, message, time.perf_counter() - begin))
        return value

    def _value(self, name: str) -> object:
        owned = self._catalog.facts().get(name)
        if owned is None:
            return Missing(name, self._no_provider(name), described=True)
        missing = self._not_described(owned.record)
        if missing:
            return missing
        try:
            value = self._built(owned.record)
            # Several checks will read it: an iterator can be read once, and a list can be changed.
            return tuple(value) if isinstance(value, Iterator | list) else value
        except SourceNotDescribedError as error:
            return Missing(name, error.line, described=False, remedy=error.remedy)
        except ImadminError as error:
            return Missing(name, error.line, described=True, remedy=error.remedy)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            reason = f"plugin {owned.plugin.name} failed to build the fact {name}: {describe(error)}"
            return Missing(name, reason, described=True)

    def _built(self, fact: Fact) -> object:
        available = tuple(source for source in fact.sources if self._sources.describes(source))
        with closing(Lists(self._database)) as lists:
            return fact.build(
                Inputs(
                    available, self._deployment, self._today, self._sources, self._database, fact.name, lists
                )
            )

    def _not_described(self, fact: Fact) -> Missing | None:
        lacking = [source for source in fact.sources if not self._sources.describes(source)]
        if not lacking or (fact.any_source and len(lacking) < len(fact.sources)):
            return None
        names = ", ".join(str(source) for source in lacking)
        reason = f"{self._deployment.source.name} does not describe {names}"
        return Missing(fact.name, reason, described=False)

    def _no_provider(self, name: str) -> str:
        problems = [str(problem) for problem in self._catalog.problems]
        hint = f"; {problems[0]}" if problems else ""
        return f"no loaded plugin gives the fact {name}{hint}"


def _status(value: object) -> str:
    if isinstance(value, Missing):
        return Status.ERROR if value.described else Status.SKIP
    return Status.PASS


def _asked(fact: Fact) -> set[tuple[str, str] | Source]:
    """What a fact is built from: its cmdlets by shell and name, whatever properties it wants of them."""
    return {
        (source.shell, source.name.lower()) if isinstance(source, Cmdlet) else source
        for source in fact.sources
    }


def asked_cmdlets(catalog: Catalog) -> dict[str, frozenset[str]]:
    """Which shells each cmdlet is asked of, by its name in small letters, over all facts."""
    asked: dict[str, set[str]] = {}
    for owned in catalog.facts().values():
        for source in owned.record.sources:
            if isinstance(source, Cmdlet):
                asked.setdefault(source.name.lower(), set()).add(source.shell)
    return {name: frozenset(shells) for name, shells in asked.items()}
