"""The way to an EWS endpoint and the log-in there, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.errors import ImadminError
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
    from imadmin.probing.records import MailboxProbe

__all__ = ["Examination", "diagnose"]

_NAME_ONE: Final = "Name a mailbox under its mailboxes:, or under test_send: mailboxes:."


def diagnose(
    endpoint: Endpoint, *, ca_file: Path | None = None, mailbox: str = "", user_agent: str = ""
) -> Diagnosis:
    """Follow the way to an endpoint; it never raises for what a server does.

    The steps are: name, connection, TLS, certificate, clock, authentication (what is offered), log-in,
    Autodiscover, user agent. At most one log-in is tried where it is refused.

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
        self._way: Final = Way(endpoint.config.endpoint, ca_file)
        self._mailbox: Final = mailbox
        self._agent: Final = user_agent

    def steps(self) -> Iterator[Step]:
        """Each step as soon as it is done."""
        return in_order((*self._way.trials(), Trial("log-in", self._login)), self._note)

    def diagnosis(self) -> Diagnosis:
        """All of it."""
        config, steps = self._endpoint.config, tuple(self.steps())
        return Diagnosis(config.name, config.endpoint, steps, self.first, self.error)

    def _note(self, name: str, error: ImadminError) -> None:
        self.broken, self.error = name, error

    def _login(self) -> Step:
        client = self._client()
        if not self._mailbox:
            raise CannotTellError("nobody can be asked for, so the log-in is not tried", remedy=_NAME_ONE)
        self.first = probe_mailbox(client, self._mailbox)
        if self.first.error is not None and not is_of_the_mailbox(self.first.error):
            raise self.first.error
        config = self._endpoint.config
        evidence = {"auth": config.auth, "access": config.access}
        what = f"as {client.user} ({config.auth}, access: {config.access})"
        return Step("log-in", Status.PASS, what, evidence=evidence)

    def _client(self) -> EwsClient:
        if self._endpoint.client is None:
            raise self._endpoint.error or ImadminError("the endpoint cannot be asked")
        return self._endpoint.client
