"""The real command line in a process of its own, which may be killed at a boundary."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

# What the commands need, so that the process from which others are forked has it.
import duckdb  # noqa: F401
import pypsrp.client  # noqa: F401
import rich.console  # noqa: F401

import imadmin.cli.commands.apply
import imadmin.cli.commands.undo
import imadmin.ews.client
import imadmin.shells.psrp.shell  # noqa: F401
from imadmin.cli import main
from imadmin.plugins import open_catalog
from tests.kills.boundaries import Boundaries

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["run"]

open_catalog().operations()


def run(arguments: list[str], environment: Mapping[str, str], folder: str, kill_at: int | None) -> None:
    """Run a command; what it says is in `output` in the folder, what it passed by in `boundaries.json`,
    and how it ended in `status`, unless it is killed.

    Args:
        arguments: of `imadmin`.
        environment: on top of this one.
        folder: an empty one.
        kill_at: the boundary at which it is killed; None where boundaries are not of interest.
    """
    os.environ.update(environment)
    os.chdir(folder)
    _redirect(Path(folder, "output"))
    boundaries = Boundaries(kill_at or 0)
    if kill_at is not None:
        boundaries.install()
    status = main(arguments)
    Path(folder, "boundaries.json").write_text(json.dumps(boundaries.passed), encoding="utf-8")
    Path(folder, "status").write_text(str(status), encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _redirect(output: Path) -> None:
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, descriptor), (2, descriptor)):
        os.dup2(source, target)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
