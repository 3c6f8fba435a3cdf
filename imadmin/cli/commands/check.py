"""`imadmin check [ID|STAGE …]`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.journaled import open_journal
from imadmin.cli.output import concluded, outputs, say, use_color, write
from imadmin.cli.progress import Progress
from imadmin.cli.status import exit_status
from imadmin.home import home, private_folder
from imadmin.session import new_run_id, open_session

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from imadmin.cli.output import Output
    from imadmin.run import Run
    from imadmin.session import Target


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("selection", nargs="*", metavar="ID|STAGE", help="default: all checks")
    shared.add_target(parser)
    shared.add_waivers(parser)
    shared.add_reports(parser)


def execute(options: argparse.Namespace) -> int:
    """Run the checks in this process, and report."""
    with shared.target_of(options) as target:
        return _check(target, options)


def _check(target: Target, options: argparse.Namespace) -> int:
    command = shared.command_of(options)
    journal = open_journal()
    run_id = new_run_id()
    progress = Progress(quiet=options.quiet, color=use_color(options.color, sys.stderr))
    with open_session(
        target, run_id=run_id, command=command, tell=progress.tell, log=journal.changes
    ) as session:
        wanted = outputs(options.report, session.catalog)
        session.check_selection(options.selection)
        session.access.prompted()  # here: not below a spinner, nor in a thread that Ctrl-C does not reach
        deployment = session.deployment
        journal.begin(run_id, deployment=deployment.name, source=str(deployment.source), command=command)
        with progress:
            session.check(*options.selection)
        run = session.run()
        journal.keep(run_id, run)
        status = exit_status(run, options.fail_on)
        journal.end(run_id, status)
        _report(run, wanted, run_id, options.color, status)
    return concluded(run, wanted, status)


def _report(run: Run, wanted: Sequence[Output], run_id: str, color: str, status: int) -> None:
    folder = home() / "runs" / run_id
    if any(not output.path for output in wanted):
        private_folder(folder)
    for path in write(run, wanted, folder, color, status):
        say(f"written: {path}")
