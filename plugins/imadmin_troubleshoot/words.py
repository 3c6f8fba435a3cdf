"""Numbers and times as an administrator would say them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["duration", "folder", "listed", "moment", "number"]

_FOLDERS: Final = {
    "inbox": "Inbox",
    "drafts": "Drafts",
    "outbox": "Outbox",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
    "junkemail": "Junk E-Mail",
    "conversationhistory": "Conversation History",
    "recoverableitemsdeletions": "Recoverable Items",
}
_UNITS: Final = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def number(count: int, noun: str) -> str:
    """Such as `1 message` or `100,000 messages`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def folder(name: str) -> str:
    """A folder as Outlook calls it in English, by its distinguished id."""
    return _FOLDERS.get(name, name)


def duration(seconds: float) -> str:
    """The largest unit that fits: `3 days`."""
    size, unit = next((pair for pair in _UNITS if seconds >= pair[0]), _UNITS[-1])
    return number(int(seconds // size), unit)


def moment(when: datetime) -> str:
    """A time in UTC, to the minute."""
    return when.strftime("%Y-%m-%d %H:%MZ")


def listed(words: list[str], most: int = 5) -> str:
    """The first of them, and how many there are besides."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
