"""One test message: what is sent, and what was seen of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imadmin.ews import EwsError, Folder

from .mailboxes import ARRIVES_IN, STAYS_IN
from .tokens import new_token

if TYPE_CHECKING:
    from imadmin import Change
    from imadmin.effects import Effects
    from imadmin.ews import Item

    from .mailboxes import Look

__all__ = ["EXAMINED", "Letter", "same_class"]

EXAMINED = (Folder.DRAFTS, Folder.OUTBOX, Folder.SENT)
"""The sender's folders that are examined before and after."""

_REPORT = "report."
_REPORT_SECONDS = 15.0


@dataclass(slots=True, eq=False)
class Letter:
    """A message on its way.

    Attributes:
        waits: the seconds that it is given.
        token: in its subject, and nowhere else in the world.
        being_sent: whether a thread is sending it at this moment.
        sent_at: when its sending began, by `time.monotonic`; None before.
        seconds: from then until a look that saw it at the recipient began; None where none did.
        missing_at: from then until the last look began that did not see it.
        arrived: its copies at the recipient, when that was last looked into.
        stayed: its copies in the sender's Drafts and Outbox.
        report: a non-delivery report at the sender, and what it says.
        doubt: how the sending ended, where it is not known whether the message went.
        refused: why it was not sent.
        unseen: why the recipient's mailbox cannot be looked into; None where it can.
        trouble: why the last look at the recipient's failed; None where it did not.
        flooded: whether the message may lie below too much other new mail.
        before: the items of its class in the sender's `EXAMINED` folders; None where they are not known.
        after: likewise, when the sender's mailbox was last looked into.
        has_history: whether the recipient has a Conversation History folder; None where that is not known.
        left: what could not be removed, a line each.
    """

    change: Change
    effects: Effects
    waits: float
    token: str = field(default_factory=new_token)
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    being_sent: bool = False
    sent_at: float | None = None
    seconds: float | None = None
    missing_at: float = 0.0
    arrived: list[Item] = field(default_factory=list)
    stayed: list[Item] = field(default_factory=list)
    report: Item | None = None
    reason: str = ""
    doubt: EwsError | None = None
    refused: EwsError | None = None
    unseen: EwsError | None = None
    trouble: EwsError | None = None
    flooded: bool = False
    before: list[Item] | None = None
    after: list[Item] | None = None
    has_history: bool | None = None
    left: list[str] = field(default_factory=list)

    @property
    def sender(self) -> str:
        """Who writes it."""
        return str(self.change.detail["sender"])

    @property
    def recipient(self) -> str:
        """Whom it is for."""
        return str(self.change.detail["recipient"])

    @property
    def item_class(self) -> str:
        """What it is sent as."""
        return str(self.change.detail["message_class"])

    @property
    def federated(self) -> bool:
        """Whether it goes to another organisation."""
        return bool(self.change.detail["federated"])

    @property
    def patience(self) -> float:
        """The seconds until it is given up: of an unseen recipient only a report can come, and soon."""
        return self.waits if self.unseen is None else min(self.waits, _REPORT_SECONDS)

    @property
    def settled(self) -> bool:
        """Whether its fate is known."""
        return self.seconds is not None or self.report is not None or self.refused is not None

    def age(self, now: float) -> float:
        """The seconds from when its sending began until *now*, by `time.monotonic`."""
        return 0.0 if self.sent_at is None else now - self.sent_at

    def examined(self, look: Look) -> list[Item]:
        """What lay in the sender's `EXAMINED` folders of the class that it is sent as."""
        return [item for item in look.within(EXAMINED) if same_class(item.item_class, self.item_class)]

    def see_sender(self, look: Look | EwsError) -> None:
        """Take in what lay in the sender's mailbox."""
        if isinstance(look, EwsError):
            self.trouble = look if self.unseen else self.trouble
            return
        found = look.within((*STAYS_IN, Folder.INBOX), self.token)
        self.stayed = [item for item in found if item.folder in STAYS_IN]
        reports = (item for item in found if item.item_class.lower().startswith(_REPORT))
        self.report = next(reports, self.report)
        self.after = self.examined(look)

    def see_recipient(self, look: Look | EwsError) -> None:
        """Take in what lay in the recipient's mailbox."""
        if isinstance(look, EwsError):
            self.trouble = look
            return
        self.arrived = look.within(ARRIVES_IN, self.token)
        self.flooded = look.flooded(ARRIVES_IN, self.since)
        if not self.arrived:
            self.missing_at = self.age(look.began)
        elif self.seconds is None:
            self.seconds = self.age(look.began)


def same_class(found: str, sent: str) -> bool:
    """Whether an item still is what was sent; Exchange may refine a class, never shorten it."""
    return found.lower() == sent.lower() or found.lower().startswith(f"{sent.lower()}.")
