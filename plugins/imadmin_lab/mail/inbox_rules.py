"""The rules that owners of mailboxes have made: they act on mail as it arrives in the Inbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import sqlite3

    from .records import Content
    from .session import Session


_TEXTS = ("name", "contains", "item_class", "sender", "move_to")


class InboxRule(NamedTuple):
    """One rule; a condition that is empty is none, and without any it acts on everything.

    Attributes:
        name: As the owner sees it.
        contains: What the subject must hold.
        item_class: What the class must begin with.
        sender: The address it must be from.
        move_to: The distinguished id of the folder that it moves to.
        delete: Whether it deletes for good what it does not move; into Recoverable Items.
        enabled: Whether it acts.
    """

    name: str
    contains: str = ""
    item_class: str = ""
    sender: str = ""
    move_to: str = ""
    delete: bool = False
    enabled: bool = True

    def acts_on(self, subject: str, item_class: str, sender: str) -> bool:
        """Whether it acts on such a message."""
        return (
            self.enabled
            and self.contains.lower() in subject.lower()
            and item_class.lower().startswith(self.item_class.lower())
            and self.sender.lower() in {"", sender.lower()}
        )

    @property
    def target(self) -> str:
        """The distinguished id of where a message ends; empty where it stays."""
        return self.move_to or ("recoverableitemsdeletions" if self.delete else "")


def add_inbox_rule(session: Session, mailbox: int, rule: InboxRule) -> None:
    """Add a rule behind those that there are."""
    session.execute("insert into inbox_rule values (?, ?, ?, ?, ?, ?, ?, ?)", mailbox, *rule)


def inbox_rules(session: Session, mailbox: int) -> list[InboxRule]:
    """The rules of a mailbox, in their order."""
    rows = session.rows("select * from inbox_rule where mailbox = ? order by rowid", mailbox)
    return list(map(_read, rows))


def ends_in(session: Session, mailbox: int, content: Content) -> str:
    """The distinguished id of the folder that the first rule for it sends a message to; empty for none."""
    sender = content.author.address if content.author else ""
    said = (content.subject or "", content.item_class, sender)
    acting = (rule for rule in inbox_rules(session, mailbox) if rule.acts_on(*said))
    return next((rule.target for rule in acting if rule.target), "")


def _read(row: sqlite3.Row) -> InboxRule:
    name, contains, item_class, sender, move_to = (str(row[column]) for column in _TEXTS)
    remove, enabled = bool(row["remove"]), bool(row["enabled"])
    return InboxRule(name, contains, item_class, sender, move_to, remove, enabled)
