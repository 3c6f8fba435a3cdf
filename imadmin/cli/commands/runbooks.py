"""`imadmin runbooks`: what can be executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.listing import print_table
from imadmin.errors import RunbookError
from imadmin.plugins import open_catalog
from imadmin.runbook.catalog import runbooks

if TYPE_CHECKING:
    import argparse

    from imadmin.runbook.catalog import Runbook


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    shared.add_listing(parser)


def execute(options: argparse.Namespace) -> int:
    """List the runbooks by name."""
    catalog = open_catalog(blocked=frozenset(options.no_plugin))
    rows = [_row(runbook) for runbook in runbooks(catalog)]
    print_table(rows, ("name", "title", "parameters", "origin"), as_json=options.json)
    return 0


def _row(runbook: Runbook) -> dict[str, object]:
    try:
        title = runbook.title
        declared = ", ".join(f"{p.name}: {p.kind}" for p in runbook.parameters().values())
    except RunbookError as error:
        title, declared = error.line, ""
    return {
        "name": runbook.name,
        "title": title,
        "parameters": declared,
        "origin": runbook.origin,
        "path": str(runbook.path),
    }
