"""How mail gets from a sender to its recipients.

Within an organisation a message arrives as it was sent. To another organisation of the lab it goes as
federated mail does: as plain mail, without its class and its properties. Of who is not found a report comes
back. Transport rules of both organisations may take it away.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import directory, events, folders, inbox_rules, items, transport_rules
from .conversation import continued
from .reports import NO_DOMAIN, NOT_FOUND, REJECTED, undeliverable
from .rules import take_rule
from .session import moment, to_stamp

if TYPE_CHECKING:
    from .records import Address, Content, Mailbox
    from .session import Session


_RECIPIENTS = ("to_recipients", "cc_recipients", "bcc_recipients")


def send(session: Session, sender: Mailbox, content: Content) -> Content:
    """Send a message and give it as it went out, for the copy in Sent Items."""
    outgoing = sealed(session, sender, content)
    undelivered: list[tuple[Address, str]] = []
    reached: set[int] = set()
    for person in (*content.to_recipients, *content.cc_recipients, *content.bcc_recipients):
        found = directory.by_address(session, person.address)
        if found is None:
            known = directory.owns_domain(session, person.address)
            undelivered.append((person, NOT_FOUND if known else NO_DOMAIN))
        elif found.id not in reached:
            reached.add(found.id)
            rule = transport_rules.acting(session, outgoing, sender, found)
            if rule is None:
                _enqueue(session, found, _for_recipient(outgoing, sender, found))
            elif rule.rejects:
                undelivered.append((person, f"{REJECTED}; {rule.rejects}"))
    for person, diagnosis in undelivered:
        report = undeliverable(outgoing, sender, person, diagnosis)
        _enqueue(session, sender, replace(report, sent=session.now, message_id=_message_id(sender)))
    return outgoing


def sealed(session: Session, sender: Mailbox, content: Content) -> Content:
    """Give a message as it leaves: with its sender, its time and its id."""
    named: dict[str, Any] = {name: _named(session, getattr(content, name)) for name in _RECIPIENTS}
    return replace(
        continued(content, session.now),
        **named,
        sender=sender.owner,
        author=content.author or sender.owner,
        message_id=content.message_id or _message_id(sender),
        sent=session.now,
        received=session.now,
        created=content.created or session.now,
        is_draft=False,
        is_submitted=False,
        is_from_me=True,
        is_read=True,
    )


def has_due(session: Session) -> bool:
    """Tell whether something on its way should have arrived."""
    return session.row("select 1 from queue where due <= ?", to_stamp(session.now)) is not None


def next_due(session: Session) -> float | None:
    """Give the seconds until the next arrival, None where nothing is on its way."""
    due = session.value("select min(due) from queue")
    return None if due is None else max((moment(due) - session.now).total_seconds(), 0.0)


def release(session: Session) -> None:
    """Let everything arrive whose time has come."""
    now = to_stamp(session.now)
    for row in list(session.rows("select * from queue where due <= ? order by due, id", now)):
        session.execute("delete from queue where id = ?", row["id"])
        _arrive(session, row["item"], row["recipient"], row["folder"], row["due"])


def _named(session: Session, people: tuple[Address, ...]) -> tuple[Address, ...]:
    return tuple(_resolved(session, person) for person in people)


def _resolved(session: Session, person: Address) -> Address:
    found = directory.by_address(session, person.address)
    return person._replace(name=person.name or person.address) if found is None else found.owner


def _arrive(session: Session, item: int, recipient: int, folder: str, due: int) -> None:
    names = (_place(session, item, recipient, folder), folder, "inbox")
    targets = (folders.distinguished(session, recipient, name) for name in names)
    target = next((found.id for found in targets if found is not None), None)
    if target is None:
        session.execute("delete from item where id = ?", item)
        return
    statement = "update item set mailbox = ?, folder = ?, received = ?, modified = ? where id = ?"
    session.execute(statement, recipient, target, due, due, item)
    events.record_item(session, "NewMailEvent", recipient, item, target)
    events.record_item(session, "CreatedEvent", recipient, item, target)


def _place(session: Session, item: int, recipient: int, folder: str) -> str:
    """Where an item ends: rules of the mailbox act on what arrives in the Inbox."""
    if folder != "inbox":
        return folder
    [arrived] = items.load(session, list(session.rows("select * from item where id = ?", item)))
    return inbox_rules.ends_in(session, recipient, arrived.content) or folder


def _enqueue(session: Session, recipient: Mailbox, content: Content) -> None:
    rule = take_rule(session, recipient.address)
    item_class = rule.item_class or content.item_class
    received = replace(content, received_by=recipient.owner, item_class=item_class)
    for _ in range(rule.copies):
        item = items.store(session, None, None, received, content.author.name if content.author else "")
        statement = "insert into queue (due, item, recipient, folder) values (?, ?, ?, ?)"
        session.execute(statement, to_stamp(session.now + rule.delay), item, recipient.id, rule.folder)
    release(session)


def _for_recipient(content: Content, sender: Mailbox, recipient: Mailbox) -> Content:
    arrived = replace(
        content,
        bcc_recipients=(),
        is_read=False,
        is_from_me=False,
        is_submitted=False,
        received=None,
        flag="NotFlagged",
        reminder_is_set=False,
        reminder_due=None,
    )
    return arrived if sender.organisation == recipient.organisation else _as_plain_mail(arrived)


def _as_plain_mail(content: Content) -> Content:
    headers = {key: value for key, value in content.extended.items() if key.startswith("InternetHeaders/")}
    return replace(content, item_class="IPM.Note", extended=headers, categories=())


def _message_id(sender: Mailbox) -> str:
    return f"<{uuid.uuid4().hex}@{sender.address.rpartition('@')[2]}>"
