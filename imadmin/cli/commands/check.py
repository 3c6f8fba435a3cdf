"""`imadmin check [ID|STAGE …]`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.output import outputs, say, use_color, write
from imadmin.cli.progress import Progress
from imadmin.cli.status import exit_status
from imadmin.home import home, private_folder
from imadmin.journal import Journal
from imadmin.session import new_run_id, open_session

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("selection", nargs="*", metavar="ID|STAGE", help="default: all checks")
    shared.add_target(parser)
    shared.add_reports(parser)


def execute(options: argparse.Namespace) -> int:
    """Run the checks in this process, and report."""
    target = shared.target_of(options)
    command = shared.command_of(options)
    journal = Journal()
    run_id = new_run_id()
    with Progress(quiet=options.quiet, color=use_color(options.color, sys.stderr)) as progress:
        session = open_session(target, run_id=run_id, command=command, tell=progress.tell)
        wanted = outputs(options.report, session.catalog)
        session.check_selection(options.selection)
        journal.begin(run_id, deployment=session.deployment.name, source=str(target.path), command=command)
        with session:
            session.check(*options.selection)
            run = session.run()
    journal.keep(run_id, run)
    status = exit_status(run, options.fail_on)
    journal.end(run_id, status)
    folder = home() / "runs" / run_id
    if any(not output.path for output in wanted):
        private_folder(folder)
    for path in write(run, wanted, folder, options.color):
        say(f"written: {path}")
    return status
