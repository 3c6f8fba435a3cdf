"""Running checks and reporting: what `imadmin check` does, and what a plugin's command may do.

A command of a plugin that judges something adds the options of `add_arguments`, and ends in `run_checks`.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.edge import put
from imadmin.cli.journaled import open_journal
from imadmin.cli.output import concluded, outputs, say, use_color, write
from imadmin.cli.progress import Progress
from imadmin.cli.status import exit_status
from imadmin.home import home, private_folder
from imadmin.session import new_run_id, open_session

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from imadmin.cli.output import Output
    from imadmin.run import Run

__all__ = ["add_arguments", "put", "run_checks"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is to be judged, what is accepted, and how the result is shown."""
    shared.add_target(parser)
    shared.add_waivers(parser)
    shared.add_reports(parser)


def run_checks(
    options: argparse.Namespace,
    selection: Sequence[str],
    sections: Mapping[str, Mapping[str, object]] = MappingProxyType({}),
    *,
    needs_deployment: bool = True,
) -> int:
    """Run checks in this process, and report; gives the exit status.

    Args:
        options: with what `add_arguments` has added.
        selection: ids and stages; all where it is empty.
        sections: of plugins, over those of the deployment; see `Target`.
        needs_deployment: False where *sections* say enough, if the command line names no deployment.
    """
    command = shared.command_of(options)
    journal = open_journal()
    run_id = new_run_id()
    progress = Progress(quiet=options.quiet, color=use_color(options.color, sys.stderr))
    with (
        shared.target_of(options, needed=needs_deployment) as target,
        open_session(
            replace(target, sections=sections),
            run_id=run_id,
            command=command,
            tell=progress.tell,
            log=journal.changes,
        ) as session,
    ):
        wanted = outputs(options.report, session.catalog)
        session.check_selection(selection)
        session.access.prompted()  # here: not below a spinner, nor in a thread that Ctrl-C does not reach
        deployment = session.deployment
        journal.begin(run_id, deployment=deployment.name, source=str(deployment.source), command=command)
        with progress:
            session.check(*selection)
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
