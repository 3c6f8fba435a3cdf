"""What tests that were killed left behind: looked for by token, removed, and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Finding, Status
from imadmin.ews import EwsError

from .crew import asked
from .mailboxes import own_mailboxes
from .opening import Opener
from .past import ends_of, tokens_of, went
from .removing import REMOVE, Removal, remove

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.effects import Effects
    from imadmin.ews import Item
    from imadmin.journal import PastChange

    from .mailboxes import ProbeMailbox

__all__ = ["Cleared", "clear", "settled", "take_back"]


class Cleared(NamedTuple):
    """What came of clearing up.

    Attributes:
        found: what there was.
        left: what could not be removed or looked for, a line each.
        unseen: mailboxes of partners that cannot be looked into from here.
    """

    found: tuple[Item, ...]
    left: tuple[str, ...]
    unseen: tuple[str, ...] = ()


def clear(tokens: Sequence[str], addresses: Iterable[str], effects: Effects) -> Cleared:
    """Remove what has one of these tokens from these mailboxes."""
    if not tokens:
        return Cleared((), ())
    mailboxes, left, unseen = _opened(addresses, effects)
    found: list[Item] = []
    removals = [Removal(mailbox, dict.fromkeys(tokens, effects)) for mailbox in mailboxes]
    for _, outcome in asked(REMOVE, remove, removals):
        if isinstance(outcome, EwsError):
            left.append(outcome.line)
        else:
            found += outcome.found
            left += [outcome.left] if outcome.left else []
    return Cleared(tuple(found), tuple(left), tuple(unseen))


def _opened(addresses: Iterable[str], effects: Effects) -> tuple[list[ProbeMailbox], list[str], list[str]]:
    """Those that can be opened, why others cannot, and those of partners that cannot."""
    mailboxes, left, unseen = [], [], []
    own, opener = own_mailboxes(effects.access), Opener(effects.access)
    for address in addresses:
        try:
            mailboxes.append(opener.open(address))
        except EwsError as error:
            if address in own:
                left.append(f"{address}: {error.line}")
            else:
                unseen.append(address)
    return mailboxes, left, unseen


def take_back(past: PastChange, effects: Effects) -> Finding:
    """Remove what a test left, whether it came to its end or not. Nothing is sent a second time."""
    if tokens_of(past) and not ends_of(past):
        what = "Between which mailboxes it was sent is not recorded, so nothing was looked for."
        return Finding(past.subject, Status.ERROR, what, remedy="See: imadmin apply cleanup")
    return settled(past, clear(tokens_of(past), ends_of(past), effects))


def settled(past: PastChange, cleared: Cleared) -> Finding:
    """What is known of a test whose traces were looked for later."""
    evidence: dict[str, object] = {
        "tokens": tokens_of(past),
        "found": sorted(f"{item.folder}: {item.item_class}" for item in cleared.found),
    }
    status, message, remedy = _told(past, cleared)
    return Finding(past.subject, status, message, evidence=evidence, remedy=remedy)


def _told(past: PastChange, cleared: Cleared) -> tuple[Status, str, str]:
    if cleared.left:
        what = f"What is left of the test could not be removed: {'; '.join(cleared.left)}."
        return Status.ERROR, what, "Try again: imadmin apply cleanup"
    if cleared.found:
        where = ", ".join(sorted({f"{item.folder} as {item.item_class}" for item in cleared.found}))
        what = f"Its message was found in {where}, and removed. When it arrived is not known."
        return Status.WARN, what, "Test again: imadmin apply test-send"
    unseen = f" ({', '.join(cleared.unseen)} cannot be looked into)" if cleared.unseen else ""
    if went(past) and past.finding is None:
        what = f"Whether its message was sent is not known; it is in neither mailbox now{unseen}."
        return Status.WARN, what, "If it comes later: imadmin apply cleanup"
    if past.finding is None:
        return Status.SKIP, "Its message was not sent: nothing is left of it.", "imadmin apply test-send"
    return Status.PASS, f"Nothing is left of it{unseen}.", ""
