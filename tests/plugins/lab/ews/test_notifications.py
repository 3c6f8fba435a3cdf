"""Pull and streaming events, and synchronisation."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from exchangelib.errors import (  # type: ignore[import-untyped]
    ErrorInvalidSyncStateData,
    ErrorInvalidWatermark,
    ErrorSubscriptionAccessDenied,
    ErrorSubscriptionNotFound,
)
from exchangelib.folders import Messages  # type: ignore[import-untyped]
from exchangelib.properties import CreatedEvent, DeletedEvent, MovedEvent, NewMailEvent  # type: ignore[import-untyped]

from imadmin_lab.ews.operations.streaming import Stream
from imadmin_lab.mail import MailStore, ManualClock, Rule, rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin_lab.ews import EwsApplication

ALL_EVENTS = ["NewMailEvent", "CreatedEvent", "DeletedEvent", "MovedEvent", "CopiedEvent", "ModifiedEvent"]


def pulled(folder: Any, number: str, watermark: str) -> tuple[list[Any], str]:
    events = [event for one in folder.get_events(number, watermark) for event in one.events]
    return events, events[-1].watermark


def test_pull(anna: Any, bert: Any, client: Any) -> None:
    number, watermark = anna.inbox.subscribe_to_pull(
        ["NewMailEvent", "CreatedEvent", "DeletedEvent", "MovedEvent"]
    )
    client.send(bert, "anna@contoso.com", subject="first")
    events, watermark = pulled(anna.inbox, number, watermark)
    assert [type(one) for one in events] == [NewMailEvent, CreatedEvent]
    item = anna.inbox.get(subject="first")
    assert events[0].item_id.id == item.id
    assert events[0].parent_folder_id.id == anna.inbox.id
    item.move(anna.drafts)
    events, watermark = pulled(anna.inbox, number, watermark)
    assert [type(one) for one in events] == [MovedEvent]
    assert events[0].item_id.id == item.id
    anna.drafts.get(subject="first").delete()
    events, watermark = pulled(anna.inbox, number, watermark)
    assert [type(one).__name__ for one in events] == ["StatusEvent"]
    anna.inbox.unsubscribe(number)
    with pytest.raises(ErrorSubscriptionNotFound):
        list(anna.inbox.get_events(number, watermark))


def test_more_events_than_one_answer_holds(anna: Any, client: Any) -> None:
    number, watermark = anna.drafts.subscribe_to_pull(["CreatedEvent"])
    anna.bulk_create(anna.drafts, [client.Message(subject=str(one)) for one in range(120)])
    seen: list[Any] = []
    while len(seen) < 120:
        answer = next(iter(anna.drafts.get_events(number, watermark)))
        assert len(answer.events) <= 50
        seen += answer.events
        watermark = answer.events[-1].watermark
        assert answer.more_events == (len(seen) < 120)
    assert {type(one) for one in seen} == {CreatedEvent}


def test_subscriptions_are_private_and_watermarks_are_checked(anna: Any, bert: Any) -> None:
    number, watermark = anna.inbox.subscribe_to_pull(["NewMailEvent"])
    with pytest.raises(ErrorSubscriptionAccessDenied):
        list(bert.inbox.get_events(number, watermark))
    with pytest.raises(ErrorInvalidWatermark):
        list(anna.inbox.get_events(number, "AAAA"))


def test_streaming(anna: Any, bert: Any, client: Any) -> None:
    number = anna.inbox.subscribe_to_streaming(["NewMailEvent", "DeletedEvent"])
    notifications = anna.inbox.get_streaming_events(
        number, connection_timeout=1, max_notifications_returned=2
    )
    sender = threading.Thread(target=client.send, args=(bert, "anna@contoso.com"), kwargs={"subject": "live"})
    sender.start()
    first = next(notifications)
    sender.join()
    assert [type(one) for one in first.events] == [NewMailEvent]
    anna.inbox.get(subject="live").delete()
    assert [type(one) for one in next(notifications).events] == [DeletedEvent]
    notifications.close()
    anna.inbox.unsubscribe(number)
    with pytest.raises(ErrorSubscriptionNotFound):
        list(anna.inbox.get_streaming_events(number, connection_timeout=1))


def test_a_stream_ends_with_the_application(anna: Any, application: EwsApplication) -> None:
    number = anna.inbox.subscribe_to_streaming(["NewMailEvent"])
    ending = threading.Timer(0.05, application.close)
    ending.start()
    assert list(anna.inbox.get_streaming_events(number, connection_timeout=30)) == []
    ending.join()


def test_items_synchronise(anna: Any, client: Any) -> None:
    folder = Messages(parent=anna.inbox, name="Synced").save()
    anna.bulk_create(folder, [client.Message(subject=f"s{one}") for one in range(7)])
    first = list(folder.sync_items(only_fields=["subject"], max_changes_returned=3))
    assert [kind for kind, _ in first] == ["create"] * 7
    assert list(folder.sync_items(only_fields=["subject"])) == []
    folder.get(subject="s1").delete()
    folder.get(subject="s2").move(anna.drafts)
    item = folder.get(subject="s3")
    item.is_read = True
    item.save(update_fields=["is_read"])
    client.Message(account=anna, folder=folder, subject="new").save()
    assert sorted(kind for kind, _ in folder.sync_items(only_fields=["subject"])) == [
        "create",
        "delete",
        "delete",
        "update",
    ]
    folder.item_sync_state = "AAAA"
    with pytest.raises(ErrorInvalidSyncStateData):
        list(folder.sync_items(only_fields=["subject"]))


def test_the_hierarchy_synchronises(anna: Any) -> None:
    assert {kind for kind, _ in anna.inbox.sync_hierarchy()} <= {"create"}
    folder = Messages(parent=anna.inbox, name="New").save()
    assert [(kind, one.name) for kind, one in anna.inbox.sync_hierarchy()] == [("create", "New")]
    folder.delete()
    assert [kind for kind, _ in anna.inbox.sync_hierarchy()] == ["delete"]


class TestWithAClockOfItsOwn:
    @pytest.fixture
    def clock(self) -> ManualClock:
        return ManualClock(datetime(2026, 11, 20, 12, tzinfo=UTC))

    @pytest.fixture
    def store(self, tmp_path: Path, clock: ManualClock, populate: Any) -> Iterator[MailStore]:
        with MailStore(tmp_path / "mail.db", clock=clock) as found:
            with found.writing() as session:
                populate(session)
                rules.set_rule(session, "anna@contoso.com", Rule(delay=timedelta(minutes=2)))
            yield found

    def test_mail_takes_its_time(self, anna: Any, bert: Any, client: Any, clock: ManualClock) -> None:
        client.send(bert, "anna@contoso.com", subject="late")
        clock.advance(timedelta(seconds=119))
        assert anna.inbox.all().count() == 0
        clock.advance(timedelta(seconds=1))
        item = anna.inbox.get(subject="late")
        assert item.datetime_received - item.datetime_sent == timedelta(minutes=2)

    def test_a_stream_tells_of_the_arrival_at_its_time(
        self, anna: Any, bert: Any, client: Any, clock: ManualClock
    ) -> None:
        number = anna.inbox.subscribe_to_streaming(["NewMailEvent"])
        client.send(bert, "anna@contoso.com", subject="late")
        notifications = anna.inbox.get_streaming_events(
            number, connection_timeout=5, max_notifications_returned=1
        )
        moving = threading.Thread(target=clock.advance, args=(timedelta(minutes=2),))
        moving.start()
        assert [type(one) for one in next(notifications).events] == [NewMailEvent]
        moving.join()
        notifications.close()

    def test_a_stream_ends_when_its_time_is_over(self, store: MailStore, clock: ManualClock) -> None:
        from imadmin_lab.ews.subscriptions import Subscriptions

        parts = Stream(store, Subscriptions(), (), timedelta(minutes=1)).parts()
        assert next(parts).findtext(".//{*}ConnectionStatus") == "OK"
        clock.advance(timedelta(minutes=1))
        assert next(parts).findtext(".//{*}ConnectionStatus") == "Closed"
        assert next(parts, None) is None

    def test_a_pull_subscription_expires(self, anna: Any, clock: ManualClock) -> None:
        number, watermark = anna.inbox.subscribe_to_pull(["NewMailEvent"], timeout=10)
        clock.advance(timedelta(minutes=11))
        with pytest.raises(ErrorSubscriptionNotFound):
            list(anna.inbox.get_events(number, watermark))
