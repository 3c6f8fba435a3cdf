"""Rules of delivery: what happens to mail on its way to a recipient.

A mailbox, a domain or the whole lab has a rule of its own, of which the closest counts. Named rules lie on
top of it: they can be taken back, and end by themselves.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from .session import moment, to_stamp

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from .session import Session


class Rule(NamedTuple):
    """What happens on the way to a recipient.

    Attributes:
        delay: How long it takes.
        copies: How often it arrives: 0 is lost without a word.
        folder: The distinguished id of the folder it arrives in.
        item_class: The class that it arrives with; empty: as it was sent.
    """

    delay: timedelta = timedelta()
    copies: int = 1
    folder: str = "inbox"
    item_class: str = ""

    def with_(self, other: Rule) -> Rule:
        """Both: delays add up, copies multiply, another folder or class of *other* counts."""
        folder = other.folder if other.folder != "inbox" else self.folder
        item_class = other.item_class or self.item_class
        return Rule(self.delay + other.delay, self.copies * other.copies, folder, item_class)


class NamedRule(NamedTuple):
    """A rule that can be taken back.

    Attributes:
        name: What it is taken back by.
        recipient: An address, a domain (`@contoso.com`) or everybody (`*`).
        rule: What happens.
        left: To how many more messages; None: to all.
        until: When it ends; None: when it is taken back.
    """

    name: str
    recipient: str
    rule: Rule
    left: int | None = None
    until: datetime | None = None


def set_rule(session: Session, recipient: str, rule: Rule) -> None:
    """Apply *rule* to an address, a domain (`@contoso.com`) or everybody (`*`); the closest counts."""
    _put(session, NamedRule("", recipient, rule))


def add_rule(session: Session, named: NamedRule) -> None:
    """Lay a named rule on top; one of the same name and recipient is replaced."""
    _put(session, named)


def drop_rules(session: Session, name: str = "") -> None:
    """Take back the named rules of this name, or all named ones."""
    session.execute("delete from rule where name != '' and ? in ('', name)", name)


def named_rules(session: Session) -> list[NamedRule]:
    """The named rules that count now."""
    rows = session.rows("select * from rule where name != '' order by name, recipient")
    return [one for one in map(_read, rows) if one.until is None or session.now < one.until]


def take_rule(session: Session, address: str) -> Rule:
    """What happens to one message to *address*; counted as happened."""
    spellings = (address, "@" + address.rpartition("@")[2], "*")
    rule = next(filter(None, (_base(session, name) for name in spellings)), Rule())
    for named in named_rules(session):
        if named.recipient.casefold() in map(str.casefold, spellings):
            rule = rule.with_(named.rule)
            _count(session, named)
    return rule


def _base(session: Session, recipient: str) -> Rule | None:
    row = session.row("select * from rule where name = '' and recipient = ?", recipient)
    return None if row is None else _read(row).rule


def _count(session: Session, named: NamedRule) -> None:
    if named.left is None:
        return
    key = (named.name, named.recipient)
    session.execute("update rule set remaining = remaining - 1 where name = ? and recipient = ?", *key)
    session.execute("delete from rule where remaining <= 0")


def _put(session: Session, named: NamedRule) -> None:
    rule = named.rule
    until = None if named.until is None else to_stamp(named.until)
    values = (rule.delay.total_seconds(), rule.copies, rule.folder, rule.item_class, named.left, until)
    statement = "insert or replace into rule values (?, ?, ?, ?, ?, ?, ?, ?)"
    session.execute(statement, named.name, named.recipient, *values)


def _read(row: sqlite3.Row) -> NamedRule:
    rule = Rule(timedelta(seconds=row["delay"]), row["copies"], row["folder"], row["item_class"])
    until = None if row["until"] is None else moment(row["until"])
    return NamedRule(row["name"], row["recipient"], rule, row["remaining"], until)
