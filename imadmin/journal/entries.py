"""A run as the journal has it, whether or not it came to any results."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from imadmin.run import RunInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Entry", "State", "entry_of"]

State: TypeAlias = Literal["ended", "going on", "interrupted"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A run as the journal has it.

    Attributes:
        ended: empty for a run that is still going on, or was killed.
        folder: with the executed notebook and the reports; empty where there is none.
    """

    id: str
    started: str
    ended: str
    deployment: str
    source: str
    command: tuple[str, ...]
    runbook: str
    folder: str
    exit_status: int | None
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def info(self) -> RunInfo:
        """As far as the journal knows it without the run's results."""
        return RunInfo(self.id, self.started, self.deployment, self.command, self.source, imadmin="")


def entry_of(row: tuple[Any, ...]) -> Entry:
    """From its columns, in the order of its attributes."""
    return Entry(
        id=row[0],
        started=row[1],
        ended=row[2] or "",
        deployment=row[3],
        source=row[4],
        command=tuple(json.loads(row[5])),
        runbook=row[6],
        folder=row[7],
        exit_status=row[8],
        parameters=json.loads(row[9]),
    )
