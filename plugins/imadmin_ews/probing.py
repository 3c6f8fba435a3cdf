"""Ask the EWS endpoints for the mailboxes that the deployment names: one request each, side by side."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from imadmin import ImadminError
from imadmin.ews import EwsError, Folder, Kind
from imadmin.model.values import lowered

from .access import LATEST_AGENT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.access import Endpoint
    from imadmin.deployment import Deployment
    from imadmin.ews import EwsClient, Mailbox

__all__ = ["Answer", "EndpointProbe", "Probes", "kind_of", "probe"]

_THREADS = 8
_OF_THE_MAILBOX = frozenset(
    {Kind.NO_MAILBOX, Kind.MAILBOX_MOVING, Kind.MAILBOX_UNAVAILABLE, Kind.ACCESS_DENIED, Kind.NO_FOLDER}
)
"""What an endpoint says of a mailbox: it has answered."""


class Answer(NamedTuple):
    """What came of asking for one mailbox.

    Attributes:
        mailbox: its address, in small letters.
        error: None where it answered.
        seconds: how long it took, log-in included.
        history: whether there is a Conversation History folder; None where that is not known.
        as_client: whether it answered only to the client's user agent, and refused imadmin's own.
    """

    mailbox: str
    error: ImadminError | None
    seconds: float
    history: bool | None = None
    as_client: bool = False


class EndpointProbe(NamedTuple):
    """What came of asking one endpoint.

    Attributes:
        name: in the deployment.
        url: of the endpoint.
        answers: one for each mailbox that was asked for.
    """

    name: str
    url: str
    answers: tuple[Answer, ...]

    @property
    def error(self) -> ImadminError | None:
        """Why the endpoint cannot be used; None where it answered for a mailbox, or none was asked for."""
        errors = [answer.error for answer in self.answers]
        return None if None in errors else next(iter(errors), None)

    @property
    def answered(self) -> bool:
        """Whether it answered at all, be it by saying something of the mailboxes."""
        errors = [answer.error for answer in self.answers]
        return any(error is None or kind_of(error) in _OF_THE_MAILBOX for error in errors)


class Probes(NamedTuple):
    """The fact `ews_probes`."""

    endpoints: tuple[EndpointProbe, ...]


def probe(endpoints: Sequence[Endpoint], deployment: Deployment) -> Probes:
    """Ask every endpoint for its mailboxes: those under its own `mailboxes:`, else those of `test_send:`."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="probe") as pool:
        asked = [
            [pool.submit(_ask, endpoint, mailbox) for mailbox in _wanted(endpoint, deployment)]
            for endpoint in endpoints
        ]
        answers = [tuple(future.result() for future in futures) for futures in asked]
    probes = zip(endpoints, answers, strict=True)
    return Probes(tuple(EndpointProbe(e.config.name, e.config.endpoint, found) for e, found in probes))


def _wanted(endpoint: Endpoint, deployment: Deployment) -> list[str]:
    named = tuple(endpoint.config.mailboxes) or deployment.test_send.mailboxes
    return list(dict.fromkeys(map(lowered, named)))


def _ask(endpoint: Endpoint, mailbox: str) -> Answer:
    begin = time.perf_counter()
    try:
        if endpoint.client is None:
            raise endpoint.error or EwsError.of(Kind.OTHER, endpoint.config.name)
        found, as_client = _look(endpoint.client, mailbox)
    except ImadminError as error:
        return Answer(mailbox, error, time.perf_counter() - begin)
    unread = Folder.CONVERSATION_HISTORY in found.unreadable
    history = None if unread else Folder.CONVERSATION_HISTORY in found.folders
    return Answer(mailbox, None, time.perf_counter() - begin, history, as_client)


def _look(client: EwsClient, mailbox: str) -> tuple[Mailbox, bool]:
    """Ask for the mailbox; where imadmin is shut out, once more as the client: lists go by user agent."""
    try:
        return client.look(mailbox), False
    except EwsError as error:
        if error.kind is not Kind.FORBIDDEN:
            raise
        with suppress(EwsError):
            return client.look(mailbox, user_agent=LATEST_AGENT), True
        raise


def kind_of(error: ImadminError) -> Kind:
    """The kind of failure; `OTHER` where nobody was asked."""
    return error.kind if isinstance(error, EwsError) else Kind.OTHER
