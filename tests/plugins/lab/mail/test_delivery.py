"""How mail travels."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from imadmin_lab.mail import Address, Content, Extended, Rule, delivery, directory, folders, items, rules

if TYPE_CHECKING:
    from imadmin_lab.mail import Item, MailStore, ManualClock

MISSED = "IPM.Note.Microsoft.Missed"


def send(store: MailStore, *recipients: str, **fields: Any) -> Content:
    with store.writing() as session:
        anna = directory.by_address(session, "anna@contoso.com")
        assert anna is not None
        people = tuple(Address("", one) for one in recipients)
        return delivery.send(session, anna, Content(subject="s", to_recipients=people, **fields))


def arrived(store: MailStore, address: str, folder: str = "inbox") -> list[Item]:
    with store.reading() as session:
        mailbox = directory.by_address(session, address)
        assert mailbox is not None
        found = folders.distinguished(session, mailbox.id, folder)
        assert found is not None
        known = (items.get(session, number) for number in items.numbers_in(session, found.id))
        return [item for item in known if item is not None]


def rule(store: MailStore, recipient: str, **settings: Any) -> None:
    with store.writing() as session:
        rules.set_rule(session, recipient, Rule(**settings))


def test_within_an_organisation_everything_arrives(store: MailStore) -> None:
    extended = {"ns/token:String": Extended("String", ("x",))}
    send(store, "bert@contoso.com", item_class=MISSED, extended=extended, categories=("red",))
    (item,) = arrived(store, "bert@contoso.com")
    assert item.content.item_class == MISSED
    assert item.content.extended == extended
    assert item.content.categories == ("red",)
    assert item.content.to_recipients == (Address("Bert", "bert@contoso.com"),)
    assert not item.content.is_read


def test_federated_mail_is_plain(store: MailStore) -> None:
    extended = {
        "ns/token:String": Extended("String", ("x",)),
        "InternetHeaders/x-a:String": Extended("String", ("y",)),
    }
    send(store, "fred@fabrikam.com", item_class=MISSED, extended=extended)
    (item,) = arrived(store, "fred@fabrikam.com")
    assert item.content.item_class == "IPM.Note"
    assert list(item.content.extended) == ["InternetHeaders/x-a:String"]


def test_one_copy_for_who_is_named_twice(store: MailStore) -> None:
    send(store, "anna@contoso.com", "A@contoso.example")
    assert len(arrived(store, "anna@contoso.com")) == 1


def test_blind_copies_stay_blind(store: MailStore) -> None:
    kept = send(store, "bert@contoso.com", bcc_recipients=(Address("", "fred@fabrikam.com"),))
    assert kept.bcc_recipients
    assert not arrived(store, "fred@fabrikam.com")[0].content.bcc_recipients


@pytest.mark.parametrize(
    ("address", "code"),
    [("x@contoso.com", "5.1.10"), ("x@fabrikam.com", "5.1.10"), ("x@nowhere.example", "5.4.310")],
)
def test_reports(store: MailStore, address: str, code: str) -> None:
    sent = send(store, address)
    (report,) = arrived(store, "anna@contoso.com")
    assert report.content.item_class == "REPORT.IPM.Note.NDR"
    assert report.content.in_reply_to == sent.message_id
    assert code in report.text_body


def test_delay_by_the_closest_rule(store: MailStore, clock: ManualClock) -> None:
    rule(store, "*", delay=timedelta(seconds=30))
    rule(store, "@contoso.com", delay=timedelta(seconds=20))
    rule(store, "Bert@contoso.com", delay=timedelta(seconds=10))
    send(store, "anna@contoso.com", "bert@contoso.com", "fred@fabrikam.com")
    seen = []
    for _ in range(3):
        clock.advance(timedelta(seconds=10))
        names = ("bert@contoso.com", "anna@contoso.com", "fred@fabrikam.com")
        seen.append([len(arrived(store, name)) for name in names])
    assert seen == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


def test_mail_arrives_in_the_order_of_its_time(store: MailStore, clock: ManualClock) -> None:
    rule(store, "bert@contoso.com", delay=timedelta(seconds=30))
    send(store, "bert@contoso.com", body="first")
    rule(store, "bert@contoso.com", delay=timedelta(seconds=5))
    send(store, "bert@contoso.com", body="second")
    clock.advance(timedelta(minutes=1))
    found = sorted(arrived(store, "bert@contoso.com"), key=lambda item: str(item.content.received))
    assert [item.content.body for item in found] == ["second", "first"]


def test_lost_twice_and_in_junk(store: MailStore) -> None:
    rule(store, "bert@contoso.com", copies=0)
    rule(store, "fred@fabrikam.com", copies=2, folder="junkemail")
    send(store, "bert@contoso.com", "fred@fabrikam.com")
    assert not arrived(store, "bert@contoso.com")
    assert not arrived(store, "anna@contoso.com")
    assert len(arrived(store, "fred@fabrikam.com", "junkemail")) == 2


def test_waiting_ends_with_the_arrival(store: MailStore, clock: ManualClock) -> None:
    seen = store.version
    waiting = threading.Thread(target=store.wait, args=(seen, 60))
    waiting.start()
    clock.advance(timedelta(seconds=1))
    waiting.join(10)
    assert not waiting.is_alive()


def test_what_fails_leaves_nothing(store: MailStore) -> None:
    def failing() -> None:
        with store.writing() as session:
            directory.add_mailbox(session, "new@contoso.com")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with store.reading() as session:
        assert directory.by_address(session, "new@contoso.com") is None


def test_a_mailbox_needs_an_organisation(store: MailStore) -> None:
    with store.writing() as session, pytest.raises(ValueError, match=r"x@nowhere\.example: no organisation"):
        directory.add_mailbox(session, "x@nowhere.example")
