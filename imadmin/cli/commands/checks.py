"""`imadmin checks`: what can be checked."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.listing import print_table
from imadmin.plugins import open_catalog

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    shared.add_listing(parser)


def execute(options: argparse.Namespace) -> int:
    """List the checks in the order of the message's way."""
    catalog = open_catalog(blocked=frozenset(options.no_plugin))
    checks = sorted(catalog.checks().values(), key=lambda o: (o.record.stage.rank, o.record.id))
    rows = [
        {
            "id": owned.record.id,
            "stage": str(owned.record.stage),
            "severity": str(owned.record.severity),
            "judges": owned.record.judges,
            "title": owned.record.title,
            "plugin": owned.plugin.name,
            "reference": owned.record.reference,
        }
        for owned in checks
    ]
    print_table(rows, ("id", "stage", "severity", "judges", "title", "plugin"), as_json=options.json)
    for problem in catalog.problems:
        print(f"imadmin: {problem}", file=sys.stderr)
    return 0
