"""The way to a server, as steps of doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.doctor.steps import Step, finding
from imadmin.probing.way import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from imadmin.probing.trials import Trial
    from imadmin.records import Finding

__all__ = ["steps_to"]


def steps_to(address: str, ca_file: Path | None) -> tuple[Step, ...]:
    """The steps to a server; *address* of the service, *ca_file* as the deployment says."""
    return tuple(Step(trial.name, _run(trial)) for trial in Way(address, ca_file).trials())


def _run(trial: Trial) -> Callable[[], Iterable[Finding]]:
    return lambda: [finding(trial.run())]
