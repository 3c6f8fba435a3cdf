"""`imadmin runs`: what was run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli.listing import print_table
from imadmin.journal import Journal

if TYPE_CHECKING:
    import argparse

    from imadmin.journal import Entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("--json", action="store_true", help="as JSON")


def execute(options: argparse.Namespace) -> int:
    """List the runs, the newest first."""
    rows = [_row(entry) for entry in Journal().entries()]
    print_table(rows, ("id", "started", "deployment", "runbook", "ended"), as_json=options.json)
    return 0


def _row(entry: Entry) -> dict[str, object]:
    ended = f"exit status {entry.exit_status}" if entry.ended else "did not end"
    return {
        "id": entry.id,
        "started": entry.started,
        "deployment": entry.deployment,
        "runbook": entry.runbook or "-",
        "ended": ended,
        "source": entry.source,
        "folder": entry.folder,
        "command": list(entry.command),
    }
