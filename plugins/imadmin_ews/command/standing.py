"""What all steps together come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Status
from imadmin.commands import FINDINGS, INCOMPLETE, OK

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.probing import Step

__all__ = ["PROVES", "exit_status"]

PROVES = (
    "A mailbox that answers here answers the deployment's credential, from this computer. That its owner's"
    " own log-in would pass is not proven by it."
)


def exit_status(steps: Iterable[Step]) -> int:
    """1 where something does not work, else 3 where something could not be found out, else 0."""
    statuses = {step.status for step in steps}
    if Status.FAIL in statuses:
        return FINDINGS
    return INCOMPLETE if Status.ERROR in statuses else OK
