"""The check on delivery: it sends nothing, and judges the latest journaled test send of each pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from imadmin import Finding, PastChanges, Status, check, fact
from imadmin.model.requirements import OFFLINE_IM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.facts import Inputs
    from imadmin.journal import PastChange

PAST = PastChanges("test-send")
_ASK = "imadmin run readiness -p test_send=true"
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
    age = _age(past.begun)
    if past.finding is None:
        what = f"The test send that began {age} did not come to its end; what it left may still be there."
        return Finding(past.subject, Status.ERROR, what, evidence={"run": past.run}, remedy=f"Again: {_ASK}")
    evidence = {**past.finding.evidence, "sent": past.begun, "run": past.run}
    message = f"{past.finding.message} (Sent {age}.)"
    return replace(past.finding, message=message, evidence=evidence, reference=OFFLINE_IM)


def _age(moment: str) -> str:
    seconds = (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()
    for size, unit in _UNITS:
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
