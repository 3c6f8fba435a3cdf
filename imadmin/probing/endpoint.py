"""The way to an EWS endpoint and the log-in there, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.errors import ConfigError, ImadminError
from imadmin.ews.refusals import other_way, ways_in
from imadmin.probing.agents import asked_as, let_in_alone
from imadmin.probing.agreement import compared
from imadmin.probing.kinds import of_the_way
from imadmin.probing.mailbox import is_of_the_mailbox, probe_mailbox
from imadmin.probing.records import Diagnosis, Step
from imadmin.probing.trials import CannotTellError, Trial, in_order
from imadmin.probing.way import Way
from imadmin.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin.access import Endpoint
    from imadmin.ews import EwsClient
    from imadmin.ews.offers import Offer
    from imadmin.probing.records import MailboxProbe

__all__ = ["Examination", "diagnose"]

_NAME_ONE: Final = "Name a mailbox under its mailboxes:, or under test_send: mailboxes:."

_GATEWAY: Final = "See whether a gateway or a sign-in page stands before Exchange."


def diagnose(
    endpoint: Endpoint, *, ca_file: Path | None = None, mailbox: str = "", user_agent: str = ""
) -> Diagnosis:
    """Follow the way to an endpoint; it never raises for what a server does.

    The steps are: name, connection, TLS, certificate, clock, authentication (what is offered), log-in,
    Autodiscover, user agent. Where the log-in is refused it is tried once.

    Args:
        endpoint: of the deployment, with its client.
        ca_file: the certificate authorities to believe; None for those of the platform.
        mailbox: to be asked for, without which nobody can log in; what came of it is in the result.
        user_agent: of the client; the mailbox is asked for once more with it, since access lists go by it.
            Without one that is not tried.
    """
    examination = Examination(endpoint, ca_file=ca_file, mailbox=mailbox, user_agent=user_agent)
    return examination.diagnosis()


class Examination:
    """Follows the way to one endpoint, once.

    Attributes:
        first: what came of asking for the mailbox; None before that is done.
        broken: the name of the step that ended the examination; empty where none has.
        error: why it did; None where nothing has.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        ca_file: Path | None = None,
        mailbox: str = "",
        user_agent: str = "",
    ) -> None:
        """As for `diagnose`."""
        self.first: MailboxProbe | None = None
        self.broken = ""
        self.error: ImadminError | None = None
        self._endpoint: Final = endpoint
        shown = endpoint.client.certificate if endpoint.client else None
        self._way: Final = Way(endpoint.config.endpoint, ca_file, shown)
        self._mailbox: Final = mailbox
        self._agent: Final = user_agent

    def steps(self) -> Iterator[Step]:
        """Each step as soon as it is done."""
        return in_order(self._trials(), self._note)

    def diagnosis(self) -> Diagnosis:
        """All of it."""
        config, steps = self._endpoint.config, tuple(self.steps())
        return Diagnosis(config.name, config.endpoint, steps, self.first, self.error)

    def _trials(self) -> Iterator[Trial]:
        yield from self._way.trials()
        yield Trial("authentication", self._offered)
        yield Trial("log-in", self._login)
        yield Trial("Autodiscover", lambda: compared(self._client(), self._mailbox))
        if self._agent:
            yield Trial("user agent", self._as_client)

    def _note(self, name: str, error: ImadminError) -> None:
        self.broken, self.error = name, of_the_way(name, error, self._endpoint.config.endpoint)

    def _offered(self) -> Step:
        """What the server offers to somebody who does not log in: no credential is sent for it."""
        if self._endpoint.client is None or not self._mailbox:
            return Step("authentication", Status.SKIP, "not tried: see log-in")
        try:
            offer = self._endpoint.client.offer(self._mailbox)
        except ValueError as error:
            raise ConfigError(str(error), remedy="Write a mailbox's primary SMTP address.") from None
        auth = self._endpoint.config.auth
        if offer.asks and ways_in(offer.schemes, auth) is False and auth != "oauth":
            what = f"the server offers {', '.join(offer.schemes) or 'no way to log in'}, not auth: {auth}"
            raise ConfigError(what, remedy=other_way(offer.schemes, auth))
        return _told(offer)

    def _login(self) -> Step:
        client = self._client()
        self.first = probe_mailbox(client, self._mailbox, self._agent)
        if self.first.error is not None and not is_of_the_mailbox(self.first.error):
            raise self.first.error
        config = self._endpoint.config
        evidence = {"auth": config.auth, "access": config.access}
        what = f"as {client.user} ({config.auth}, access: {config.access})"
        return Step("log-in", Status.PASS, what, evidence=evidence)

    def _as_client(self) -> Step:
        if self.first is not None and self.first.error is not None:
            what = f"not tried, because {self._mailbox} does not answer"
            return Step("user agent", Status.SKIP, what)
        if self.first is not None and self.first.as_client:
            return let_in_alone(self._agent)
        return asked_as(self._client(), self._mailbox, self._agent)

    def _client(self) -> EwsClient:
        if self._endpoint.client is None:
            raise self._endpoint.error or ImadminError("the endpoint cannot be asked")
        if not self._mailbox:
            raise CannotTellError("nobody can be asked for, so the log-in is not tried", remedy=_NAME_ONE)
        return self._endpoint.client


def _told(offer: Offer) -> Step:
    evidence = {name: value for name, value in offer._asdict().items() if value}
    if offer.asks:
        what = f"the server offers {', '.join(offer.schemes) or 'no way to log in'}"
        return Step("authentication", Status.PASS, what, evidence=evidence)
    where = f" to {offer.location}" if offer.location else ""
    what = (
        f"without a log-in the server answers HTTP {offer.status}{where} ({offer.content_type or 'no type'})"
    )
    if "xml" in offer.content_type:
        return Step("authentication", Status.PASS, f"{what}: it asks for none", evidence=evidence)
    remedy = "Exchange answers 401. See whether a gateway or a sign-in page stands before it."
    return Step(
        "authentication",
        Status.WARN,
        f"{what}, where 401 was to be expected",
        evidence=evidence,
        remedy=remedy,
    )
