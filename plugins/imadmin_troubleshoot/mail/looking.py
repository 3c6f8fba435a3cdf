"""Looking into one mailbox: its newest messages, folder by folder, and its rules. Nothing is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.ews import EwsError, Folder, Kind
from imadmin.model.values import lowered

from .records import Look

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from imadmin.access import Endpoint
    from imadmin.errors import ImadminError
    from imadmin.ews import EwsClient, Letter

__all__ = ["ARRIVES_IN", "GONE_IN", "STAYS_IN", "look_into"]

ARRIVES_IN: Final = (Folder.INBOX, Folder.CONVERSATION_HISTORY)
GONE_IN: Final = (Folder.JUNK, Folder.DELETED, Folder.RECOVERABLE)
STAYS_IN: Final = (Folder.DRAFTS, Folder.OUTBOX)
_EVERYWHERE: Final = (*ARRIVES_IN, *GONE_IN, *STAYS_IN, Folder.SENT)
_PAGE: Final = 200
_MOST_PAGES: Final = 10


def look_into(endpoints: Sequence[Endpoint], address: str, since: datetime, *, own: bool) -> Look:
    """Look at everything since a moment, by the first endpoint that opens the mailbox."""
    errors: list[ImadminError] = []
    for endpoint in _most_likely_first(endpoints, address):
        if endpoint.client is None:
            errors += [endpoint.error] if endpoint.error else []
            continue
        try:
            return _look(endpoint.client, address, since, own=own)
        except EwsError as error:
            errors.append(error)
    told = _most_telling(errors)
    if told is None:
        what = "no endpoint under ews: is for this mailbox"
        return Look(address, trouble=what, remedy="Name it under ews: mailboxes.", own=own)
    return Look(address, trouble=told.line, remedy=told.remedy, own=own)


def _look(client: EwsClient, address: str, since: datetime, *, own: bool) -> Look:
    letters, folders, complete = _letters(client, address, since)
    try:
        rules, trouble = tuple(client.inbox_rules(address)), ""
    except EwsError as error:
        return Look(address, letters, folders, complete, None, error.line, own=own)
    return Look(address, letters, folders, complete, rules, trouble, own=own)


def _letters(
    client: EwsClient, address: str, since: datetime
) -> tuple[tuple[Letter, ...], frozenset[Folder], datetime | None]:
    """The messages, the folders that there are, and from when on nothing was left out.

    All folders are asked at once; those that reach back far enough are not asked for more.
    """
    pending: tuple[Folder, ...] = _EVERYWHERE
    letters: list[Letter] = []
    seen: set[Folder] = set()
    for page in range(_MOST_PAGES):
        found = client.letters(address, pending, _PAGE, page * _PAGE)
        letters += [letter for several in found.values() for letter in several]
        seen |= found.keys()
        pending = tuple(one for one, several in found.items() if _goes_on(one, several, since))
        if not pending:
            return tuple(letters), frozenset(seen), None
    oldest = [_oldest(letter for letter in letters if letter.folder is one) for one in pending]
    return tuple(letters), frozenset(seen), max((one for one in oldest if one), default=None)


def _goes_on(folder: Folder, letters: Sequence[Letter], since: datetime) -> bool:
    """Whether a folder may have more that counts; of what was not sent everything does, however old."""
    oldest = _oldest(letters)
    return len(letters) >= _PAGE and (folder in STAYS_IN or oldest is None or oldest >= since)


def _oldest(letters: Iterable[Letter]) -> datetime | None:
    return min((when for letter in letters if (when := letter.when)), default=None)


def _most_likely_first(endpoints: Sequence[Endpoint], address: str) -> list[Endpoint]:
    """The endpoints that name the mailbox, then those that name none."""
    named = [one for one in endpoints if address in map(lowered, one.config.mailboxes)]
    return named + [one for one in endpoints if not one.config.mailboxes]


def _most_telling(errors: Sequence[ImadminError]) -> ImadminError | None:
    """The first error that is not: here is no such mailbox."""
    return next(
        (e for e in errors if getattr(e, "kind", None) is not Kind.NO_MAILBOX), next(iter(errors), None)
    )
