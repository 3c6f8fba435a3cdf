"""A run and its results, as reports see them and as JSON carries them (schema version 1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from imadmin.deployment.records import Dating
    from imadmin.operations import Matrix
    from imadmin.past import PastChange
    from imadmin.records import Finding, Severity, Stage, Status

__all__ = ["SCHEMA_VERSION", "CheckResult", "Person", "Run", "RunInfo", "Summary", "Verdict"]

SCHEMA_VERSION = "1"

Verdict: TypeAlias = Literal["can", "cannot", "unknown"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check said, over all its subjects.

    Attributes:
        counts: how many persons (people check) or findings (object check) have each status.
        seconds: how long the judgement took, without gathering the facts.
        findings: all that is not pass.
    """

    check: str
    title: str
    plugin: str
    stage: Stage
    severity: Severity
    status: Status
    counts: Mapping[str, int]
    seconds: float
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """The verdict on one person, and the checks that made it.

    *because* is empty where nothing stands against the person and some stage was not examined.

    Attributes:
        accepted: that the person cannot is accepted by name, all of it.
    """

    person: str
    verdict: Verdict
    because: tuple[str, ...] = ()
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """The verdict on everybody, in numbers.

    Attributes:
        accepted: of those who cannot, for how many that is accepted by name, all of it.
    """

    people: int = 0
    can_send: int = 0
    cannot_send: int = 0
    unknown: int = 0
    not_examined: tuple[Stage, ...] = ()
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class RunInfo:
    """Who, when, where, with what.

    Attributes:
        started: UTC, ISO 8601 with `Z`.
        source: the deployment file or the folder that was judged.
        versions: of imadmin.
        plugins: version by plugin name.
        problems: plugins and records that could not be used, a line each.
        collected: when the saved output that was judged was collected: ISO 8601, UTC, or as its manifest
            words it; empty where servers were asked.
        dated_by: what says so: the `manifest`, or the `files`, of which the newest counts.
    """

    id: str
    started: str
    deployment: str
    command: tuple[str, ...]
    source: str
    imadmin: str
    plugins: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    collected: str = ""
    dated_by: Dating = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One execution, as a report renders it.

    Attributes:
        people: who is not `can`, cut at some thousands; *summary* has the whole numbers.
        everybody: gives the verdict on each person who counts, one by one; None where that is not kept.
        changes: what its operations changed, or were about to, in order.
        matrices: what came of those between pairs; not kept, since it follows from the changes.
    """

    info: RunInfo
    summary: Summary
    people: tuple[Person, ...] = ()
    results: tuple[CheckResult, ...] = ()
    everybody: Callable[[], Iterator[Person]] | None = field(default=None, compare=False, repr=False)
    changes: tuple[PastChange, ...] = ()
    matrices: tuple[Matrix, ...] = field(default=(), compare=False, repr=False)

    @property
    def unexplained(self) -> tuple[Person, ...]:
        """Persons for whom something could not be found out."""
        return tuple(p for p in self.people if p.verdict == "unknown" and p.because)
