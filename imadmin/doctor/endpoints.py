"""An EWS endpoint: the way to it, the log-in, and the mailboxes that it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.doctor.steps import CannotTellError, Step, in_order
from imadmin.doctor.way import Way
from imadmin.errors import ConfigError, ImadminError
from imadmin.ews import EwsError, Folder, Kind
from imadmin.model.values import lowered
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin.access import Access, Endpoint
    from imadmin.doctor.accounts import Accounts
    from imadmin.ews import Mailbox

__all__ = ["endpoint_probe"]

_OF_THE_MAILBOX: Final = frozenset(
    {
        Kind.NO_MAILBOX,
        Kind.MAILBOX_MOVING,
        Kind.MAILBOX_UNAVAILABLE,
        Kind.ACCESS_DENIED,
        Kind.IMPERSONATION_DENIED,
        Kind.NO_FOLDER,
    }
)
"""What an endpoint says of one mailbox only, after it has let somebody log in."""


def endpoint_probe(endpoint: Endpoint, accounts: Accounts) -> Probe:
    """Tries an endpoint."""
    config = endpoint.config

    def run(access: Access) -> Iterator[Finding]:
        named = tuple(config.mailboxes) or access.deployment.test_send.mailboxes
        asking = _Asking(endpoint, accounts, list(dict.fromkeys(map(lowered, named))))
        return in_order((*Way(config.endpoint, access.deployment.ca_file).steps(), *asking.steps()))

    return Probe(f"ews {config.name}", f"ews {config.name}: {config.endpoint}", run)


class _Asking:
    """Asks an endpoint for its mailboxes, the first of which tells how the log-in went."""

    def __init__(self, endpoint: Endpoint, accounts: Accounts, mailboxes: list[str]) -> None:
        self._endpoint = endpoint
        self._accounts = accounts
        self._mailboxes = mailboxes
        self._first = Finding("", Status.SKIP, "")

    def steps(self) -> tuple[Step, ...]:
        """The log-in, and each mailbox."""
        return (
            Step("log-in", self._login),
            *(Step(mailbox, self._mailbox(mailbox)) for mailbox in self._mailboxes),
        )

    def _login(self) -> Iterator[Finding]:
        if not self._mailboxes:
            remedy = "Name a mailbox under its mailboxes:, or under test_send: mailboxes:."
            raise CannotTellError("nobody can be asked for, so the log-in is not tried", remedy=remedy)
        config = self._endpoint.config
        with self._accounts.turn(config.credential, f"ews {config.name}"):
            self._first = self._looked_at(self._mailboxes[0])
        user = self._accounts.user(config.credential)
        yield Finding("log-in", Status.PASS, f"as {user} ({config.auth}, access: {config.access})")

    def _mailbox(self, mailbox: str) -> Callable[[], Iterator[Finding]]:
        def run() -> Iterator[Finding]:
            first = mailbox == self._mailboxes[0]
            yield self._first if first else self._looked_at(mailbox)

        return run

    def _looked_at(self, mailbox: str) -> Finding:
        """What there is to say of a mailbox.

        Raises:
            ImadminError: it is nothing of the mailbox, but of the endpoint or the log-in.
        """
        try:
            return _seen(mailbox, self._look(mailbox))
        except EwsError as error:
            if error.kind is Kind.THROTTLED:
                raise CannotTellError(error.what, remedy=error.remedy) from None
            if error.kind not in _OF_THE_MAILBOX:
                raise
            return Finding(mailbox, Status.FAIL, error.what, remedy=error.remedy)

    def _look(self, mailbox: str) -> Mailbox:
        client, error = self._endpoint.client, self._endpoint.error
        if client is None:
            raise error or ImadminError("the endpoint cannot be asked")
        try:
            return client.look(mailbox)
        except ValueError as wrong:
            raise ConfigError(str(wrong), remedy="Correct it in the deployment file.") from None


def _seen(mailbox: str, found: Mailbox) -> Finding:
    server = f" (Exchange {found.server})" if found.server else ""
    unclear = found.unreadable.get(Folder.CONVERSATION_HISTORY)
    if unclear is not None:
        what = f"answers{server}; whether it has Conversation History it does not say: {unclear}"
        return Finding(mailbox, Status.ERROR, what, remedy="Compare the rights of the log-in.")
    name = found.folders.get(Folder.CONVERSATION_HISTORY)
    if name is None:
        remedy = "Sign in to Skype for Business with this account once, so that the folder is made."
        return Finding(mailbox, Status.WARN, f"answers{server}, without Conversation History", remedy=remedy)
    return Finding(mailbox, Status.PASS, f"answers{server}, with Conversation History: {name}")
