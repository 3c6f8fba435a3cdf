"""What the function of a fact is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imadmin.cells import relations

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import date

    from imadmin.access import Endpoint
    from imadmin.cells import Output
    from imadmin.deployment import Deployment
    from imadmin.facts.sources import Sources
    from imadmin.journal import PastChange
    from imadmin.lists import ClientList, Lists
    from imadmin.records import Cmdlet, PastChanges, Settings, Source
    from imadmin.shells.base import Record
    from imadmin.tables import Database, Layout, Row, Schema, Table

__all__ = ["Inputs"]


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
