"""The lab: a Skype for Business and an Exchange on loopback, over their real protocols.

For a first try (`--lab`), for runbooks (`imadmin lab start`) and for tests (the pytest fixture `lab`). The
servers need the extra `lab`; this module does not, so that imadmin can say so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Command, DeploymentSource, hookimpl

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from imadmin import OpenDeployment

__all__ = ["imadmin_commands", "imadmin_deployments"]


@hookimpl
def imadmin_deployments() -> Iterable[DeploymentSource]:
    """Offer `--lab[=SCENARIO]`."""
    yield DeploymentSource("lab", "an organisation on this computer, to try things on", _open)


@hookimpl
def imadmin_commands() -> Iterable[Command]:
    """Offer `imadmin lab`."""
    summary = "a Skype for Business and an Exchange on this computer, to try things on"
    yield Command("lab", summary, _add_arguments, _execute)


def _open(value: str) -> AbstractContextManager[OpenDeployment]:
    from imadmin_lab.running.offer import open_lab

    return open_lab(value)


def _add_arguments(parser: ArgumentParser) -> None:
    from imadmin_lab.running.command import add_arguments

    add_arguments(parser)


def _execute(options: Namespace) -> int:
    from imadmin_lab.running.command import execute

    return execute(options)
