"""Facts: gathered from their sources when something needs them, in parallel, at most once a run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from imadmin.cells import Output, relations
from imadmin.errors import ImadminError, SourceAbsentError, SourceError, SourceNotDescribedError
from imadmin.lists import Lists, list_headers
from imadmin.plugins.load import describe
from imadmin.records import (
    ClientLists,
    Cmdlet,
    Event,
    EwsEndpoints,
    LicenseLists,
    Missing,
    PastChanges,
    Settings,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date

    from imadmin.access import Access, Endpoint
    from imadmin.deployment import Deployment
    from imadmin.journal import ChangeLog, PastChange
    from imadmin.lists import ClientList
    from imadmin.plugins import Catalog
    from imadmin.records import Fact, Source
    from imadmin.shells.base import Record, Shell
    from imadmin.tables import Database, Layout, Row, Schema, Table

__all__ = ["Facts", "Inputs"]

MAXIMUM_THREADS = 8
T = TypeVar("T")


class Sources:
    """What can be asked: the deployment's shells, EWS endpoints and lists, and the journal."""

    def __init__(self, access: Access, log: ChangeLog | None) -> None:
        self._access = access
        self._deployment = access.deployment
        self._log = log

    def describes(self, source: Source) -> bool:
        """Whether the deployment names this source at all."""
        match source:
            case Cmdlet():
                return source.shell in self._deployment.shells
            case ClientLists():
                return bool(self._deployment.clients)
            case LicenseLists():
                return bool(self._deployment.licenses)
            case EwsEndpoints():
                return bool(self._deployment.ews)
            case PastChanges():
                return self._log is not None
            case Settings():
                return source.plugin in self._deployment.settings

    def records(self, cmdlet: Cmdlet) -> Iterator[Record]:
        """The objects that a cmdlet gives."""
        result = self._asked(cmdlet, lambda shell: shell.run(cmdlet))
        yield from result.records
        if result.errors:
            raise SourceError(f"{cmdlet.name} reported: {result.errors[0]}", where=str(cmdlet))

    def output(self, cmdlet: Cmdlet) -> Output:
        """What a cmdlet gives, for relations of cells."""
        return Output(cmdlet, partial(self._cells, cmdlet), partial(self.records, cmdlet))

    def _cells(self, cmdlet: Cmdlet, collections: Collection[str]) -> AbstractContextManager[str | None]:
        return self._asked(cmdlet, lambda shell: shell.cells(cmdlet, collections))

    def _asked(self, cmdlet: Cmdlet, ask: Callable[[Shell], T]) -> T:
        try:
            return ask(self._access.shell(cmdlet.shell))
        except SourceAbsentError as error:
            if not cmdlet.informs:
                raise
            raise SourceNotDescribedError(error.what, where=error.where, remedy=error.remedy) from error

    def variants(self, cmdlet: Cmdlet) -> list[Cmdlet]:
        """The outputs of a cmdlet that can be had."""
        return self._access.shell(cmdlet.shell).variants(cmdlet)

    def lists(self, lists: Lists, headers: Collection[str]) -> list[ClientList]:
        """The lists of clients, shown among *lists*."""
        return lists.show(self._deployment.clients, headers=headers)

    def list_headers(self) -> list[ClientList]:
        """The lists of clients, by their headers."""
        return list_headers(self._deployment.clients)

    def licenses(self, lists: Lists, headers: Collection[str]) -> list[ClientList]:
        """The lists of licenses, shown among *lists*."""
        return lists.show(self._deployment.licenses, "licenses", headers)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """The EWS endpoints."""
        return self._access.endpoints()

    def past_changes(self, source: PastChanges) -> list[PastChange]:
        """What the journal has of the operation in this deployment."""
        return self._log.latest(source.operation, str(self._deployment.source)) if self._log else []


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a fact is built from.

    Attributes:
        available: those of the fact's sources that the deployment describes.
        deployment: for what it says of the organisation, such as its SIP domains.
        today: the day as of which is judged.
    """

    available: tuple[Source, ...]
    deployment: Deployment
    today: date
    _sources: Sources
    _database: Database
    _name: str
    _lists: Lists

    def records(self, source: Cmdlet) -> Iterator[Record]:
        """The objects of a cmdlet, one by one; none where the deployment does not describe it.

        Raises:
            SourceNotDescribedError: it only informs, and there is none.
            SourceError: it could not be run, or what it gave is not readable.
        """
        return self._sources.records(source) if source in self.available else iter(())

    def variants(self, source: Cmdlet) -> Iterator[tuple[str, Iterator[Record]]]:
        """The variants of a cmdlet's output that there are: the name of each, and its objects.

        A live shell gives one where the source's variant is `*`: that of the server which answers. Its name
        is the one by which the server, or its pool, was addressed; empty where that tells nothing.

        Raises:
            SourceError: it could not be run, or what it gave is not readable.
        """
        for one in self._sources.variants(source) if source in self.available else ():
            yield one.variant, self._sources.records(one)

    def lists(self, headers: Collection[str] = ()) -> list[ClientList]:
        """The deployment's lists of registered clients, for `select`; they are there until the fact is built.

        Args:
            headers: the columns that are wanted, by any of their names; all where none is named.

        Raises:
            SourceError: one of them is not readable.
        """
        return self._sources.lists(self._lists, headers)

    def list_headers(self) -> list[ClientList]:
        """The same lists, by their paths and headers alone.

        Raises:
            SourceError: one of them is not readable.
        """
        return self._sources.list_headers()

    def licenses(self, headers: Collection[str] = ()) -> list[ClientList]:
        """The deployment's lists of licenses, for `select`; see `lists`."""
        return self._sources.licenses(self._lists, headers)

    def endpoints(self) -> tuple[Endpoint, ...]:
        """The EWS endpoints of the deployment, in its order; each with a client, or why there is none."""
        return self._sources.endpoints()

    def past_changes(self, source: PastChanges) -> list[PastChange]:
        """Of each subject the newest change of an operation in this deployment."""
        return self._sources.past_changes(source)

    def settings(self, source: Settings) -> object:
        """What a plugin's own section says, of the plugin's type; None where there is none."""
        return self.deployment.settings.get(source.plugin)

    def table(self, schema: Schema, rows: Iterable[Row]) -> Table:
        """Make the table that the fact hands over, named after the fact."""
        return self._database.load(self._name, schema, rows)

    def select(self, sql: str, layout: Layout | None = None) -> Table:
        """Make the table that the fact hands over from a query over the lists.

        Args:
            sql: the query.
            layout: how the table keeps columns of which more is known.

        Raises:
            SourceError: one of them is not readable.
        """
        import duckdb

        try:
            return self._database.create(self._name, sql, compress=True, layout=layout)
        except duckdb.Error:  # a line of a list is not as it should be
            if not self._lists.load():
                raise
            return self._database.create(self._name, sql, compress=True, layout=layout)

    def shape(
        self,
        sql: str,
        objects: Mapping[str, Cmdlet],
        collections: Collection[str] = (),
        layout: Layout | None = None,
    ) -> Table:
        """Make the table that the fact hands over from a query over the objects of cmdlets.

        For what grows with the organisation: saved CSV is read by DuckDB itself.

        Args:
            sql: the query; `imadmin.cells` tells how it names what an object holds.
            objects: the cmdlets, by the names that *sql* calls their objects.
            collections: the properties that hold several values.
            layout: how the table keeps columns of which more is known.

        Raises:
            SourceError: one could not be run, or what it gave is not readable.
        """
        import duckdb

        outputs = {name: self._sources.output(cmdlet) for name, cmdlet in objects.items()}
        try:
            return self._shaped(sql, outputs, collections, layout, direct=True)
        except duckdb.Error:  # a file that is not what it promises: read line by line, it says where
            return self._shaped(sql, outputs, collections, layout, direct=False)

    def _shaped(
        self,
        sql: str,
        outputs: Mapping[str, Output],
        collections: Collection[str],
        layout: Layout | None,
        *,
        direct: bool,
    ) -> Table:
        with relations(self._database, outputs, collections, direct=direct) as scope:
            return self._database.create(self._name, sql, within=scope, compress=True, layout=layout)


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
