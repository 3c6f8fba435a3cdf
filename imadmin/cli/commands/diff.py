"""`imadmin diff RUN RUN`: what has become better, worse, new or gone between two runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.edge import put
from imadmin.cli.journaled import open_journal, run_named
from imadmin.cli.output import put_page
from imadmin.cli.status import FINDINGS, OK
from imadmin.drift import compared
from imadmin.reports.drift import dumps, page

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    for name in ("before", "after"):
        parser.add_argument(
            name, metavar="RUN", help="a run's id, the beginning of one, latest, or an exported file.json"
        )
    parser.add_argument("--json", action="store_true", help="as JSON")
    shared.add_format(parser)


def execute(options: argparse.Namespace) -> int:
    """Compare the later run with the earlier one; 1 where something has become worse or is new."""
    journal = open_journal()
    drift = compared(run_named(journal, options.before), run_named(journal, options.after))
    if options.json:
        put(dumps(drift))
    else:
        put_page(page(drift), options.color)
    return FINDINGS if drift.worsened else OK
