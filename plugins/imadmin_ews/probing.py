"""Ask the EWS endpoints for the mailboxes that the deployment names: one request each, side by side."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from imadmin.ews import EwsError, Kind
from imadmin.model.values import lowered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.deployment import Deployment
    from imadmin.ews import EwsClient

__all__ = ["Answer", "EndpointProbe", "Probes", "probe"]

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
    """

    mailbox: str
    error: EwsError | None
    seconds: float
    history: bool | None = None


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
    def error(self) -> EwsError | None:
        """Why the endpoint cannot be used; None where it answered for a mailbox, or none was asked for."""
        errors = [answer.error for answer in self.answers]
        if any(error is None or error.kind in _OF_THE_MAILBOX for error in errors):
            return None
        return next(iter(errors), None)


class Probes(NamedTuple):
    """The fact `ews_probes`."""

    endpoints: tuple[EndpointProbe, ...]


def probe(clients: Sequence[EwsClient], deployment: Deployment) -> Probes:
    """Ask every endpoint for its mailboxes: those under its own `mailboxes:`, else those of `test_send:`."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="probe") as pool:
        asked = [
            (client, [pool.submit(_ask, client, mailbox) for mailbox in _wanted(client, deployment)])
            for client in clients
        ]
        return Probes(
            tuple(
                EndpointProbe(c.config.name, c.config.endpoint, tuple(future.result() for future in futures))
                for c, futures in asked
            )
        )


def _wanted(client: EwsClient, deployment: Deployment) -> list[str]:
    named = tuple(client.config.mailboxes) or deployment.test_send.mailboxes
    return list(dict.fromkeys(map(lowered, named)))


def _ask(client: EwsClient, mailbox: str) -> Answer:
    begin = time.perf_counter()
    try:
        found = client.look(mailbox)
    except EwsError as error:
        return Answer(mailbox, error, time.perf_counter() - begin)
    from imadmin.ews import Folder

    history = (
        None
        if Folder.CONVERSATION_HISTORY in found.unreadable
        else (Folder.CONVERSATION_HISTORY in found.folders)
    )
    return Answer(mailbox, None, time.perf_counter() - begin, history)
