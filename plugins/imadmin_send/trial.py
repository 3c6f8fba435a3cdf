"""One test message: sent, looked for where it may turn up, and removed, whatever happens in between."""

from __future__ import annotations

import secrets
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import TYPE_CHECKING

from imadmin.ews import EwsError, Folder, Kind

from .place import ARRIVES_IN, STAYS_IN, open_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.effects import Effects
    from imadmin.ews import Item

    from .place import Place

__all__ = ["TOKEN", "Trace", "Trial"]

TOKEN = "imadmin test "  # noqa: S105 - what the subject begins with
_REPORT = "report."
_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
_LAST_PAUSE = 5.0
_REPORT_SECONDS = 15.0
_DRAFTS_LOOKED_AT = 100
_BODY = "A test message of imadmin. It is removed by itself; if it is still here tomorrow, delete it."
_IN_DOUBT = frozenset({Kind.TIMEOUT, Kind.DROPPED, Kind.MALFORMED, Kind.TOO_LARGE, Kind.SERVER_ERROR})
"""After these the message may have gone all the same."""


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
        doubt: how the sending ended, where it is not known whether the message went.
        unseen: why the recipient's mailbox cannot be looked into; None where it can.
        trouble: why the last look at the recipient's failed; None where it did not.
        flooded: whether the message may lie below too much other new mail.
        drafts: how many messages of its class lay in the sender's Drafts before and after; None: not known.
        history: whether the recipient has a Conversation History folder; None where that is not known.
        left: what could not be removed, a line each.
    """

    token: str
    waited: float
    seconds: float | None = None
    arrived: list[Item] = field(default_factory=list)
    stayed: list[Item] = field(default_factory=list)
    report: Item | None = None
    doubt: EwsError | None = None
    unseen: EwsError | None = None
    trouble: EwsError | None = None
    flooded: bool = False
    drafts: tuple[int | None, int | None] = (None, None)
    history: bool | None = None
    left: list[str] = field(default_factory=list)

    @property
    def settled(self) -> bool:
        """Whether its fate is known."""
        return self.seconds is not None or self.report is not None


class Trial:
    """Sends one message and follows it."""

    def __init__(
        self, effects: Effects, *, sender: str, recipient: str, message_class: str, wait: float
    ) -> None:
        self._effects = effects
        self._recipient_address = recipient
        self._class = message_class
        self._trace = Trace(TOKEN + secrets.token_hex(8), wait)
        self._since = datetime.now(UTC)
        self._sender = open_place(effects, sender)
        self._recipient: Place | None = None

    def run(self) -> Trace:
        """Do it.

        Raises:
            EwsError: the message was not sent.
        """
        self._open_recipient()
        before = self._drafts()
        with self._cleaned_up():
            self._send()
            self._follow()
            self._trace.drafts = (before, self._drafts())
        return self._trace

    def remove(self, token: str) -> list[str]:
        """Remove what an earlier message left; gives what could not be removed."""
        if self._recipient is None:
            self._open_recipient()
        places = [place for place in (self._sender, self._recipient) if place is not None]
        return list(filter(None, [place.clean_up(token, self._effects) for place in places]))

    def _drafts(self) -> int | None:
        """How many messages of this class lie in the sender's Drafts, of the newest hundred items."""
        try:
            newest = self._sender.client.newest(self._sender.address, [Folder.DRAFTS], _DRAFTS_LOOKED_AT)
        except EwsError:
            return None
        return sum(item.item_class.lower().startswith(self._class.lower()) for item in newest)

    def _open_recipient(self) -> None:
        try:
            self._recipient = open_place(self._effects, self._recipient_address)
        except EwsError as error:
            self._trace.unseen = error
        else:
            self._trace.history = Folder.CONVERSATION_HISTORY in self._recipient.folders

    def _send(self) -> None:
        sender, to, token = self._sender, self._recipient_address, self._trace.token
        try:
            with self._effects.intend("send", mailbox=sender.address, to=to, token=token):
                sender.client.send(sender.address, [to], token, _BODY, self._class)
        except EwsError as error:
            if error.kind not in _IN_DOUBT:
                raise
            self._trace.doubt = error

    def _follow(self) -> None:
        """Look for it at growing intervals, until its fate is known or its time is over."""
        if self._recipient is None:  # a report is all that can come, and it comes soon or much later
            self._trace.waited = min(self._trace.waited, _REPORT_SECONDS)
        begin = time.monotonic()
        for pause in chain(_PAUSES, repeat(_LAST_PAUSE)):
            self._look(time.monotonic() - begin)
            left = begin + self._trace.waited - time.monotonic()
            if self._trace.settled or left <= 0:
                return
            trouble = self._trace.trouble
            time.sleep(min(max(pause, (trouble.back_off or 0.0) if trouble else 0.0), left))

    def _look(self, elapsed: float) -> None:
        self._trace.trouble = None
        try:
            self._look_at_sender()
        except EwsError as error:
            self._trace.trouble = error if self._recipient is None else None
        if self._recipient is not None:
            try:
                self._look_at_recipient(self._recipient, elapsed)
            except EwsError as error:
                self._trace.trouble = error

    def _look_at_sender(self) -> None:
        trace = self._trace
        found = self._sender.find((*STAYS_IN, Folder.INBOX), trace.token, self._since).items
        trace.stayed = [item for item in found if item.folder in STAYS_IN]
        reports = (item for item in found if item.item_class.lower().startswith(_REPORT))
        trace.report = next(reports, trace.report)

    def _look_at_recipient(self, recipient: Place, elapsed: float) -> None:
        trace = self._trace
        trace.arrived, trace.flooded = recipient.find(ARRIVES_IN, trace.token, self._since)
        if trace.arrived and trace.seconds is None:
            trace.seconds = elapsed

    @contextmanager
    def _cleaned_up(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._trace.left = self.remove(self._trace.token)
