"""Who wants to hear of what. Subscriptions live as long as the process, as they do on one server."""

from __future__ import annotations

import base64
import binascii
import struct
import threading
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from imadmin_lab.mail import events

from .errors import EwsError

if TYPE_CHECKING:
    from datetime import datetime

    from imadmin_lab.mail import Event, Session

_WATERMARK: Final = struct.Struct(">16sq")
STREAMING_LIFE: Final = timedelta(minutes=35)
LARGEST_BATCH: Final = 50


@dataclass
class Subscription:
    """One subscription.

    Attributes:
        id: What the client knows it by.
        owner: Who subscribed, in lower case.
        mailbox: The mailbox watched.
        guid: What ids of that mailbox carry.
        folders: The folders watched; None for all.
        kinds: The kinds of events wanted.
        streaming: Whether it is for GetStreamingEvents.
        life: How long it lasts without being asked for.
        last: The newest event that was looked at.
        asked: When it was last asked for.
    """

    id: str
    owner: str
    mailbox: int
    guid: str
    folders: frozenset[int] | None
    kinds: frozenset[str]
    streaming: bool
    life: timedelta
    last: int
    asked: datetime

    def wants(self, event: Event) -> bool:
        """Tell whether an event is one of those subscribed to."""
        if event.kind not in self.kinds:
            return False
        if self.folders is None:
            return True
        touched = {event.folder, event.old_folder}
        if event.is_folder:
            touched |= {event.object, event.old_object}
        return not self.folders.isdisjoint(touched - {None})

    def watermark(self, number: int) -> str:
        """Give the watermark of an event."""
        return base64.b64encode(_WATERMARK.pack(uuid.UUID(self.guid).bytes, number)).decode("ascii")

    def read_watermark(self, text: str) -> int:
        """Give the event of a watermark; EwsError where it is none of this mailbox."""
        try:
            guid, number = _WATERMARK.unpack(base64.b64decode(text, validate=True))
        except (binascii.Error, struct.error, ValueError):
            raise EwsError("ErrorInvalidWatermark") from None
        if guid != uuid.UUID(self.guid).bytes:
            raise EwsError("ErrorInvalidWatermark")
        return int(number)


class Subscriptions:
    """All subscriptions of a server."""

    def __init__(self) -> None:
        self._known: Final[dict[str, Subscription]] = {}
        self._lock: Final = threading.Lock()
        self._closed = False

    def add(self, subscription: Subscription) -> None:
        """Remember a subscription."""
        with self._lock:
            self._known[subscription.id] = subscription

    def find(self, number: str, owner: str, now: datetime) -> Subscription:
        """Give the subscription; EwsError where there is none, it has expired, or it is somebody else's."""
        with self._lock:
            found = self._known.get(number)
            if found is None or now - found.asked > found.life:
                self._known.pop(number, None)
                raise EwsError("ErrorSubscriptionNotFound")
            if found.owner != owner:
                raise EwsError("ErrorSubscriptionAccessDenied")
            found.asked = now
        return found

    def remove(self, number: str, owner: str, now: datetime) -> None:
        """Forget a subscription."""
        self.find(number, owner, now)
        with self._lock:
            self._known.pop(number, None)

    def still(self, subscription: Subscription, now: datetime) -> bool:
        """Tell whether a subscription that is being streamed goes on, and keep it alive."""
        with self._lock:
            subscription.asked = now
            return subscription.id in self._known and not self._closed

    def close(self) -> None:
        """End all that is being streamed."""
        with self._lock:
            self._closed = True


def new_id() -> str:
    """Give an id for a subscription."""
    return base64.b64encode(uuid.uuid4().bytes + uuid.uuid4().bytes).decode("ascii")


def news(session: Session, subscription: Subscription, last: int) -> tuple[list[Event], int]:
    """Give the wanted events after *last*, and the newest event that was looked at for them."""
    found: list[Event] = []
    for event in events.since(session, subscription.mailbox, last):
        if len(found) == LARGEST_BATCH:
            break
        last = event.id
        if subscription.wants(event):
            found.append(event)
    return found, last
