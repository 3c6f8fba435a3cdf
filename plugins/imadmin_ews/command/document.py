"""The steps as one JSON object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin import Status
from imadmin.commands import put, written

from .standing import PROVES, exit_status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.probing import MailboxProbe, Step

    from .asking import Asked

__all__ = ["step_to_json", "write_document"]

_BROKEN = (Status.FAIL, Status.ERROR)


def write_document(asked: Iterable[Asked], path: str = "") -> int:
    """Write one object when all is done, to *path* or standard output; gives the exit status.

    Raises:
        ConfigError: it cannot be written.
    """
    seen: list[Step] = []
    endpoints = [_endpoint(one, seen) for one in asked]
    status = exit_status(seen)
    found = {"schema_version": "1", "exit_status": status, "proves": PROVES, "endpoints": endpoints}
    text = json.dumps(found, indent=1) + "\n"
    if not path:
        put(text)
        return status
    with written(Path(path)) as file:
        file.write(text)
    return status


def _endpoint(one: Asked, seen: list[Step]) -> dict[str, object]:
    steps, probes = list(one.steps), list(one.mailboxes)
    seen += [*steps, *(step for probe in probes for step in probe.steps)]
    return {
        "name": one.name,
        "url": one.url,
        "broken": next((step.name for step in steps if step.status in _BROKEN), ""),
        "steps": [step_to_json(step) for step in steps],
        "mailboxes": [_mailbox(probe) for probe in probes],
    }


def _mailbox(probe: MailboxProbe) -> dict[str, object]:
    broken = probe.broken.name if probe.broken else ""
    return {"mailbox": probe.mailbox, "broken": broken, "steps": [step_to_json(step) for step in probe.steps]}


def step_to_json(step: Step) -> dict[str, object]:
    """A step as a plain dictionary."""
    return {
        "name": step.name,
        "status": str(step.status),
        "message": step.message,
        "seconds": round(step.seconds, 4),
        "evidence": dict(step.evidence),
        "remedy": step.remedy,
    }
