"""`imadmin runs`: what was run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli.journaled import open_journal
from imadmin.cli.listing import print_table
from imadmin.cli.output import say
from imadmin.errors import UsageError
from imadmin.journal.retention import outlived

if TYPE_CHECKING:
    import argparse

    from imadmin.journal import Entry, Journal


_CENTURY = 36_525


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument(
        "--prune", action="store_true", help="forget old runs, as --keep and --days say, and list the rest"
    )
    parser.add_argument("--keep", type=int, metavar="N", help="with --prune: the newest N stay")
    parser.add_argument("--days", type=float, metavar="N", help="with --prune: those of the last N days stay")


def execute(options: argparse.Namespace) -> int:
    """List the runs, the newest first."""
    journal = open_journal()
    if options.prune:
        _prune(journal, options)
    unfinished = journal.changes.all_unfinished()
    rows = [_row(journal, entry, len(unfinished.get(entry.id, ()))) for entry in journal.entries()]
    print_table(rows, ("id", "started", "deployment", "what", "ended"), as_json=options.json)
    return 0


def _prune(journal: Journal, options: argparse.Namespace) -> None:
    """The folders of runs, with notebooks and reports, are the user's, and stay."""
    if options.keep is None and options.days is None:
        raise UsageError("--prune needs --keep N or --days N", remedy="Say how many, or how old, may stay.")
    if min(options.keep or 0, options.days or 0) < 0:
        raise UsageError("--keep and --days cannot be negative")
    if options.days is not None and not options.days <= _CENTURY:  # nan is not either
        raise UsageError(f"--days has to be from 0 to {_CENTURY}, which is a century")
    old = outlived(journal, keep=options.keep, days=options.days)
    journal.forget(entry.id for entry in old)
    say(f"Forgotten: {len(old)} of the journal's runs. What they wrote into folders is still there.")


def _row(journal: Journal, entry: Entry, unfinished: int) -> dict[str, object]:
    state = journal.state(entry)
    ended = f"exit status {entry.exit_status}" if entry.ended else _STATES[state]
    return {
        "id": entry.id,
        "started": entry.started,
        "deployment": entry.deployment,
        "what": entry.runbook or " ".join(entry.command[1:3]) or "-",
        "ended": f"{ended}; {unfinished} without an end" if unfinished else ended,
        "runbook": entry.runbook or "-",
        "state": state,
        "unfinished": unfinished,
        "source": entry.source,
        "folder": entry.folder,
        "command": list(entry.command),
    }


_STATES = {"going on": "goes on", "interrupted": "did not end"}
