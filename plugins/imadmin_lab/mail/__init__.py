"""Mailboxes and the mail between them, in one SQLite file; knows no protocol."""

from __future__ import annotations

from .clock import Clock, ManualClock, SystemClock
from .inbox_rules import InboxRule
from .records import Account, Address, Attachment, Content, Event, Extended, Folder, Item, Mailbox
from .rules import NamedRule, Rule
from .session import Session
from .store import MailStore

__all__ = [
    "Account",
    "Address",
    "Attachment",
    "Clock",
    "Content",
    "Event",
    "Extended",
    "Folder",
    "InboxRule",
    "Item",
    "MailStore",
    "Mailbox",
    "ManualClock",
    "NamedRule",
    "Rule",
    "Session",
    "SystemClock",
]
