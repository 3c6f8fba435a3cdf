"""What plugins add to the command line: commands, and options that stand for a deployment."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imadmin.errors import ImadminError, PluginError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from imadmin.plugins import Catalog, Owned
    from imadmin.records import Command, DeploymentSource

__all__ = ["Offered", "command_named", "deployment_named", "split_option"]


@dataclass(frozen=True, slots=True)
class Offered:
    """A plugin's deployment that the command line asks for.

    Attributes:
        source: what makes it.
        value: of the option; empty where it has none.
    """

    source: DeploymentSource
    value: str
    plugin: str

    @contextmanager
    def opened(self) -> Iterator[Path]:
        """The deployment's file, for as long as it stands.

        Raises:
            PluginError: the plugin could not make it.
        """
        with ExitStack() as stack:
            try:
                given = stack.enter_context(self.source.open(self.value))
                stack.enter_context(_environment(given.environment))
                file = given.file
            except (ImadminError, KeyboardInterrupt):
                raise
            except BaseException as error:
                from imadmin.plugins.load import describe

                what = f"could not make --{self.source.name}: {describe(error)}"
                raise PluginError(what, where=f"plugin {self.plugin}") from error
            yield file


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set these variables for this process, and so for a runbook's kernel."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def split_option(argument: str) -> tuple[str, str]:
    """Name and value of `--name=value`; the name is empty where it is no such option."""
    name, _, value = argument.partition("=")
    return (name[2:], value) if name.startswith("--") else ("", "")


def deployment_named(argument: str, blocked: frozenset[str]) -> Offered | None:
    """The plugin's deployment for which `--name[=value]` stands; None where none does."""
    name, value = split_option(argument)
    owned = _catalog(blocked).deployments().get(name) if name else None
    return Offered(owned.record, value, owned.plugin.name) if owned else None


def command_named(name: str) -> Owned[Command] | None:
    """The plugin's command of this name.

    Raises:
        PluginError: a plugin of imadmin's own should give it, and could not be used.
    """
    from imadmin.firstparty import FIRST_PARTY_COMMANDS

    catalog = _catalog(frozenset())
    owned = catalog.commands().get(name)
    if owned is None and name in FIRST_PARTY_COMMANDS:
        reasons = "; ".join(str(problem) for problem in catalog.problems) or "its plugin is blocked"
        raise PluginError(f"the command {name} cannot be used: {reasons}", remedy="See: imadmin plugins")
    return owned


def _catalog(blocked: frozenset[str]) -> Catalog:
    from imadmin.plugins import open_catalog

    return open_catalog(blocked=blocked)
