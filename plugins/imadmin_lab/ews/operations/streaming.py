"""GetStreamingEvents: an answer that goes on, one envelope after the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from imadmin_lab.ews import xml
from imadmin_lab.ews.errors import EwsError, schema_violation
from imadmin_lab.ews.notifications import notification
from imadmin_lab.ews.subscriptions import news

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from imadmin_lab.ews.subscriptions import Subscription, Subscriptions
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import MailStore

_LONGEST_MINUTES: Final = 30
_HEARTBEAT: Final = timedelta(seconds=45)


class GetStreamingEvents(Operation):
    """Tell what happens while it happens."""

    name = "GetStreamingEvents"
    writes = False

    def respond(self) -> Element:
        """Give the first part: that the connection stands, or which subscriptions are wrong."""
        minutes = int(xml.text(self.request, "ConnectionTimeout") or "0")
        if not 1 <= minutes <= _LONGEST_MINUTES:
            raise schema_violation(
                f"The 'm:ConnectionTimeout' element is invalid - The value '{minutes}' is invalid."
            )
        found: list[Subscription] = []
        wrong: dict[str, EwsError] = {}
        for element in xml.need(self.request, "SubscriptionIds"):
            number = element.text or ""
            try:
                found.append(self._found(number))
            except EwsError as error:
                wrong[number] = error
        if wrong:
            return self._refused(wrong)
        ends = timedelta(minutes=minutes)
        self.stream = Stream(self.call.store, self.call.subscriptions, tuple(found), ends).parts()
        return next(self.stream)

    def _found(self, number: str) -> Subscription:
        found = self.call.subscriptions.find(number, self.call.login.lower(), self.call.session.now)
        if not found.streaming:
            raise EwsError("ErrorInvalidSubscription")
        return found

    def _refused(self, wrong: dict[str, EwsError]) -> Element:
        message = self.failure(next(iter(wrong.values())))
        message.append(xml.m("ErrorSubscriptionIds", *(xml.m("SubscriptionId", number) for number in wrong)))
        message.append(xml.m("ConnectionStatus", "Closed"))
        return _response(message)


@dataclass(frozen=True)
class Stream:
    """What is sent on one connection."""

    store: MailStore
    subscriptions: Subscriptions
    watched: tuple[Subscription, ...]
    lasts: timedelta

    def parts(self) -> Iterator[Element]:
        """Give one answer after the other until the time is over."""
        now = self.store.clock.now()
        ends, beat = now + self.lasts, now + _HEARTBEAT
        yield _status("OK")
        while not self.store.closed:
            seen = self.store.version
            notifications, now = self._news()
            if notifications:
                yield _response(_success(xml.m("Notifications", *notifications)))
            if now >= ends or not self._still_on():
                break
            if now >= beat:
                beat = now + _HEARTBEAT
                yield _status("OK")
            self.store.wait(seen, (min(ends, beat) - now).total_seconds())
        yield _status("Closed")

    def _news(self) -> tuple[list[Element], datetime]:
        shown = []
        with self.store.reading() as session:
            for subscription in self.watched:
                happened, subscription.last = news(session, subscription, subscription.last)
                if happened:
                    shown.append(notification(subscription, happened))
            return shown, session.now

    def _still_on(self) -> bool:
        now = self.store.clock.now()
        return all(self.subscriptions.still(one, now) for one in self.watched)


def _status(status: str) -> Element:
    return _response(_success(xml.m("ConnectionStatus", status)))


def _success(content: Element) -> Element:
    code = xml.m("ResponseCode", "NoError")
    return xml.m("GetStreamingEventsResponseMessage", code, content, ResponseClass="Success")


def _response(message: Element) -> Element:
    return xml.m("GetStreamingEventsResponse", xml.m("ResponseMessages", message))
