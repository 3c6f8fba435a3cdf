"""`imadmin plugins`: what is loaded, and why something is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.listing import print_table
from imadmin.errors import ConfigError
from imadmin.plugins import State, open_catalog

if TYPE_CHECKING:
    import argparse

    from imadmin.plugins import Catalog, Plugin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    shared.add_listing(parser)
    parser.add_argument("--folder", metavar="FOLDER", help="also the loose plugins in this folder")


def execute(options: argparse.Namespace) -> int:
    """List the plugins; 3 where imadmin's own cannot all be used."""
    if options.folder is not None:
        _check_folder(options.folder)
    catalog = open_catalog(blocked=frozenset(options.no_plugin), folder=options.folder)
    unusable = catalog.unusable()
    rows = [_row(plugin, catalog) for plugin in catalog.plugins]
    rows += [
        {"name": name, "state": State.FAILED, "origin": "imadmin", "hooks": [], "reason": reason}
        for name, (_, reason) in unusable.items()
        if all(plugin.name != name for plugin in catalog.plugins)
    ]
    print_table(rows, ("name", "state", "origin", "reason"), as_json=options.json)
    return 3 if unusable else 0


def _check_folder(folder: str) -> None:
    from pathlib import Path

    if not Path(folder).is_dir():
        raise ConfigError("is not a folder", where=folder, remedy="Give the folder of the plugins.")


def _row(plugin: Plugin, catalog: Catalog) -> dict[str, object]:
    problems = [
        p.reason for p in catalog.problems if p.plugin == plugin.name and p.origin == plugin.found.origin
    ]
    reason = plugin.reason or "; ".join(problems)
    return {
        "name": plugin.name,
        "state": str(plugin.state),
        "origin": plugin.found.origin,
        "value": plugin.found.value,
        "hooks": list(plugin.hooks),
        "reason": reason,
    }
