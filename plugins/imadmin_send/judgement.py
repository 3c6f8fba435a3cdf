"""The check on delivery: it sends nothing, and judges the latest journaled test send of each pair."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin import Finding, PastChanges, Status, check, fact
from imadmin.model.requirements import OFFLINE_IM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import timedelta

    from imadmin.facts import Inputs
    from imadmin.journal import PastChange

PAST = PastChanges("test-send")
_ASK = "imadmin apply test-send"
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


@fact(PAST)
def test_sends(inputs: Inputs) -> Sequence[PastChange]:
    """The latest test send of each pair in this deployment."""
    return inputs.past_changes(PAST)


@check(
    id="delivery.test-send",
    stage="delivery",
    severity="high",
    title="A real message arrives as what it is",
    reference=OFFLINE_IM,
)
def delivery_test_send(test_sends: Sequence[PastChange]) -> Iterator[Finding]:
    """One finding for each pair that was ever tried."""
    for past in test_sends:
        yield _judged(past)
    if not test_sends:
        what = "No test message was sent in this deployment yet, so whether one arrives is not known."
        remedy = f"Name probe mailboxes under test_send:, then: {_ASK}"
        yield Finding("test send", Status.SKIP, what, remedy=remedy)


def _judged(past: PastChange) -> Finding:
    from .past import age_of

    if past.finding is None:
        return _unfinished(past)
    evidence = {**past.finding.evidence, "tried": past.begun, "run": past.run}
    message = f"{past.finding.message} (Tried {_in_words(age_of(past))}.)"
    return replace(past.finding, message=message, evidence=evidence, reference=OFFLINE_IM)


def _unfinished(past: PastChange) -> Finding:
    from .past import age_of, tokens_of

    begun = f"The test that began {_in_words(age_of(past))}"
    if past.going_on:
        what = f"{begun} is still going on."
        return Finding(
            past.subject, Status.ERROR, what, evidence={"run": past.run}, remedy="Wait for its end."
        )
    what, tokens = f"{begun} was interrupted.", " or ".join(f"'{token}'" for token in tokens_of(past))
    if tokens:
        what += f" In the mailboxes a message with {tokens} in its subject may be left."
    remedy = f"imadmin apply cleanup removes what is left; or: imadmin undo {past.run}"
    return Finding(past.subject, Status.ERROR, what, evidence={"run": past.run}, remedy=remedy)


def _in_words(age: timedelta) -> str:
    for size, unit in _UNITS:
        count = int(age.total_seconds() // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
