"""The operation `test-send`: the message that the client would write, followed to its end, and removed.

It touches only the mailboxes that the deployment names under `test_send:`.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from imadmin import Change, Operation
from imadmin.errors import ConfigError, ParameterError
from imadmin.model.delivery import MESSAGE_CLASS
from imadmin.model.requirements import OFFLINE_IM, PROCESSING_TIMER
from imadmin.model.values import lowered

from .leftovers import clear, settled, take_back
from .letters import Letter
from .mailboxes import checked, named, own_mailboxes
from .matrix import matrix_of
from .past import ends_of, tokens_of
from .round import Round
from .verdict import judged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin import Finding
    from imadmin.access import Access
    from imadmin.deployment.records import TestSendConfig
    from imadmin.effects import Effects

__all__ = ["TEST_SEND"]

_CLASS = re.compile(r"[\w.$#%-]{1,255}", re.ASCII)


def _plan(
    access: Access,
    *,
    sender: str = "",
    recipient: str = "",
    message_class: str = MESSAGE_CLASS,
    wait: float = PROCESSING_TIMER.value,
) -> Iterator[Change]:
    """One change for each pair: from the sender, else every mailbox, to the recipient, else all others."""
    _check(message_class, wait)
    allowed = access.deployment.test_send
    own = own_mailboxes(access)
    for one, other in _pairs(allowed, own, lowered(sender), lowered(recipient)):
        yield Change(
            f"{one} → {other}",
            after={"message": message_class},
            detail={
                "sender": one,
                "recipient": other,
                "message_class": message_class,
                "wait": float(wait),
                "federated": other not in own,
            },
        )


def _check(message_class: str, wait: float) -> None:
    if not 0 <= wait < math.inf:  # nan is neither
        raise ParameterError("has to be a number of seconds, and not a negative one", where="wait")
    if not _CLASS.fullmatch(message_class):
        raise ParameterError(
            f"is no message class: {message_class!r}",
            where="message_class",
            remedy=f"Such as {MESSAGE_CLASS}.",
        )


def _pairs(
    allowed: TestSendConfig, own: Sequence[str], sender: str, recipient: str
) -> Iterator[tuple[str, str]]:
    everybody = named(allowed)
    if sender and sender == recipient:
        raise ParameterError("is the sender, and a message to oneself proves nothing", where="recipient")
    senders = [checked(sender, own, "mailboxes")] if sender else own
    recipients = [checked(recipient, everybody, "mailboxes or federated")] if recipient else everybody
    pairs = [(one, other) for one in senders for other in recipients if one != other]
    if not pairs:
        raise ConfigError(
            "names no two mailboxes between which a message could be sent",
            where="test_send",
            remedy="Write: test_send: {mailboxes: [probe-a@…, probe-b@…]}; nothing else is ever touched.",
        )
    yield from pairs


def _apply(change: Change, effects: Effects) -> Finding:
    return next(iter(_together([(change, effects)])))[1]


def _together(work: Sequence[tuple[Change, Effects]]) -> Iterator[tuple[Change, Finding]]:
    """Send them all, and give what came of each as soon as it is known."""
    letters = [Letter(change, effects, float(str(change.detail["wait"]))) for change, effects in work]
    for letter in letters:
        _clear_up_earlier(letter.change.subject, letter.effects)
    if letters:
        for letter in Round(letters, letters[0].effects.access).run():
            yield letter.change, judged(letter)


def _clear_up_earlier(subject: str, effects: Effects) -> None:
    """Remove what killed tests of this pair left: none of them goes on, since this one has its turn."""
    for past in effects.unfinished("test-send", subject):
        cleared = clear(tokens_of(past), ends_of(past), effects)
        if not cleared.left:
            effects.settle(past, settled(past, cleared))


TEST_SEND = Operation(
    "test-send",
    "Send a message between probe mailboxes, follow it, and remove it",
    OFFLINE_IM,
    _plan,
    _apply,
    undo=take_back,
    together=_together,
    matrix=matrix_of,
)
