"""Steps of one connection: in order, and none after one that failed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import ImadminError
from imadmin.probing.trials import failed
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imadmin import probing

__all__ = ["Step", "finding", "in_order"]


class Step(NamedTuple):
    """One thing that is tried.

    Attributes:
        subject: what it is about, such as `certificate`.
        run: tries it; raises `ImadminError` where it does not work, so that later steps make no sense.
        remedy: where such an error names none.
    """

    subject: str
    run: Callable[[], Iterable[Finding]]
    remedy: str = ""


def finding(step: probing.Step) -> Finding:
    """What a step of probing found, as doctor tells it."""
    return Finding(step.name, step.status, step.message, evidence=step.evidence, remedy=step.remedy)


def in_order(steps: Iterable[Step]) -> Iterator[Finding]:
    """What the steps find; those after one that did not work are skipped, with the reason."""
    reason = ""
    for step in steps:
        if reason:
            yield Finding(step.subject, Status.SKIP, reason)
            continue
        try:
            yield from step.run()
        except ImadminError as error:
            found = finding(failed(step.subject, error))
            yield replace(found, remedy=found.remedy or step.remedy)
            reason = f"not tried, because of: {step.subject}"
