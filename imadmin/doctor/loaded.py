"""The plugins: those that are used, and why others cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.plugins import State
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.access import Access
    from imadmin.plugins import Catalog

__all__ = ["plugins_probe"]

_REMEDY = "See: imadmin plugins. Correct it, or block it: --no-plugin {name}"


def plugins_probe(catalog: Catalog) -> Probe:
    """Asks every plugin for all that it gives."""

    def run(_access: Access) -> Iterator[Finding]:
        _ask_all(catalog)
        yield _used(catalog)
        yield from _blocked(catalog)
        yield from _unusable(catalog)

    return Probe("plugins", "Plugins", run)


def _ask_all(catalog: Catalog) -> None:
    """What is wrong with a record is found out when it is asked for."""
    for give in (
        catalog.facts,
        catalog.checks,
        catalog.operations,
        catalog.reports,
        catalog.runbooks,
        catalog.commands,
        catalog.deployments,
        catalog.doctor,
    ):
        give()


def _used(catalog: Catalog) -> Finding:
    names = [plugin.name for plugin in catalog.plugins if plugin.state is State.LOADED]
    return Finding("plugins", Status.PASS, f"loaded: {', '.join(names) or 'none'}")


def _blocked(catalog: Catalog) -> Iterator[Finding]:
    for plugin in catalog.plugins:
        if plugin.state is State.BLOCKED:
            yield Finding(plugin.name, Status.SKIP, plugin.reason)


def _unusable(catalog: Catalog) -> Iterator[Finding]:
    """What judges nothing although it should, then all else that is wrong with a plugin."""
    failed = {name: reason for name, (_, reason) in catalog.unusable().items()}
    for name, reason in failed.items():
        yield Finding(name, Status.FAIL, reason, remedy=_REMEDY.format(name=name))
    for problem in catalog.problems:
        if failed.get(problem.plugin) != problem.reason:
            what = f"{problem.reason} ({problem.origin})"
            remedy = _REMEDY.format(name=problem.plugin)
            yield Finding(problem.plugin, Status.WARN, what, remedy=remedy)
