"""What was seen of mailboxes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from imadmin.ews import Folder, InboxRule, Letter
    from imadmin_troubleshoot.settings import LostMessage

__all__ = ["Drafts", "Look", "Looks", "Wanted"]


@dataclass(frozen=True, slots=True)
class Look:
    """A mailbox as it was looked at.

    Attributes:
        letters: the newest messages of its folders.
        folders: those that there are and may be opened.
        since: from when on everything was seen; None where that is all there is.
        rules: of its owner; None where they could not be read.
        rules_trouble: why not.
        trouble: why the mailbox could not be looked into; empty where it could.
        remedy: what to do about that.
        own: whether it is a probe mailbox, which nobody reads.
    """

    mailbox: str
    letters: tuple[Letter, ...] = ()
    folders: frozenset[Folder] = frozenset()
    since: datetime | None = None
    rules: tuple[InboxRule, ...] | None = None
    rules_trouble: str = ""
    trouble: str = ""
    remedy: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that is looked for.

    Attributes:
        message: what is known of it.
        why: who says that it is missing.
    """

    message: LostMessage
    why: str


@dataclass(frozen=True, slots=True)
class Drafts:
    """An earlier look at the Drafts of a mailbox, from the journal.

    Attributes:
        count: how many offline messages lay there.
        at: when.
    """

    count: int
    at: str


@dataclass(frozen=True, slots=True)
class Looks:
    """The fact `mailbox_looks`.

    Attributes:
        looks: by the mailbox's address.
        wanted: the messages that are missed.
        earlier: looks at Drafts, by the mailbox's address.
        domains: of the organisation; empty where nobody says.
        at: when it was looked, UTC.
    """

    looks: Mapping[str, Look]
    wanted: tuple[Wanted, ...]
    earlier: Mapping[str, Drafts] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()
    at: datetime | None = None
