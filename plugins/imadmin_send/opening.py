"""Opening the mailboxes of test sends, each by the first endpoint that can."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from imadmin.ews import EwsError, Kind
from imadmin.model.values import lowered

from .mailboxes import ProbeMailbox, checked, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.access import Access
    from imadmin.ews import EwsClient, Mailbox

__all__ = ["Opener"]

_TIMEOUTS = 2
"""One may be the mailbox's fault; from so many on the endpoint is not asked again."""


class Opener:
    """Opens mailboxes, and does not wait for an endpoint again that is down."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._allowed = named(access.deployment.test_send)
        self._down: dict[int, EwsError] = {}
        self._timeouts: Counter[int] = Counter()

    def open(self, address: str) -> ProbeMailbox:
        """The mailbox, by the first endpoint that opens it.

        Raises:
            EwsError: none does.
            UsageError: the deployment does not name it under `test_send:`.
        """
        errors = []
        checked(address, self._allowed)
        for client in _most_likely_first(self._access.ews(), address):
            try:
                return ProbeMailbox(client, self._looked(client, address), self._allowed)
            except EwsError as error:
                errors.append(error)
        nobody = EwsError.of(Kind.NO_MAILBOX, "ews:", f"{address}: the deployment describes no endpoint")
        raise next((error for error in errors if error.kind is not Kind.NO_MAILBOX), (errors or [nobody])[0])

    def _looked(self, client: EwsClient, address: str) -> Mailbox:
        if id(client) in self._down:
            raise self._down[id(client)].again()
        try:
            return client.look(address)
        except EwsError as error:
            self._timeouts[id(client)] += error.kind is Kind.TIMEOUT
            if error.unreached or self._timeouts[id(client)] >= _TIMEOUTS:
                self._down[id(client)] = error
            raise


def _most_likely_first(clients: Sequence[EwsClient], address: str) -> list[EwsClient]:
    """The endpoints that name the mailbox, then those that name none."""
    mine = [client for client in clients if address in map(lowered, client.config.mailboxes)]
    return mine + [client for client in clients if not client.config.mailboxes]
