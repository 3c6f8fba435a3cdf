"""Sending: once, journaled before and after. What may have gone is never sent again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from imadmin.ews import EwsError, Kind
from imadmin.fleet import Answer

from .crew import answer_of
from .tokens import subject_of

if TYPE_CHECKING:
    from imadmin.errors import ImadminError
    from imadmin.ews import EwsClient

    from .letters import Letter
    from .mailboxes import ProbeMailbox

__all__ = ["SEND", "Sending", "send"]

SEND = f"{__name__}:send"
_BODY = "A test message of imadmin. It is removed by itself; if it is still here tomorrow, delete it."
_CERTAINLY_NOT_SENT = frozenset(
    {
        Kind.DNS,
        Kind.REFUSED,
        Kind.REDIRECTED,
        Kind.UNAUTHORIZED,
        Kind.LOGIN,
        Kind.FORBIDDEN,
        Kind.NOT_FOUND,
        Kind.THROTTLED,
        Kind.NO_MAILBOX,
        Kind.MAILBOX_MOVING,
        Kind.ACCESS_DENIED,
        Kind.IMPERSONATION_DENIED,
        Kind.OLD_SERVER,
    }
)
"""After any other failure the message may have gone all the same."""


class Sending(NamedTuple):
    """A letter, and the mailbox that it goes from."""

    letter: Letter
    mailbox: ProbeMailbox

    @property
    def client(self) -> EwsClient:
        """Of the mailbox."""
        return self.mailbox.client


class _NotSentError(Exception):
    """The server did not take the message; *error* says why."""

    def __init__(self, error: EwsError) -> None:
        super().__init__(error.line)
        self.error = error


def send(_: None, sending: Sending) -> Answer[ImadminError | None]:
    """Send a letter; where the server was busy, and so did not take it, the fleet asks again."""
    letter = sending.letter
    letter.refused, letter.doubt, letter.being_sent = None, None, True
    try:
        answer = answer_of(sending.client, lambda: _sent(letter, sending.mailbox))
    finally:
        letter.being_sent = False
    if isinstance(answer.value, EwsError):
        if answer.value.kind in _CERTAINLY_NOT_SENT:
            letter.refused = answer.value
        else:
            letter.doubt = answer.value
            return Answer(None)  # nothing in it may have the fleet ask again
    return answer


def _sent(letter: Letter, mailbox: ProbeMailbox) -> None:
    detail = {"mailbox": mailbox.address, "to": letter.recipient, "token": letter.token}
    try:
        with letter.effects.intend("send", undone=(_NotSentError,), **detail):
            letter.sent_at = time.monotonic()
            _send(letter, mailbox)
    except _NotSentError as refusal:
        raise refusal.error from None


def _send(letter: Letter, mailbox: ProbeMailbox) -> None:
    try:
        mailbox.send(letter.recipient, subject_of(letter.sender, letter.token), _BODY, letter.item_class)
    except EwsError as error:
        if error.kind in _CERTAINLY_NOT_SENT:
            raise _NotSentError(error) from error
        raise
