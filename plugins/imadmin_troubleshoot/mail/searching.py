"""Which of the messages that were seen are the one that is missed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.model.values import lowered

from .classes import is_offline, is_report, looks_offline
from .looking import ARRIVES_IN, GONE_IN, STAYS_IN

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from imadmin.ews import Letter
    from imadmin_troubleshoot.settings import LostMessage

    from .records import Look

__all__ = ["Traces", "search"]

_CLOCKS_DIFFER: Final = timedelta(minutes=5)


class Traces(NamedTuple):
    """Where the message was found.

    Attributes:
        arrived: where a client shows it.
        gone: in Junk, Deleted or Recoverable Items.
        unsent: at the sender, in Drafts or Outbox.
        sent: at the sender, in Sent Items.
        reports: at the sender: non-delivery reports.
        certain: whether its subject identifies it; else sender and time do.
    """

    arrived: list[Letter]
    gone: list[Letter]
    unsent: list[Letter]
    sent: list[Letter]
    reports: list[Letter]
    certain: bool


def search(message: LostMessage, recipient: Look, sender: Look | None, since: datetime) -> Traces:
    """Look for a message among what was seen at its recipient and its sender.

    Args:
        message: what is known of it.
        recipient: the recipient's mailbox.
        sender: the sender's, where it may be looked into.
        since: when it was written at the earliest.
    """
    mine = [one for one in _within(recipient.letters, message, since) if _is_it(one, message)]
    theirs = _within(sender.letters if sender else (), message, since)
    left = [one for one in theirs if message.subject in one.subject and (message.subject or is_offline(one))]
    reports = [one for one in theirs if is_report(one) and _reports_on(one, message)]
    return Traces(
        arrived=[one for one in mine if one.folder in ARRIVES_IN],
        gone=[one for one in mine if one.folder in GONE_IN],
        unsent=[one for one in left if one.folder in STAYS_IN and not is_report(one)],
        sent=[one for one in left if one.folder not in (*ARRIVES_IN, *GONE_IN, *STAYS_IN)],
        reports=reports,
        certain=bool(message.subject),
    )


def _within(letters: Iterable[Letter], message: LostMessage, since: datetime) -> list[Letter]:
    until = message.before
    return [
        one
        for one in letters
        if one.when is None
        or (one.when >= since - _CLOCKS_DIFFER and (until is None or one.when <= until + _CLOCKS_DIFFER))
    ]


def _is_it(letter: Letter, message: LostMessage) -> bool:
    if is_report(letter):
        return False
    if message.subject:
        return message.subject in letter.subject
    from_sender = not message.sender or letter.sender == lowered(message.sender)
    return from_sender and (is_offline(letter) or looks_offline(letter))


def _reports_on(report: Letter, message: LostMessage) -> bool:
    """Whether a report is about the message: it repeats the subject."""
    return message.subject in report.subject if message.subject else looks_offline(report)
