"""Subscribe, Unsubscribe, GetEvents."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from imadmin_lab.ews import xml
from imadmin_lab.ews.errors import EwsError, schema_violation
from imadmin_lab.ews.notifications import notification
from imadmin_lab.ews.subscriptions import STREAMING_LIFE, Subscription, new_id, news
from imadmin_lab.mail import directory, events

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Mailbox

_LONGEST_MINUTES = 1440


class Subscribe(Operation):
    """Begin to listen."""

    name = "Subscribe"
    writes = False

    def one(self, target: Element) -> Iterable[Element]:
        """Make the subscription."""
        wanted = target[0]
        if xml.local(wanted) == "PushSubscriptionRequest":
            raise EwsError("ErrorInvalidSubscriptionRequest", "The lab does not call clients back.")
        streaming = xml.local(wanted) == "StreamingSubscriptionRequest"
        made = self._subscription(wanted, streaming=streaming)
        self.call.subscriptions.add(made)
        yield xml.m("SubscriptionId", made.id)
        if not streaming:
            yield xml.m("Watermark", made.watermark(made.last))

    def _subscription(self, wanted: Element, *, streaming: bool) -> Subscription:
        mailbox, watched = self._watched(wanted)
        made = Subscription(
            id=new_id(),
            owner=self.call.login.lower(),
            mailbox=mailbox.id,
            guid=mailbox.guid,
            folders=watched,
            kinds=frozenset(one.text or "" for one in xml.need(wanted, "EventTypes")),
            streaming=streaming,
            life=STREAMING_LIFE if streaming else _life(wanted),
            last=events.newest(self.call.session),
            asked=self.call.session.now,
        )
        start = xml.text(wanted, "Watermark")
        if start:
            made.last = made.read_watermark(start)
        return made

    def _watched(self, wanted: Element) -> tuple[Mailbox, frozenset[int] | None]:
        listed = xml.child(wanted, "FolderIds")
        everything = xml.is_true(xml.attribute(wanted, "SubscribeToAllFolders"))
        if everything == (listed is not None):
            raise EwsError("ErrorInvalidSubscriptionRequest", "Name folders, or subscribe to all of them.")
        if listed is None:
            return self.call.own, None
        found = [self.call.folder(one) for one in listed]
        if len({folder.mailbox for folder in found}) > 1:
            raise EwsError("ErrorInvalidSubscriptionRequest", "A subscription watches one mailbox.")
        owner = directory.mailbox(self.call.session, found[0].mailbox)
        return owner, frozenset(folder.id for folder in found)


class Unsubscribe(Operation):
    """Stop listening."""

    name = "Unsubscribe"
    writes = False

    def one(self, target: Element) -> Iterable[Element]:
        """End the subscription."""
        number = xml.text(target, "SubscriptionId") or ""
        self.call.subscriptions.remove(number, self.call.login.lower(), self.call.session.now)
        return ()


class GetEvents(Operation):
    """Ask what happened since a watermark."""

    name = "GetEvents"
    writes = False

    def one(self, target: Element) -> Iterable[Element]:
        """Give what happened."""
        number, owner = xml.text(target, "SubscriptionId") or "", self.call.login.lower()
        found = self.call.subscriptions.find(number, owner, self.call.session.now)
        if found.streaming:
            raise EwsError("ErrorInvalidSubscription")
        previous = found.read_watermark(xml.text(target, "Watermark") or "")
        if previous > max(found.last, events.newest(self.call.session)):
            raise EwsError("ErrorInvalidWatermark")
        happened, last = news(self.call.session, found, previous)
        shown = notification(found, happened, previous=previous, last=last)
        more = len(happened) > 0 and bool(news(self.call.session, found, last)[0])
        xml.need(shown, "MoreEvents").text = xml.boolean(more)
        yield shown


def _life(wanted: Element) -> timedelta:
    minutes = int(xml.text(wanted, "Timeout") or "0")
    if not 1 <= minutes <= _LONGEST_MINUTES:
        raise schema_violation(f"The 't:Timeout' element is invalid - The value '{minutes}' is invalid.")
    return timedelta(minutes=minutes)
