"""`imadmin run RUNBOOK`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.cli import INTERRUPTED
from imadmin.cli import options as shared
from imadmin.cli.journaled import check_same, open_journal, target_of_run, tell_unfinished
from imadmin.cli.output import concluded, outputs, say, use_color, write
from imadmin.cli.progress import Progress
from imadmin.cli.status import INCOMPLETE, OK, exit_status
from imadmin.errors import ImadminError, ParameterError, UsageError
from imadmin.everybody import with_everybody
from imadmin.home import home, private_folder, write_private
from imadmin.journal import Journal
from imadmin.parameters import convert
from imadmin.reports import builtin
from imadmin.runbook.catalog import find_runbook
from imadmin.runbook.context import VARIABLE, Context
from imadmin.runbook.resuming import check_not_taken_back, earlier_values
from imadmin.session import new_run_id, open_session

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from imadmin.cli.output import Output
    from imadmin.deployment import Deployment
    from imadmin.journal import Entry
    from imadmin.run import Run
    from imadmin.runbook.catalog import Runbook
    from imadmin.runbook.runner import Ending
    from imadmin.session import Target

SOURCE = "source"
"""The parameter by which a runbook is told what to judge."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument(
        "runbook", metavar="RUNBOOK", help="its name (see: imadmin runbooks), or a notebook's path"
    )
    shared.add_parameters(parser, "runbook")
    parser.add_argument(
        "--plan", action="store_true", help="change nothing: operations show what they would do"
    )
    parser.add_argument(
        "--resume", metavar="RUN", help="go on with a run of it that stopped; what it has changed stays done"
    )
    parser.add_argument("--timeout", type=_seconds, metavar="SECONDS", help="the time that a cell may take")
    shared.add_target(parser)
    shared.add_waivers(parser)
    shared.add_reports(parser)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise ValueError(text)
    return seconds


_seconds.__name__ = "number of seconds"  # in argparse's message


def execute(options: argparse.Namespace) -> int:
    """Execute the runbook in a kernel of its own, and report what it found."""
    _check_working_folder()
    if not options.resume:
        with shared.target_of(options) as target:
            return _execute(target, options)
    journal = open_journal()
    entry = journal.find(options.resume)
    with target_of_run(options, entry.source) as target:
        return _execute(target, options, entry)


def _execute(target: Target, options: argparse.Namespace, entry: Entry | None = None) -> int:
    with open_session(target) as session:  # so that bad input stops before a kernel starts
        if entry is not None:
            check_same(session, entry.deployment, entry.id)
        deployment = session.deployment
        runbook = find_runbook(options.runbook, session.catalog)
        wanted = outputs(options.report, session.catalog)
        prompted = session.access.prompted()
    source = str(deployment.source)
    if entry is None:
        values = _values(options.parameters, runbook, source)
    else:
        values = earlier_values(entry, runbook, options.parameters)
        values |= {SOURCE: source} if SOURCE in values else {}
    journal = open_journal() if entry is None else Journal()
    begun = _begun(journal, options, runbook, deployment, values, entry)
    waivers = str(target.waivers or "")
    context = Context(
        run_id=begun.id,
        home=str(home()),
        source=source,
        no_plugins=tuple(sorted(target.no_plugins)),
        command=begun.command,
        waivers=waivers,
        plan_only=options.plan,
        resumed=entry is not None,
    )
    return _reported(context, options, runbook, values, wanted, prompted=prompted, journal=journal)


def _begun(
    journal: Journal,
    options: argparse.Namespace,
    runbook: Runbook,
    deployment: Deployment,
    values: Mapping[str, object],
    entry: Entry | None,
) -> Entry:
    """The journal's run: a new one, or that which goes on."""
    if entry is not None:
        check_not_taken_back(journal, entry.id)
        journal.resume(entry)
        return entry
    run_id = new_run_id()
    journal.begin(
        run_id,
        deployment=deployment.name,
        source=str(deployment.source),
        command=shared.command_of(options),
        runbook=runbook.name,
        parameters=values,
        folder=private_folder(home() / "runs" / run_id),
    )
    return journal.find(run_id)


def _reported(  # noqa: PLR0913 - what a run is made of
    context: Context,
    options: argparse.Namespace,
    runbook: Runbook,
    values: dict[str, object],
    wanted: Sequence[Output],
    *,
    prompted: Mapping[str, str],
    journal: Journal,
) -> int:
    run_id, folder = context.run_id, context.folder
    try:
        environment = {VARIABLE: str(context.write(folder)), **prompted}
        ending = _run(options, runbook, folder, values, environment)
        run = journal.document(run_id)
        run = with_everybody(run, folder) if run is not None else None
        status = _status(ending, run, options.fail_on)
        _finish(ending, run, folder, wanted, options.color, status)
        tell_unfinished(journal, run_id)
    except ImadminError as error:
        journal.end(run_id, error.exit_status)
        raise
    journal.end(run_id, status)
    if ending.status != "pass":
        say(f"To go on where it stopped: imadmin run {options.runbook} --resume {run_id}")
    return concluded(run, wanted, status)


def _check_working_folder() -> None:
    """A kernel does not start in a folder that is gone."""
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise UsageError("the working folder is gone", remedy="Change to another: cd ~") from error


def _values(given: Sequence[str], runbook: Runbook, source: str) -> dict[str, object]:
    pairs = shared.pairs_of(given)
    if any(name == SOURCE for name, _ in pairs):
        raise ParameterError("is said by --from, --deployment or --lab, not by -p", where=SOURCE)
    known = runbook.parameters()
    values = convert(pairs, known, str(runbook.path))
    return {SOURCE: source, **values} if SOURCE in known else values


def _run(
    options: argparse.Namespace,
    runbook: Runbook,
    folder: Path,
    values: dict[str, object],
    environment: dict[str, str],
) -> Ending:
    from imadmin.runbook.runner import execute as execute_runbook

    with Progress(quiet=options.quiet, color=use_color(options.color, sys.stderr)) as progress:
        return execute_runbook(
            runbook,
            folder / f"{runbook.name}.ipynb",
            values,
            environment=environment,
            timeout=options.timeout,
            tell=progress.tell,
        )


def _status(ending: Ending, run: Run | None, fail_on: str) -> int:
    if ending.status == "interrupted":
        return INTERRUPTED
    if ending.status != "pass":
        return INCOMPLETE
    return exit_status(run, fail_on) if run is not None else OK


def _finish(
    ending: Ending, run: Run | None, folder: Path, wanted: Sequence[Output], color: str, status: int
) -> None:
    written = _report(run, wanted, folder, color, status) if run is not None else []
    say(f"Notebook{', JSON and HTML' if run is not None else ''}: {folder}")
    for path in written:
        say(f"written: {path}")
    if run is not None and any(past.touched for past in run.changes):
        say(f"It has changed something; take it back with: imadmin undo {run.info.id}")
    if ending.status == "interrupted":
        say("imadmin: interrupted; the notebook is kept as far as it got")
    elif ending.status != "pass":
        where = f" below {ending.cell!r}" if ending.cell else ""
        say(f"imadmin: error: the runbook stopped{where}: {ending.message}")
        say(f"The cell and its traceback stand in the notebook: {folder}")


def _report(run: Run, wanted: Sequence[Output], folder: Path, color: str, status: int) -> list[Path]:
    for name in ("json", "html"):
        report = builtin()[name]
        write_private(folder / f"report{report.suffix}", report.render(run))
    elsewhere = [output for output in wanted if output.path]
    return write(run, elsewhere, folder, color, status)
