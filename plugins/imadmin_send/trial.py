"""One test message: sent, looked for where it may turn up, and removed, whatever happens in between."""

from __future__ import annotations

import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imadmin.ews import EwsError, Folder, Kind
from imadmin.model.values import lowered

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.effects import Effects
    from imadmin.ews import EwsClient, Item, Mailbox

__all__ = ["Trace", "Trial"]

_ARRIVES_IN = (Folder.INBOX, Folder.JUNK, Folder.CONVERSATION_HISTORY, Folder.DELETED)
_STAYS_IN = (Folder.DRAFTS, Folder.OUTBOX)
_EVERYWHERE = (*_ARRIVES_IN, *_STAYS_IN, Folder.SENT)
_REPORT = "report."
_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
_LAST_PAUSE = 5.0
_REPORT_SECONDS = 15.0
_DRAFTS_LOOKED_AT = 100
_BODY = "A test message of imadmin. It is removed by itself; if it is still here tomorrow, delete it."


@dataclass(slots=True)
class Trace:
    """What was seen of a message.

    Attributes:
        token: in its subject, and nowhere else in the world.
        waited: the seconds that it was given.
        seconds: from sending until it was first seen at the recipient; None where it was not.
        arrived: its copies at the recipient, when it was last looked for.
        stayed: its copies in the sender's Drafts and Outbox.
        report: a non-delivery report at the sender.
        unseen: why the recipient's mailbox cannot be looked into; None where it can.
        drafts: how many messages of its class lay in the sender's Drafts before and after.
        history: whether the recipient has a Conversation History folder; None where that is not known.
        left: what could not be removed, a line each.
    """

    token: str
    waited: float
    seconds: float | None = None
    arrived: list[Item] = field(default_factory=list)
    stayed: list[Item] = field(default_factory=list)
    report: Item | None = None
    unseen: EwsError | None = None
    drafts: tuple[int, int] = (0, 0)
    history: bool | None = None
    left: list[str] = field(default_factory=list)


class _Place:
    """A mailbox with the client that opens it."""

    def __init__(self, client: EwsClient, mailbox: Mailbox) -> None:
        self.client = client
        self.address = mailbox.address
        self.folders = frozenset(mailbox.folders)

    def find(self, folders: tuple[Folder, ...], token: str) -> list[Item]:
        """The items with *token* in those of the folders that there are."""
        return self.client.find(self.address, [one for one in folders if one in self.folders], token)


class Trial:
    """Sends one message and follows it."""

    def __init__(
        self, effects: Effects, *, sender: str, recipient: str, message_class: str, wait: float
    ) -> None:
        self._effects = effects
        self._recipient_address = recipient
        self._class = message_class
        self._trace = Trace(f"imadmin test {secrets.token_hex(8)}", wait)
        self._sender = self._open(sender)
        self._recipient: _Place | None = None

    def run(self) -> Trace:
        """Do it.

        Raises:
            EwsError: the sender's mailbox could not be opened, or the message not be sent.
        """
        self._open_recipient()
        before = self._drafts()
        with self._cleaned_up():
            self._send()
            self._follow()
            self._trace.drafts = (before, self._drafts())
        return self._trace

    def _drafts(self) -> int:
        """How many messages of this class lie in the sender's Drafts, of the newest hundred items."""
        newest = self._sender.client.newest(self._sender.address, [Folder.DRAFTS], _DRAFTS_LOOKED_AT)
        return sum(item.item_class.lower().startswith(self._class.lower()) for item in newest)

    def _open(self, address: str) -> _Place:
        """The mailbox, by the first endpoint that opens it."""
        errors = []
        for client in _most_likely_first(self._effects.access.ews(), address):
            try:
                return _Place(client, client.look(address))
            except EwsError as error:
                errors.append(error)
        nobody = EwsError.of(Kind.NO_MAILBOX, "ews:", f"{address}: the deployment describes no endpoint")
        raise next((error for error in errors if error.kind is not Kind.NO_MAILBOX), (errors or [nobody])[0])

    def _open_recipient(self) -> None:
        try:
            self._recipient = self._open(self._recipient_address)
        except EwsError as error:
            self._trace.unseen = error
        else:
            self._trace.history = Folder.CONVERSATION_HISTORY in self._recipient.folders

    def _send(self) -> None:
        sender, to, token = self._sender, self._recipient_address, self._trace.token
        with self._effects.intend("send", mailbox=sender.address, to=to, token=token):
            sender.client.send(sender.address, [to], token, _BODY, self._class)

    def _follow(self) -> None:
        """Look for it at growing intervals, until it is there, is returned, or its time is over."""
        begin = time.monotonic()
        if self._recipient is None:  # a report is all that can come, and it comes soon or much later
            self._trace.waited = min(self._trace.waited, _REPORT_SECONDS)
        for pause in _pauses(self._trace.waited):
            self._look(time.monotonic() - begin)
            if self._trace.seconds is not None or self._trace.report is not None:
                return
            time.sleep(pause)
        self._look(time.monotonic() - begin)

    def _look(self, elapsed: float) -> None:
        trace = self._trace
        at_sender = self._sender.find((*_STAYS_IN, Folder.INBOX), trace.token)
        trace.stayed = [item for item in at_sender if item.folder in _STAYS_IN]
        reports = (item for item in at_sender if item.item_class.lower().startswith(_REPORT))
        trace.report = next(reports, trace.report)
        if self._recipient is not None:
            trace.arrived = self._recipient.find(_ARRIVES_IN, trace.token)
            if trace.arrived and trace.seconds is None:
                trace.seconds = elapsed

    @contextmanager
    def _cleaned_up(self) -> Iterator[None]:
        try:
            yield
        finally:
            for place in (self._sender, self._recipient):
                if place is not None:
                    self._clean_up(place)

    def _clean_up(self, place: _Place) -> None:
        """Remove every trace; what cannot be removed is told, and does not hide how the message fared."""
        token = self._trace.token
        try:
            items = place.find(_EVERYWHERE, token)
            if items:
                where = sorted({str(item.folder) for item in items})
                with self._effects.intend("delete", mailbox=place.address, token=token, folders=where):
                    place.client.delete(place.address, items)
        except EwsError as error:
            self._trace.left.append(f"{place.address}: {error.line}")


def _most_likely_first(clients: Sequence[EwsClient], address: str) -> list[EwsClient]:
    """The endpoints that name the mailbox, then those that name none."""
    named = [client for client in clients if address in map(lowered, client.config.mailboxes)]
    return named + [client for client in clients if not client.config.mailboxes]


def _pauses(seconds: float) -> Iterator[float]:
    """How long to pause between two looks, so that all pauses together take *seconds*."""
    left = seconds
    for pause in _PAUSES:
        yield min(pause, left)
        left -= pause
        if left <= 0:
            return
    while left > 0:
        yield min(_LAST_PAUSE, left)
        left -= _LAST_PAUSE
