"""Scripts as people write them with exchangelib, on nothing but its documentation."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import exchangelib  # type: ignore[import-untyped]
import pytest
from exchangelib import (
    DELEGATE,
    IMPERSONATION,
    NTLM,
    Account,
    Configuration,
    Credentials,
    FileAttachment,
    HTMLBody,
    ItemAttachment,
    Mailbox,
    Message,
    Q,
)
from exchangelib.errors import (  # type: ignore[import-untyped]
    ErrorFolderNotFound,
    ErrorInvalidOperation,
    ErrorItemNotFound,
    UnauthorizedError,
)
from exchangelib.folders import Messages  # type: ignore[import-untyped]
from exchangelib.services import GetFolder  # type: ignore[import-untyped]

from imadmin_lab.mail import InboxRule, directory
from imadmin_lab.mail.inbox_rules import add_inbox_rule

if TYPE_CHECKING:
    from imadmin_lab.mail import MailStore

    from .conftest import Client


def connect(client: Client, address: str = "anna@contoso.com", password: str = "secret", **given: Any) -> Any:  # noqa: S107
    """Nothing but an address: the log-in and the version are found out."""
    configuration = Configuration(
        service_endpoint=client.server.url("/EWS/Exchange.asmx"),
        credentials=Credentials(given.pop("login", address), password),
        **{name: given.pop(name) for name in ("auth_type", "max_connections") if name in given},
    )
    return Account(address, config=configuration, autodiscover=False, **{"access_type": DELEGATE, **given})


@pytest.mark.parametrize("settings", [{}, {"auth_type": NTLM}, {"auth_type": exchangelib.BASIC}])
def test_first_steps(client: Client, settings: dict[str, Any]) -> None:
    account = connect(client, **settings)
    assert account.root.name
    assert account.inbox.total_count == 0
    assert account.version.build.major_version == 15
    assert "inbox" in account.root.tree().lower()
    assert account.msg_folder_root.absolute


def test_a_wrong_password(client: Client) -> None:
    for auth_type in (NTLM, exchangelib.BASIC):
        with pytest.raises(UnauthorizedError):
            assert connect(client, password="wrong", auth_type=auth_type).inbox.total_count  # noqa: S106


def test_every_well_known_folder(anna: Any) -> None:
    for name in ("inbox", "drafts", "sent", "outbox", "trash", "junk", "calendar", "contacts", "tasks"):
        folder = getattr(anna, name)
        folder.refresh()
        assert folder.name
        assert folder.parent is not None
    assert anna.conversation_history.folder_class
    assert anna.recoverable_items_deletions.name
    with pytest.raises(ErrorFolderNotFound):
        assert anna.archive_root


def test_walking_the_tree(anna: Any) -> None:
    project = Messages(parent=anna.inbox, name="Projects")
    project.save()
    sub = Messages(parent=project, name="Läuft & fertig")
    sub.save()
    assert [f.name for f in project.children] == ["Läuft & fertig"]
    assert (anna.inbox / "Projects" / "Läuft & fertig").id == sub.id
    assert {f.name for f in anna.inbox.walk()} == {"Projects", "Läuft & fertig"}
    assert len(list(anna.inbox.glob("P*"))) == 1
    assert len(list(anna.root.glob("**/Proj*"))) == 1
    assert anna.root // "Top of Information Store" // "Inbox"
    sub.name = "Fertig"
    sub.save()
    sub.move(to_folder=anna.drafts)
    assert [f.name for f in anna.drafts.children] == ["Fertig"]
    sub.delete()
    project.wipe()
    project.delete()
    anna.root.clear_cache()
    assert not list(anna.inbox.children)


def test_three_hundred_items(anna: Any) -> None:
    made = anna.bulk_create(
        anna.inbox,
        [
            Message(subject=f"Nr. {n:03}", body=f"Text {n}", categories=["even"] if n % 2 == 0 else [])
            for n in range(300)
        ],
    )
    assert len(made) == 300
    inbox = anna.inbox
    assert inbox.all().count() == 300
    assert inbox.filter(subject__startswith="Nr. 00").count() == 10
    inbox.refresh()
    assert inbox.total_count == 300
    query = inbox.all().only("subject").order_by("subject")
    query.page_size = 70
    assert [item.subject for item in query] == [f"Nr. {n:03}" for n in range(300)]
    assert [i.subject for i in inbox.all().order_by("-subject")[10:13]] == ["Nr. 289", "Nr. 288", "Nr. 287"]
    assert [s for (s,) in inbox.all().order_by("subject").values_list("subject")[:2]] == [
        "Nr. 000",
        "Nr. 001",
    ]
    assert inbox.filter(subject__in=["Nr. 001", "Nr. 299"]).count() == 2
    assert inbox.filter(Q(subject="Nr. 001") | ~Q(subject__contains="Nr")).count() == 1
    assert inbox.filter(subject__range=("Nr. 010", "Nr. 019")).count() == 10
    assert inbox.filter(subject__icontains="nR. 1").count() == 100
    assert inbox.filter(categories__contains=["even"]).count() == 150
    assert inbox.filter("subject:299").count() == 1
    assert inbox.filter(body__icontains="text 29").count() == 11
    assert inbox.get(subject="Nr. 007").text_body.strip() == "Text 7"
    assert inbox.filter(datetime_received__gt=datetime.now(UTC) - timedelta(days=1)).count() == 300
    assert not inbox.filter(datetime_received__lt=datetime.now(UTC) - timedelta(days=1)).exists()
    found = list(anna.fetch(made[:150]))
    assert len({item.body for item in found}) == 150
    results = inbox.all().delete()
    assert all(result is True for result in results)
    assert inbox.all().count() == 0


def test_changing_items(anna: Any) -> None:
    message = Message(account=anna, folder=anna.inbox, subject="before", body=HTMLBody("<b>fat</b>")).save()
    message.subject = "after"
    message.is_read = True
    message.categories = ["x", "y"]
    message.save(update_fields=["subject", "is_read", "categories"])
    message.refresh()
    assert (message.subject, message.is_read, message.categories) == ("after", True, ["x", "y"])
    assert "fat" in message.text_body
    anna.bulk_update([(message, ("subject",))])
    copied = message.copy(to_folder=anna.drafts)
    assert copied
    message.move(to_folder=anna.trash)
    assert message.folder == anna.trash
    message.soft_delete()
    assert anna.trash.all().count() == 0
    assert anna.recoverable_items_deletions.all().count() == 1
    (other,) = anna.drafts.all()
    other.move_to_trash()
    (other,) = anna.trash.all()
    key = other.id, other.changekey
    other.delete()
    (gone,) = anna.fetch([key])
    assert isinstance(gone, ErrorItemNotFound)
    anna.trash.empty()
    anna.inbox.wipe()


def test_bulk_moves(anna: Any) -> None:
    made = anna.bulk_create(anna.inbox, [Message(subject=str(n)) for n in range(20)])
    moved = anna.bulk_move(ids=made, to_folder=anna.drafts)
    assert len(moved) == 20
    assert anna.drafts.all().count() == 20
    assert len(anna.bulk_copy(ids=moved, to_folder=anna.inbox)) == 20
    assert anna.bulk_delete(ids=moved) == [True] * 20
    assert anna.inbox.all().count() == 20


def test_mail_with_attachments(anna: Any, bert: Any) -> None:
    inner = Message(subject="inner", body="inside", folder=anna.inbox, account=anna)
    message = Message(
        account=anna,
        folder=anna.sent,
        subject="with files",
        body=HTMLBody('<img src="cid:logo">'),
        to_recipients=[Mailbox(email_address="bert@contoso.com"), "carl@contoso.com"],
        cc_recipients=["anna@contoso.com"],
        importance="High",
    )
    message.attach(FileAttachment(name="ä.txt", content=b"\x00\x01" * 5000))
    message.attach(FileAttachment(name="logo.png", content=b"png", is_inline=True, content_id="logo"))
    message.attach(ItemAttachment(name="inner", item=inner))
    message.send_and_save()
    assert anna.sent.all().count() == 1
    (arrived,) = bert.inbox.all()
    assert arrived.has_attachments
    assert arrived.sender.email_address == "anna@contoso.com"
    attached = {attachment.name: attachment for attachment in arrived.attachments}
    assert attached["logo.png"].is_inline
    assert attached["ä.txt"].content == b"\x00\x01" * 5000
    assert attached["inner"].item.subject == "inner"
    with attached["ä.txt"].fp as stream:
        assert stream.read() == b"\x00\x01" * 5000
    assert b"Subject: with files" in arrived.mime_content
    assert arrived.importance == "High"
    arrived.reply("Re: it", "thanks")
    arrived.reply_all("Re: all", "thanks all")
    arrived.forward("Fwd", "look", ["fred@fabrikam.com"])
    subjects = {m.subject for m in anna.inbox.all()}
    assert subjects == {"with files", "Re: it", "Re: all"}
    reply = anna.inbox.get(subject="Re: it")
    assert reply.in_reply_to == arrived.message_id
    assert reply.conversation_id


def test_drafts_that_are_sent_later(anna: Any, bert: Any) -> None:
    draft = Message(account=anna, folder=anna.drafts, subject="later", to_recipients=["bert@contoso.com"])
    draft.save()
    draft.refresh()
    assert draft.is_draft
    draft.attach(FileAttachment(name="a", content=b"a"))
    draft.send()
    assert anna.drafts.all().count() == 0
    assert anna.sent.get(subject="later").attachments[0].content == b"a"
    assert bert.inbox.get(subject="later").is_read is False


def test_conversation_history(anna: Any, client: Client) -> None:
    history = anna.conversation_history
    missed = client.Message(
        account=anna, folder=history, item_class="IPM.Note.Microsoft.Missed", subject="Missed", body="hello?"
    )
    missed.save()
    (found,) = history.filter(item_class="IPM.Note.Microsoft.Missed")
    assert (found.item_class, found.subject) == ("IPM.Note.Microsoft.Missed", "Missed")
    assert not history.filter(item_class="IPM.Note.Microsoft.Conversation").exists()


def test_pull_subscriptions(anna: Any, bert: Any, client: Client) -> None:
    with anna.inbox.pull_subscription(event_types=["NewMailEvent", "DeletedEvent", "MovedEvent"]) as (
        number,
        watermark,
    ):
        client.send(bert, "anna@contoso.com", subject="one")
        (notification,) = anna.inbox.get_events(number, watermark)
        assert notification.subscription_id == number
        assert [event.ELEMENT_NAME for event in notification.events] == ["NewMailEvent"]
        last = notification.events[-1].watermark
        for item in anna.inbox.all():
            item.delete()
        kinds = [
            event.ELEMENT_NAME
            for notification in anna.inbox.get_events(number, last)
            for event in notification.events
        ]
        assert kinds == ["DeletedEvent"]


def test_streaming_for_two_mailboxes(anna: Any, bert: Any, client: Client) -> None:
    subscribed = threading.Barrier(3, timeout=30)
    seen: dict[str, list[str]] = {}

    def listen(account: Any) -> None:
        with account.inbox.streaming_subscription(event_types=["NewMailEvent"]) as number:
            subscribed.wait()
            for notification in account.inbox.get_streaming_events(number, connection_timeout=1):
                items = [
                    account.inbox.get(id=e.item_id.id, changekey=e.item_id.changekey)
                    for e in notification.events
                    if e.ELEMENT_NAME == "NewMailEvent"
                ]
                seen[account.primary_smtp_address] = [item.subject for item in items]
                break

    listeners = [threading.Thread(target=listen, args=(account,)) for account in (anna, bert)]
    for listener in listeners:
        listener.start()
    subscribed.wait()
    client.send(client.account("carl@contoso.com"), "anna@contoso.com", "bert@contoso.com", subject="both")
    for listener in listeners:
        listener.join(30)
    assert seen == {"anna@contoso.com": ["both"], "bert@contoso.com": ["both"]}


def test_synchronisation(anna: Any, client: Client, bert: Any) -> None:
    assert list(anna.inbox.sync_items()) == []
    client.send(bert, "anna@contoso.com", subject="one")
    ((change, item),) = anna.inbox.sync_items()
    assert (change, item.subject) == ("create", "one")
    item = anna.inbox.get(subject="one")
    item.is_read = True
    item.save()
    assert [change for change, _ in anna.inbox.sync_items()] in (["read_flag_change"], ["update"])
    item.delete()
    assert [change for change, _ in anna.inbox.sync_items()] == ["delete"]
    state = anna.inbox.item_sync_state
    assert list(anna.inbox.sync_items(sync_state=state)) == []
    hierarchy = list(anna.inbox.sync_hierarchy())
    Messages(parent=anna.inbox, name="new").save()
    assert [(c, f.name) for c, f in anna.inbox.sync_hierarchy()] == [("create", "new")], hierarchy


def test_one_service_account_for_all(client: Client) -> None:
    for access, login in ((IMPERSONATION, "CONTOSO\\svc"), (DELEGATE, "CONTOSO\\admin")):
        for auth_type in (NTLM, exchangelib.BASIC):
            for address in ("anna@contoso.com", "bert@contoso.com"):
                account = connect(client, address, login=login, access_type=access, auth_type=auth_type)
                assert account.inbox.all().count() == 0


def test_names_and_time_zones(anna: Any) -> None:
    found = anna.protocol.resolve_names(["anna"], return_full_contact_data=False)
    assert [mailbox.email_address for mailbox in found] == ["anna@contoso.com"]
    assert len(list(anna.protocol.get_timezones())) > 1


def test_what_the_lab_does_not_have(anna: Any) -> None:
    """It says so at once, by name; an empty calendar is just empty."""
    start = datetime(2026, 11, 20, tzinfo=exchangelib.UTC)
    assert list(anna.calendar.view(start=start, end=start + timedelta(days=7))) == []
    assert list(anna.contacts.all()) == []
    with pytest.raises(ErrorInvalidOperation, match="does not support GetDelegate"):
        assert anna.delegates


def test_rules(anna: Any, store: MailStore) -> None:
    """As another client reads them; they act on what arrives."""
    rule = InboxRule("Away with it", contains="Missed", sender="bert@contoso.com", move_to="junkemail")
    with store.writing() as session:
        mailbox = directory.by_address(session, "anna@contoso.com")
        assert mailbox is not None
        add_inbox_rule(session, mailbox.id, rule)
    [found] = anna.rules
    assert (found.display_name, found.is_enabled) == ("Away with it", True)
    assert found.conditions.contains_subject_strings == ["Missed"]
    assert found.actions.move_to_folder.folder_id.id == anna.junk.id


def test_many_threads(client: Client) -> None:
    accounts = [
        connect(client, name, auth_type=NTLM, max_connections=4)
        for name in ("anna@contoso.com", "bert@contoso.com")
    ]
    failed: list[BaseException] = []

    def work(account: Any) -> None:
        try:
            for _ in range(5):
                assert list(account.inbox.all().only("subject")) == []
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(account,)) for account in accounts * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed


def test_folders_by_id_in_one_request(anna: Any) -> None:
    inbox = anna.inbox
    found = list(
        GetFolder(account=anna).call(folders=[inbox, anna.drafts], additional_fields=None, shape="IdOnly")
    )
    assert [folder.id for folder in found] == [inbox.id, anna.drafts.id]
