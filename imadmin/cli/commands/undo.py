"""`imadmin undo RUN`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.asking import add_asking, agreed
from imadmin.cli.doing import Doing, progress_of
from imadmin.cli.journaled import check_same, open_journal, run_named, target_of_run
from imadmin.cli.output import is_taken, put_page, say
from imadmin.cli.status import FINDINGS, OK
from imadmin.errors import UsageError
from imadmin.planning import LIMIT, check_limit, check_live
from imadmin.records import Finding, Status
from imadmin.reports.plan import undo_page
from imadmin.session import new_run_id, open_session

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from imadmin.journal import Journal, PastChange
    from imadmin.run import Run
    from imadmin.session import Session, Target

_ABOUT = """
What somebody has changed since is not touched, and it is said what it is now. A run that another imadmin has
exported (imadmin show RUN --report json=FILE) is taken back as well.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.epilog = _ABOUT
    parser.add_argument(
        "run", metavar="RUN", help="a run's id, the beginning of one, latest, or an exported file.json"
    )
    add_asking(parser)
    parser.add_argument(
        "--limit", type=int, metavar="N", help=f"how many objects may be changed (default: {LIMIT})"
    )
    shared.add_target(parser)
    shared.add_reports(parser, judged=False)


def execute(options: argparse.Namespace) -> int:
    """Show what would be put back, ask, do it."""
    journal = open_journal()
    run = run_named(journal, options.run)
    if journal.goes_on(run.info.id):
        raise UsageError(f"run {run.info.id} is still going on", remedy="Wait for its end, or end it.")
    untouched = [past for past in journal.interrupted().get(run.info.id, ()) if not past.touched]
    pasts = [past for past in reversed(run.changes) if past.touched]  # the last first
    if not pasts:
        return _end(untouched, options, journal, run)
    with target_of_run(options, run.info.source) as target:
        status = _undo(target, options, journal, run, pasts)
    if untouched and status != FINDINGS and not options.dry_run:
        _end(untouched, options, journal, run)
    return status


def _end(untouched: Sequence[PastChange], options: argparse.Namespace, journal: Journal, run: Run) -> int:
    """Changes of which nothing had reached the outside when their run was interrupted get an end."""
    if not untouched:
        raise UsageError(f"run {run.info.id} has changed nothing", remedy="See: imadmin runs")
    for past in untouched:
        if not options.dry_run:
            what = "Its run was interrupted before anything was changed."
            journal.changes.end(past.number, Finding(past.subject, Status.SKIP, what))
        say(f"{past.operation} of {past.subject}: nothing was changed, so nothing has to be taken back.")
    return OK


def _undo(
    target: Target, options: argparse.Namespace, journal: Journal, run: Run, pasts: Sequence[PastChange]
) -> int:
    run_id, command = new_run_id(), shared.command_of(options)
    progress = progress_of(options)
    with open_session(
        target, run_id=run_id, command=command, tell=progress.tell, log=journal.changes
    ) as session:
        check_same(session, run.info.deployment, run.info.id)
        session.access.prompted()
        refusals = [session.changing.would_refuse(past) for past in pasts]
        aside = is_taken(options.report)
        put_page(undo_page(run.info, pasts, refusals), options.color, aside=aside)
        if options.dry_run:
            say("Nothing was changed: this is a dry run.")
            return OK
        check_live(session.deployment)
        check_limit("undo", pasts, options.limit)
        if not agreed(options, "Put this back?"):
            return FINDINGS
        _begin(journal, session, run_id, command)
        doing = Doing(options, journal, session, run_id, progress)
        return doing.do(lambda: session.changing.undo(pasts), {past.operation for past in pasts})


def _begin(journal: Journal, session: Session, run_id: str, command: tuple[str, ...]) -> None:
    deployment = session.deployment
    journal.begin(run_id, deployment=deployment.name, source=str(deployment.source), command=command)
