"""Items, as exchangelib makes, finds, changes and deletes them."""

from __future__ import annotations

from typing import Any

import pytest
from exchangelib import (  # type: ignore[import-untyped]
    UTC,
    EWSDateTime,
    ExtendedProperty,
    FileAttachment,
    HTMLBody,
    Message,
    Q,
)
from exchangelib.errors import ErrorInvalidRecipients, ErrorItemNotFound  # type: ignore[import-untyped]
from exchangelib.folders import Messages  # type: ignore[import-untyped]

MISSED = "IPM.Note.Microsoft.Missed"


@pytest.fixture
def many(anna: Any, client: Any) -> Any:
    folder = Messages(parent=anna.inbox, name="Many").save()
    made = [client.Message(subject=f"n{number:03}", body="x" * number) for number in range(300)]
    assert len(anna.bulk_create(folder, made)) == 300
    return folder


def test_three_hundred_items_come_in_pages(many: Any) -> None:
    query = many.all().only("subject").order_by("subject")
    query.page_size = 70
    assert [item.subject for item in query] == [f"n{number:03}" for number in range(300)]
    assert many.all().count() == 300
    assert many.refresh().total_count == 300
    assert [item.subject for item in many.all().order_by("-subject").only("subject")[:3]] == [
        "n299",
        "n298",
        "n297",
    ]


def test_restrictions(many: Any) -> None:
    assert many.filter(subject="N007").count() == 1
    assert many.filter(subject__startswith="n01").count() == 10
    assert many.filter(subject__in=["n001", "n002"]).count() == 2
    assert many.filter(subject__gt="n250", size__lt=1000).count() == 49
    assert many.exclude(subject__contains="1").count() == sum("1" not in f"{n:03}" for n in range(300))
    assert many.filter(subject__exists=False).count() == 0
    assert many.filter('subject:"n013"').count() == 1


def test_class_and_body_arrive(anna: Any, bert: Any, client: Any) -> None:
    client.send(
        anna, "bert@contoso.com", subject="token", item_class=MISSED, body=HTMLBody("<p>Guten&nbsp;Tag</p>")
    )
    found = bert.inbox.get(subject="token")
    assert found.item_class == MISSED
    assert found.text_body == "Guten\xa0Tag"
    assert found.author.email_address == "anna@contoso.com"
    assert [one.name for one in found.to_recipients] == ["Bert Brecht"]
    assert not found.is_read
    assert b"Subject: token" in found.mime_content
    assert anna.sent.all().count() == 0


def test_a_copy_is_kept_where_asked_for(anna: Any, client: Any) -> None:
    client.Message(
        account=anna, subject="kept", to_recipients=["bert@contoso.com"], item_class=MISSED
    ).send_and_save()
    assert anna.sent.get(subject="kept").item_class == MISSED


def test_a_draft_is_sent(anna: Any, bert: Any, client: Any) -> None:
    draft = client.Message(
        account=anna, folder=anna.drafts, subject="draft", to_recipients=["bert@contoso.com"]
    )
    draft.save()
    assert draft.id
    assert anna.drafts.get(subject="draft").is_draft
    draft.send(save_copy=False)
    assert anna.drafts.all().count() == 0
    assert not bert.inbox.get(subject="draft").is_draft


def test_nobody_to_send_to(raw: Any) -> None:
    codes = raw.codes(
        '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message><t:Subject>x</t:Subject></t:Message>'
        "</m:Items></m:CreateItem>"
    )
    assert codes == [ErrorInvalidRecipients.__name__]


def test_federated_mail_is_plain_mail(anna: Any, client: Any) -> None:
    client.send(anna, "fred@fabrikam.com", "bert@contoso.com", subject="out", item_class=MISSED)
    fred = client.account("fred@fabrikam.com")
    assert fred.inbox.get(subject="out").item_class == "IPM.Note"
    assert fred.conversation_history.all().count() == 0


@pytest.mark.parametrize("address", ["nobody@contoso.com", "nobody@fabrikam.com", "somebody@nowhere.example"])
def test_who_is_not_found_is_reported(anna: Any, client: Any, address: str) -> None:
    client.send(anna, address, subject="lost")
    report = anna.inbox.get(subject="Undeliverable: lost")
    assert report.item_class == "REPORT.IPM.Note.NDR"
    assert address in report.text_body


def test_update_move_copy_delete(anna: Any, client: Any) -> None:
    item = client.Message(account=anna, folder=anna.inbox, subject="one", categories=["red"]).save()
    item = anna.inbox.get(subject="one")
    item.subject, item.is_read, item.categories = "two", True, ["red", "blue"]
    item.save()
    item.refresh()
    assert (item.subject, item.is_read, item.categories) == ("two", True, ["red", "blue"])
    old = item.id
    item.copy(anna.drafts)
    item.move(anna.sent)
    assert item.id != old
    assert anna.fetch([(old, None)]) != []
    assert isinstance(next(iter(anna.fetch([(old, None)]))), ErrorItemNotFound)
    item.move_to_trash()
    assert anna.trash.all().count() == 1
    anna.drafts.get(subject="two").soft_delete()
    assert anna.recoverable_items_deletions.all().count() == 1
    anna.trash.get(subject="two").delete()
    assert anna.trash.all().count() == 0


def test_extended_properties(anna: Any, bert: Any) -> None:
    class Token(ExtendedProperty):  # type: ignore[misc]
        property_set_id = "c11ff724-aa03-4555-9952-8fa248a11c3e"
        property_name = "ImadminToken"
        property_type = "String"

    Message.register("probe", Token)
    try:
        Message(account=anna, subject="marked", probe="abc", to_recipients=["bert@contoso.com"]).send(
            save_copy=False
        )
        assert bert.inbox.get(probe="abc").probe == "abc"
        assert bert.inbox.filter(probe="other").count() == 0
        assert bert.inbox.filter(probe__startswith="ab").count() == 1
    finally:
        Message.deregister("probe")


def test_a_class_by_its_tag(anna: Any, bert: Any) -> None:
    class Tagged(ExtendedProperty):  # type: ignore[misc]
        property_tag = 0x001A
        property_type = "String"

    Message.register("tagged", Tagged)
    try:
        Message(account=anna, subject="tag", tagged=MISSED, to_recipients=["bert@contoso.com"]).send(
            save_copy=False
        )
        assert bert.inbox.get(subject="tag").item_class == MISSED
    finally:
        Message.deregister("tagged")


def test_attachments(anna: Any, bert: Any, client: Any) -> None:
    draft = client.Message(
        account=anna, folder=anna.drafts, subject="file", to_recipients=["bert@contoso.com"]
    )
    draft.attach(FileAttachment(name="a.txt", content=b"first"))
    draft.save()
    draft.attach(FileAttachment(name="b.txt", content=b"second"))
    draft.send(save_copy=False)
    found = bert.inbox.get(subject="file")
    assert {one.name: one.content for one in found.attachments} == {"a.txt": b"first", "b.txt": b"second"}
    found.detach(found.attachments[0])
    found.refresh()
    assert len(found.attachments) == 1


def test_mime_in(anna: Any) -> None:
    mime = b"From: x@contoso.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHallo\r\n"
    Message(account=anna, folder=anna.inbox, mime_content=mime).save()
    assert anna.inbox.get(subject="Grüße").text_body.strip() == "Hallo"


def test_bulk_delete_tells_of_each(anna: Any, client: Any) -> None:
    one = client.Message(account=anna, folder=anna.inbox, subject="one").save()
    assert anna.bulk_delete([one]) == [True]
    assert isinstance(anna.bulk_delete([one])[0], ErrorItemNotFound)


def test_names_resolve(anna: Any) -> None:
    assert [one.email_address for one in anna.protocol.resolve_names(["bert"])] == ["bert@contoso.com"]
    assert len(anna.protocol.resolve_names(["an"], return_full_contact_data=True)) == 2
    assert not [one for one in anna.protocol.resolve_names(["zzz"]) if not isinstance(one, Exception)]


def test_answers_and_forwards(anna: Any, bert: Any, client: Any) -> None:
    client.send(anna, "bert@contoso.com", subject="question", cc_recipients=["carl@contoso.com"])
    question = bert.inbox.get(subject="question")
    question.reply("RE: question", "yes")
    answer = anna.inbox.get(subject="RE: question")
    assert answer.text_body.startswith("yes")
    assert answer.in_reply_to == question.message_id
    assert answer.conversation_topic == "question"
    question.reply_all("RE: question", "all")
    carl = client.account("carl@contoso.com")
    assert carl.inbox.get(subject="RE: question").text_body.startswith("all")
    question.forward("FW: question", "see", to_recipients=["fred@fabrikam.com"])
    assert client.account("fred@fabrikam.com").inbox.get(subject="FW: question").text_body.startswith("see")


def test_people_times_and_marks_in_restrictions(anna: Any, bert: Any, client: Any) -> None:
    start = EWSDateTime.now(UTC)
    client.send(anna, "bert@contoso.com", subject="a", categories=["red", "blue"])
    client.send(anna, "bert@contoso.com", subject="b", importance="High")
    found = bert.inbox
    assert found.filter(is_read=False).count() == 2
    assert found.filter(datetime_received__gte=start).count() == 2
    assert found.filter(datetime_received__range=(start, EWSDateTime.now(UTC))).count() == 2
    assert found.filter(categories__contains=["red"]).count() == 1
    assert found.filter(importance="High").count() == 1
    assert found.filter(author="anna@contoso.com").count() == 2
    assert found.filter(Q(subject="a") | Q(subject="b")).exclude(subject="b").count() == 1
    assert found.filter(subject__icontains="A").values_list("subject", flat=True)[0] == "a"
    assert found.filter(is_read=False).order_by("subject").only("subject").reverse()[0].subject == "b"
    assert not anna.calendar.view(start=start, end=EWSDateTime.now(UTC)).count()


def test_in_bulk(anna: Any, client: Any) -> None:
    made = anna.bulk_create(anna.drafts, [client.Message(subject=str(number)) for number in range(4)])
    items = list(anna.fetch(made))
    for item in items:
        item.is_read = True
    anna.bulk_update([(item, ["is_read"]) for item in items])
    assert anna.drafts.filter(is_read=True).count() == 4
    copies = anna.bulk_copy(items, to_folder=anna.inbox)
    assert anna.inbox.all().count() == len(copies) == 4
    moved = anna.bulk_move(items, to_folder=anna.sent)
    assert all(result is True for result in anna.bulk_delete(moved))
    anna.inbox.all().delete()
    assert anna.inbox.all().count() == anna.sent.all().count() == anna.drafts.all().count() == 0
