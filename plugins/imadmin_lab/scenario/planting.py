"""What lies in mailboxes from the start, and the rules that their owners have made."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from imadmin_lab.mail import Address, Content, InboxRule, directory, folders, items
from imadmin_lab.mail.inbox_rules import add_inbox_rule

if TYPE_CHECKING:
    from imadmin_lab.mail import Mailbox, Session

    from .records import Mail, OwnRule, Planted

_UNSENT = ("drafts", "outbox")


def plant(session: Session, mail: Mail) -> None:
    """Put all of it into the mailboxes; the addresses and folders were checked."""
    for address, rules in mail.inbox_rules.items():
        for rule in rules:
            add_inbox_rule(session, _mailbox(session, address).id, _rule(rule))
    for one in mail.items:
        plant_item(session, one)


def plant_item(session: Session, one: Planted) -> None:
    """Put one message into its folder."""
    mailbox = _mailbox(session, one.mailbox)
    folder = folders.distinguished(session, mailbox.id, one.folder)
    if folder is None:
        raise ValueError(f"{one.mailbox} has no folder {one.folder}")
    when = session.now - timedelta(seconds=one.age)
    sender = directory.by_address(session, one.sender) if one.sender else None
    author = sender.owner if sender else Address(one.sender, one.sender) if one.sender else mailbox.owner
    content = Content(
        item_class=one.item_class,
        subject=one.subject,
        sender=author,
        author=author,
        to_recipients=(mailbox.owner,),
        is_read=one.read,
        is_draft=one.folder in _UNSENT,
        sent=when,
        received=when,
        created=when,
    )
    items.create(session, folder, content, author.name)


def _mailbox(session: Session, address: str) -> Mailbox:
    found = directory.by_address(session, address)
    if found is None:
        raise ValueError(f"there is no mailbox {address}")
    return found


def _rule(rule: OwnRule) -> InboxRule:
    texts = (rule.name, rule.contains, rule.item_class, rule.sender, rule.move_to)
    return InboxRule(*texts, delete=rule.delete, enabled=rule.enabled)
