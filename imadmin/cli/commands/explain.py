"""`imadmin explain SENDER RECIPIENT`."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.edge import put
from imadmin.cli.journaled import open_journal
from imadmin.cli.output import shown, use_color
from imadmin.cli.progress import Progress
from imadmin.session import open_session

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("sender", metavar="SENDER", help="a SIP address, such as alice@contoso.com")
    parser.add_argument("recipient", metavar="RECIPIENT", help="likewise; may be of another organisation")
    parser.add_argument("--json", action="store_true", help="as JSON")
    shared.add_target(parser)
    shared.add_waivers(parser)
    shared.add_format(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")


def execute(options: argparse.Namespace) -> int:
    """Show the message's way; 0 where nothing stops it, 1 where something does, 3 where that is unknown."""
    from imadmin.explain import explain
    from imadmin.explain.document import dumps
    from imadmin.explain.text import show

    journal = open_journal()
    progress = Progress(quiet=options.quiet, color=use_color(options.color, sys.stderr))
    with (
        shared.target_of(options) as target,
        open_session(
            target, command=shared.command_of(options), tell=progress.tell, log=journal.changes
        ) as session,
    ):
        session.access.prompted()
        with progress:
            told = explain(session, options.sender, options.recipient)
    put(f"{dumps(told)}\n" if options.json else shown(partial(show, told), options.color))
    return told.exit_status
