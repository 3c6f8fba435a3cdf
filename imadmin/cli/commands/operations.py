"""`imadmin operations`: what can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.listing import print_table
from imadmin.parameters import of_signature
from imadmin.plugins import open_catalog

if TYPE_CHECKING:
    import argparse

    from imadmin.operations import Operation
    from imadmin.plugins import Owned


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    shared.add_listing(parser)


def execute(options: argparse.Namespace) -> int:
    """List the operations by name."""
    catalog = open_catalog(blocked=frozenset(options.no_plugin))
    rows = [_row(owned) for owned in catalog.operations().values()]
    print_table(rows, ("name", "parameters", "title"), as_json=options.json)
    return 0


def _row(owned: Owned[Operation]) -> dict[str, object]:
    operation = owned.record
    parameters = of_signature(operation.parameters).values()
    return {
        "name": operation.name,
        "title": operation.title,
        "parameters": ", ".join(f"{p.name}={p.default}" for p in parameters) or "-",
        "plugin": owned.plugin.name,
        "reference": operation.reference,
        "undo": operation.read is not None or operation.undo is not None,
    }
