"""The operation `cleanup`: what test messages left in the mailboxes under `test_send:` is found and removed.

Left-overs are known by the token in their subject: one that the journal names, whose test is over or was
interrupted; or any that an imadmin wrote, on whatever computer, if it is too old for a test that goes on.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from imadmin import Change, Finding, Operation, Status
from imadmin.errors import ParameterError
from imadmin.ews import EwsError, Folder
from imadmin.model.requirements import OFFLINE_IM

from .crew import asked
from .leftovers import clear, settled
from .mailboxes import named, own_mailboxes
from .opening import Opener
from .past import ends_of, tokens_of
from .tokens import tokens_in
from .viewing import VIEW, Viewing, view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from imadmin.access import Access
    from imadmin.effects import Effects
    from imadmin.journal import PastChange

    from .leftovers import Cleared
    from .mailboxes import Look

__all__ = ["CLEANUP"]

_MINUTES = 10.0
_YEAR = 366 * 24 * 60.0
_MANY = 200


def _plan(access: Access, test_sends: Sequence[PastChange], *, minutes: float = _MINUTES) -> Iterator[Change]:
    """One change for each test message of which something is left, or may be; one for each closed mailbox.

    Args:
        access: to the mailboxes.
        test_sends: of which interrupted ones may have left something.
        minutes: how old what the journal does not name must be.
    """
    if not 0 <= minutes <= _YEAR:  # nan is neither
        raise ParameterError(f"has to be from 0 to {_YEAR:.0f}, which is a year", where="minutes")
    interrupted = {token: past for past in test_sends if _is_over(past) for token in tokens_of(past)}
    found: dict[str, set[str]] = {token: set() for token in interrupted}
    mine = {token for past in test_sends if not past.going_on for token in tokens_of(past)}
    old = datetime.now(UTC) - timedelta(minutes=minutes)
    for address, look in _looks(access):
        if isinstance(look, EwsError):
            yield _closed(address, look)
            continue
        for token, place in _tokens(look, old, mine):
            found.setdefault(token, set()).add(f"{address}: {place}")
    going_on = {token for past in test_sends if past.going_on for token in tokens_of(past)}
    for token, places in found.items():
        if token not in going_on:
            yield _change(token, sorted(places), interrupted.get(token))


def _is_over(past: PastChange) -> bool:
    """Whether it has no end, and no process is at it."""
    return past.unfinished and not past.going_on


def _change(token: str, places: list[str], past: PastChange | None) -> Change:
    ends = [] if past is None else ends_of(past)
    mailboxes = sorted({*ends, *(place.partition(":")[0] for place in places)})
    detail = {"token": token, "mailboxes": mailboxes, "pair": "" if past is None else past.subject}
    return Change(token, {"left in": places or "unknown"}, {"left in": []}, detail)


def _closed(address: str, error: EwsError) -> Change:
    detail = {"trouble": error.line, "remedy": error.remedy}
    return Change(address, {"left in": "unknown"}, {"left in": []}, detail, "It cannot be looked into.")


def _looks(access: Access) -> Iterator[tuple[str, Look | EwsError]]:
    """What lies in each mailbox, or why that is not known; a partner's that cannot be opened is left out."""
    own, opener, viewings = own_mailboxes(access), Opener(access), []
    for address in named(access.deployment.test_send):
        try:
            viewings.append(Viewing(opener.open(address), _MANY))
        except EwsError as error:
            if address in own:
                yield address, error
    for viewing, look in asked(VIEW, view, viewings):
        yield viewing.mailbox.address, look


def _tokens(look: Look, before: datetime, known: Collection[str]) -> Iterator[tuple[str, Folder]]:
    """The tokens in what is old enough or *known*, and the folders."""
    for item in look.items:
        moment = item.received or item.created
        is_older = moment is not None and moment < before
        if item.folder is not Folder.RECOVERABLE:
            yield from (
                (token, item.folder) for token in tokens_in(item.subject) if is_older or token in known
            )


def _apply(change: Change, effects: Effects) -> Finding:
    detail = change.detail
    if "trouble" in detail:
        what = f"Whether something is left here is not known: {detail['trouble']}."
        return Finding(change.subject, Status.ERROR, what, remedy=str(detail["remedy"]))
    token, mailboxes = str(detail["token"]), detail["mailboxes"]
    assert isinstance(mailboxes, list)  # noqa: S101 - as planned
    cleared = clear([token], mailboxes, effects)
    for past in effects.unfinished("test-send", str(detail["pair"])):
        if tokens_of(past) == [token] and not cleared.left:
            effects.settle(past, settled(past, cleared))
    return _told(change, cleared)


def _told(change: Change, cleared: Cleared) -> Finding:
    where = sorted(f"{item.folder}: {item.item_class}" for item in cleared.found)
    evidence = {"found": where, "unseen": list(cleared.unseen)}
    if cleared.left:
        what = f"It could not be removed: {'; '.join(cleared.left)}."
        return Finding(change.subject, Status.ERROR, what, evidence=evidence, remedy="Try again later.")
    removed = f"Removed from {', '.join(where)}" if where else "There was nothing to remove"
    what = f"{removed}: nothing is left. What was a test message is not brought back."
    return Finding(change.subject, Status.PASS, what, evidence=evidence)


def _again(past: PastChange, effects: Effects) -> Finding:
    """What was removed is gone, and what could not be is removed now: the same, finished or taken back."""
    return _apply(past.planned, effects)


CLEANUP = Operation(
    "cleanup",
    "Remove what test messages left in the probe mailboxes",
    OFFLINE_IM,
    _plan,
    _apply,
    undo=_again,
    facts=("test_sends",),
)
