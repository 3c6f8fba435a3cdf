"""`--lab[=SCENARIO]`: the lab of that name that was started, else one for the length of the command."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin import OpenDeployment
from imadmin_lab.running.extra import needing_the_extra
from imadmin_lab.running.place import lab_folder
from imadmin_lab.running.registry import running

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DEFAULT", "open_lab"]

DEFAULT = "contoso"


@contextmanager
def open_lab(scenario: str) -> Iterator[OpenDeployment]:
    """A deployment whose servers are a lab's.

    Args:
        scenario: a scenario's name, a scenario file's path, or the name of a lab that was started;
            `contoso` where it is empty.

    Raises:
        ConfigError: there is no such scenario, or it cannot be read.
        LabNotInstalledError: the extra `lab` is not installed.
    """
    name = scenario or DEFAULT
    started = running().get(name)
    if started is not None:
        yield OpenDeployment(Path(started.deployment), started.environment)
        return
    with needing_the_extra():
        from imadmin_lab.lab import Lab
    with lab_folder() as folder, Lab(name, folder=folder) as lab:
        yield OpenDeployment(lab.deployment, lab.environment)
