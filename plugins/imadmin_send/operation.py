"""The operation `test-send`: the message that the client would write, followed to its end, and removed.

It touches only the mailboxes that the deployment names under `test_send:`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Change, Finding, Operation, Status
from imadmin.errors import ConfigError, UsageError
from imadmin.model.delivery import MESSAGE_CLASS
from imadmin.model.requirements import OFFLINE_IM, PROCESSING_TIMER
from imadmin.model.values import lowered

from .past import STILL_GOING_ON, age_of, tokens_of
from .trial import Trial
from .verdict import judged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access
    from imadmin.deployment.records import TestSendConfig
    from imadmin.effects import Effects

__all__ = ["TEST_SEND"]

_REMOVED = "The test did not come to its end; what it left was looked for later, and removed."


def _plan(
    access: Access,
    *,
    sender: str = "",
    recipient: str = "",
    message_class: str = MESSAGE_CLASS,
    wait: float = PROCESSING_TIMER.value,
) -> Iterator[Change]:
    """One change for each pair: the one that is named, else from the first mailbox to each of the others."""
    allowed = access.deployment.test_send
    detail = {"message_class": message_class, "wait": float(wait)}
    for one, other in _pairs(allowed, lowered(sender), lowered(recipient)):
        federated = other not in map(lowered, allowed.mailboxes)
        yield Change(
            f"{one} → {other}",
            after={"message": message_class, "wait": wait},
            detail={**detail, "sender": one, "recipient": other, "federated": federated},
        )


def _pairs(allowed: TestSendConfig, sender: str, recipient: str) -> list[tuple[str, str]]:
    own = [lowered(address) for address in allowed.mailboxes]
    others = list(dict.fromkeys([*own, *map(lowered, allowed.federated)]))
    _check_allowed(sender, own, "mailboxes")
    _check_allowed(recipient, others, "mailboxes or federated")
    first = sender or next((address for address in own if address != recipient), "")
    pairs = [(first, other) for other in others if other != first and recipient in {"", other}]
    if not first or not pairs:
        raise ConfigError(
            "names no two mailboxes between which a message could be sent",
            where="test_send",
            remedy="Write: test_send: {mailboxes: [probe-a@…, probe-b@…]}; nothing else is ever touched.",
        )
    return pairs


def _check_allowed(address: str, allowed: list[str], key: str) -> None:
    if address and address not in allowed:
        raise UsageError(
            f"{address} is not named under test_send: {key}, so it is not touched",
            remedy=f"There are: {', '.join(allowed) or 'none'}.",
        )


def _apply(change: Change, effects: Effects) -> Finding:
    detail = change.detail
    sent_as = str(detail["message_class"])
    trial = Trial(
        effects,
        sender=str(detail["sender"]),
        recipient=str(detail["recipient"]),
        message_class=sent_as,
        wait=float(str(detail["wait"])),
    )
    _clean_up_after_earlier(change.subject, trial, effects)
    return judged(change.subject, trial.run(), sent_as=sent_as, federated=bool(detail["federated"]))


def _clean_up_after_earlier(subject: str, trial: Trial, effects: Effects) -> None:
    """Remove what killed tests left; one that began a moment ago may still be going on elsewhere."""
    for past in effects.unfinished("test-send", subject):
        if age_of(past) > STILL_GOING_ON:
            left = [what for token in tokens_of(past) for what in trial.remove(token)]
            if not left:
                effects.settle(past, Finding(subject, Status.ERROR, _REMOVED))


TEST_SEND = Operation(
    "test-send",
    "Send a message between probe mailboxes, follow it, and remove it",
    OFFLINE_IM,
    _plan,
    _apply,
)
