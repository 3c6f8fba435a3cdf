"""`imadmin show RUN`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.changing import with_matrices
from imadmin.cli import options as shared
from imadmin.cli.journaled import open_journal
from imadmin.cli.output import concluded, is_monitored, outputs, put_page, say, write
from imadmin.cli.status import OK, exit_status
from imadmin.errors import UsageError
from imadmin.everybody import with_everybody
from imadmin.plugins import open_catalog
from imadmin.reports.changed import changed
from imadmin.reports.layout import paragraph
from imadmin.reports.matrix import matrices
from imadmin.reports.moment import moment

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from imadmin.journal import Entry
    from imadmin.reports.layout import Glyphs, Line
    from imadmin.run import Run

_FAIL_ON = "low"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("run", metavar="RUN", help="a run's id, the beginning of one, or latest")
    parser.add_argument(
        "--report", metavar="FORMAT[=PATH]", action="append", default=[], help="as with imadmin check"
    )
    shared.add_format(parser)
    shared.add_plugins(parser)


def execute(options: argparse.Namespace) -> int:
    """Render the results of a run again."""
    journal = open_journal()
    entry = journal.find(options.run)
    run = journal.document(entry.id)
    catalog = open_catalog(blocked=frozenset(options.no_plugin))
    if run is not None:
        run = with_matrices(run, catalog)
    if run is not None and run.changes and not options.report and not (entry.runbook and run.results):
        put_page(partial(_changes, entry, run), options.color)
        return OK
    if run is None:
        remedy = f"Its notebook is in {entry.folder}." if entry.folder else "See: imadmin runs"
        raise UsageError(f"run {entry.id} came to no result", remedy=remedy)
    wanted = outputs(options.report, catalog)
    run = with_everybody(run, Path(entry.folder) if entry.folder else None)
    status = exit_status(run, _FAIL_ON) if entry.exit_status is None else entry.exit_status
    for path in write(run, wanted, Path(entry.folder or "."), options.color, status):
        say(f"written: {path}")
    if entry.folder:
        say(f"Notebook, JSON and HTML: {entry.folder}")
    return concluded(run, wanted, status) if is_monitored(wanted) else OK


def _changes(entry: Entry, run: Run, width: int, symbols: Glyphs) -> Iterator[Line]:
    """Of a run that changed something: what, and what came of it."""
    ended = f"exit status {entry.exit_status}" if entry.ended else "without an end"
    yield from paragraph(" ".join(entry.command), width, style="bold")
    text = f"{entry.deployment}, {moment(entry.started)}, {ended}; run {entry.id}"
    yield from paragraph(text, width, style="dim")
    yield from changed(run.changes, width, symbols)
    yield from matrices(run, width)
