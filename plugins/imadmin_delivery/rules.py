"""Does a transport rule take missed messages away?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Finding, Status, check
from imadmin.model.requirements import TRANSPORT_RULES
from imadmin.model.values import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model.mailflow import TransportRule


@check(
    id="delivery.transport-rules",
    stage="delivery",
    severity="medium",
    title="No transport rule takes missed messages away",
    reference=TRANSPORT_RULES,
)
def delivery_transport_rules(transport_rules: Sequence[TransportRule]) -> Iterator[Finding]:
    """Each rule in force that looks for what a missed message has, and keeps it from arriving."""
    taking = [rule for rule in transport_rules if rule.on and rule.takes_away and any(rule.meant)]
    yield from map(_judged, taking)
    if not taking:
        what = (
            f"None of {len(transport_rules):,} transport rules takes away what is named as a missed message."
        )
        yield Finding("transport rules", Status.PASS, what)


def _judged(rule: TransportRule) -> Finding:
    looked_for: dict[str, list[str]] = {}
    for name, text in rule.meant:
        looked_for.setdefault(name, []).append(text)
    words = " and ".join(f"{_quoted(texts)} ({name})" for name, texts in looked_for.items())
    what = (
        f"The transport rule {rule.name} of {rule.place.organisation} looks for {words}, and"
        f" {' and '.join(rule.takes_away)}: a missed message may not arrive (an inference)."
    )
    remedy = f"Look at it, and add an exception: Get-TransportRule {quoted(rule.name)} | fl Description"
    evidence = {name: "; ".join(texts) for name, texts in looked_for.items()}
    return Finding(rule.name, Status.WARN, what, evidence=evidence, remedy=remedy)


def _quoted(texts: Sequence[str]) -> str:
    return " or ".join(f'"{text}"' for text in texts)
