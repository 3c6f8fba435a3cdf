"""What facts can be built from: shells, EWS endpoints, lists, and the journal."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from imadmin.cells import Output
from imadmin.errors import SourceAbsentError, SourceError, SourceNotDescribedError
from imadmin.lists import list_headers
from imadmin.records import ClientLists, Cmdlet, EwsEndpoints, LicenseLists, PastChanges, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from contextlib import AbstractContextManager

    from imadmin.access import Access, Endpoint
    from imadmin.journal import ChangeLog, PastChange
    from imadmin.lists import ClientList, Lists
    from imadmin.records import Source
    from imadmin.shells.base import Record, Shell

__all__ = ["Sources"]

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
