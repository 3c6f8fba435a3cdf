"""Ask the EWS endpoints for the mailboxes that the deployment names, by the steps of `imadmin probe`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from imadmin.ews import EwsError, Kind
from imadmin.model.values import lowered
from imadmin.probing import diagnose, is_of_the_mailbox, probe_mailbox

from .access import LATEST_AGENT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Future

    from imadmin import ImadminError
    from imadmin.access import Endpoint
    from imadmin.deployment import Deployment
    from imadmin.probing import Diagnosis, MailboxProbe

__all__ = ["Answer", "EndpointProbe", "Probes", "kind_of", "probe"]

_THREADS = 8


class Answer(NamedTuple):
    """What came of asking for one mailbox.

    Attributes:
        mailbox: its address, in small letters.
        error: None where it answered.
        step: that broke; empty where it answered.
        seconds: how long it took, log-in included.
        as_client: whether it answered only to the client's user agent, and refused imadmin's own.
    """

    mailbox: str
    error: ImadminError | None
    step: str
    seconds: float
    as_client: bool = False


class EndpointProbe(NamedTuple):
    """What came of asking one endpoint.

    Attributes:
        name: in the deployment.
        url: of the endpoint.
        answers: one for each mailbox that was asked for.
        shut_out: why the client's user agent is refused, where imadmin's own is let in; empty where it is
            not, or that was not tried.
    """

    name: str
    url: str
    answers: tuple[Answer, ...]
    shut_out: str = ""

    @property
    def first_broken(self) -> Answer | None:
        """Why the endpoint cannot be used; None where it answered for a mailbox, or none was asked for."""
        broken = [answer for answer in self.answers if answer.error is not None]
        return broken[0] if broken and len(broken) == len(self.answers) else None

    @property
    def answered(self) -> bool:
        """Whether it answered at all, be it by saying something of the mailboxes."""
        return any(one.error is None or is_of_the_mailbox(one.error) for one in self.answers)


class Probes(NamedTuple):
    """The fact `ews_probes`."""

    endpoints: tuple[EndpointProbe, ...]


def probe(endpoints: Sequence[Endpoint], deployment: Deployment) -> Probes:
    """Ask every endpoint for its mailboxes: those under its own `mailboxes:`, else those of `test_send:`."""
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="probe") as pool:
        wanted = [(endpoint, _wanted(endpoint, deployment)) for endpoint in endpoints]
        ways = [
            pool.submit(
                diagnose,
                endpoint,
                ca_file=deployment.ca_file,
                mailbox=mailboxes[0] if mailboxes else "",
                user_agent=LATEST_AGENT,
            )
            for endpoint, mailboxes in wanted
        ]
        asked = [_asked(pool, *one, way.result()) for one, way in zip(wanted, ways, strict=True)]
        return Probes(tuple(_told(way.result(), futures) for way, futures in zip(ways, asked, strict=True)))


def _wanted(endpoint: Endpoint, deployment: Deployment) -> list[str]:
    named = tuple(endpoint.config.mailboxes) or deployment.test_send.mailboxes
    return list(dict.fromkeys(map(lowered, named)))


def _asked(
    pool: ThreadPoolExecutor, endpoint: Endpoint, mailboxes: list[str], way: Diagnosis
) -> list[Answer | Future[Answer]]:
    """The mailboxes, being asked for; the first was, and none is where there is no way to the endpoint."""
    client = endpoint.client
    if client is None or way.first is None:
        step = way.broken.name if way.broken else ""
        return [Answer(mailbox, way.error, step, 0.0) for mailbox in mailboxes]
    rest = mailboxes[1:]
    return [
        _answer(way.first),
        *(pool.submit(lambda one: _answer(probe_mailbox(client, one, LATEST_AGENT)), one) for one in rest),
    ]


def _answer(found: MailboxProbe) -> Answer:
    answered = found.steps[0]
    broken = answered.name if is_of_the_mailbox(found.error) else "log-in"
    step = "" if found.error is None else broken
    return Answer(found.mailbox, found.error, step, answered.seconds, found.as_client)


def _told(way: Diagnosis, asked: Sequence[Answer | Future[Answer]]) -> EndpointProbe:
    answers = tuple(one if isinstance(one, Answer) else one.result() for one in asked)
    return EndpointProbe(way.name, way.url, answers, _shut_out(way))


def _shut_out(way: Diagnosis) -> str:
    """Why the client's user agent is refused: the only step that may break after the log-in."""
    broken = way.broken
    if broken is None or way.error is not None or broken.evidence.get("kind") != Kind.FORBIDDEN:
        return ""
    return broken.message


def kind_of(error: ImadminError) -> Kind:
    """The kind of failure; `OTHER` where nobody was asked."""
    return error.kind if isinstance(error, EwsError) else Kind.OTHER
