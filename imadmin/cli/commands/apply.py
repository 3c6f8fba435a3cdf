"""`imadmin apply OPERATION`, and `imadmin apply --resume RUN`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.asking import add_asking, agreed
from imadmin.cli.doing import Doing, progress_of, write_reports
from imadmin.cli.journaled import check_same, open_journal, target_of_run
from imadmin.cli.output import is_taken, outputs, put_page, say
from imadmin.cli.status import FINDINGS, OK
from imadmin.errors import UsageError
from imadmin.parameters import convert, of_signature
from imadmin.past import PastChange
from imadmin.planning import LIMIT, check_limit, check_live, named
from imadmin.reports.changed import changed
from imadmin.reports.plan import NOTHING, plan_page
from imadmin.session import new_run_id, open_session

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from imadmin.changing import Plan
    from imadmin.journal import Entry, Journal
    from imadmin.session import Session, Target

_ABOUT = """
Shows what would be changed and for whom the answer changes, and asks. Every change is journaled before and
after, read again before and after, and can be taken back: imadmin undo RUN.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.epilog = _ABOUT
    parser.add_argument(
        "operation", metavar="OPERATION", nargs="?", help="its name (see: imadmin operations)"
    )
    shared.add_parameters(parser, "operation")
    parser.add_argument(
        "--resume", metavar="RUN", help="finish the changes that this run left without an end"
    )
    add_asking(parser)
    parser.add_argument(
        "--limit",
        type=int,
        metavar="N",
        help=f"how many objects may be changed (default: {LIMIT})",
    )
    shared.add_target(parser)
    shared.add_waivers(parser)
    shared.add_reports(parser, judged=False)


def execute(options: argparse.Namespace) -> int:
    """Plan, ask, do, prove."""
    if bool(options.operation) == bool(options.resume):
        raise UsageError(
            "apply takes the name of an operation, or --resume RUN", remedy="See: imadmin operations"
        )
    if options.resume:
        return _resume(options)
    journal = open_journal()
    with shared.target_of(options) as target:
        return _apply(target, options, journal)


def _apply(target: Target, options: argparse.Namespace, journal: Journal) -> int:
    run_id, command = new_run_id(), shared.command_of(options)
    progress = progress_of(options)
    with open_session(
        target, run_id=run_id, command=command, tell=progress.tell, log=journal.changes
    ) as session:
        outputs(options.report, session.catalog)  # bad ones are said before anything is done
        session.access.prompted()
        plan = _planned(session, options)
        if not plan.changes:
            say(NOTHING)
            return OK
        if options.dry_run:
            return _only_shown(session, plan, options)
        check_live(session.deployment)
        check_limit(plan.operation.name, plan.changes, options.limit)
        if not agreed(options, _question(plan)):
            return FINDINGS
        deployment = session.deployment
        journal.begin(
            run_id,
            deployment=deployment.name,
            source=str(deployment.source),
            command=command,
            parameters=plan.parameters,
        )
        doing = Doing(options, journal, session, run_id, progress)
        return doing.do(lambda: session.changing.apply(plan, options.limit), [plan.operation.name])


def _planned(session: Session, options: argparse.Namespace) -> Plan:
    operation = named(options.operation, session.catalog)
    pairs = shared.pairs_of(options.parameters)
    values = convert(pairs, of_signature(operation.parameters), operation.name, "operation")
    plan = session.changing.plan(operation.name, values)
    outlook = session.changing.outlook(plan) if plan.changes else None
    page = plan_page(plan, outlook, session.deployment.name)
    put_page(page, options.color, aside=is_taken(options.report))
    return plan


def _only_shown(session: Session, plan: Plan, options: argparse.Namespace) -> int:
    """A dry run; its reports have the changes as they were planned, and nothing is journaled."""
    name, run = plan.operation.name, session.run()
    planned = (PastChange(run.info.id, name, c.subject, "", "", None, planned=c) for c in plan.changes)
    write_reports(options, replace(run, changes=tuple(planned)), session, OK)
    try:
        check_limit(name, plan.changes, options.limit)
    except UsageError as over:
        say(f"{over}\nThis is a dry run.")
    else:
        say("Nothing was changed: this is a dry run.")
    return OK


def _question(plan: Plan) -> str:
    number = len(plan.changes)
    return f"Change {'this object' if number == 1 else f'these {number} objects'}?"


def _resume(options: argparse.Namespace) -> int:
    journal = open_journal()
    entry = journal.find(options.resume)
    left = [past for past in journal.changes.of(entry.id) if not past.ended]
    if not left:
        raise UsageError(f"run {entry.id} has left nothing to finish", remedy="See: imadmin runs")
    put_page(lambda width, symbols: changed(left, width, symbols), options.color)
    if options.dry_run:
        say("Nothing was changed: this is a dry run.")
        return OK
    with target_of_run(options, entry.source) as target:
        return _finish(target, options, journal, entry, left)


def _finish(
    target: Target,
    options: argparse.Namespace,
    journal: Journal,
    entry: Entry,
    left: Sequence[PastChange],
) -> int:
    progress = progress_of(options)
    with open_session(
        target, run_id=entry.id, command=entry.command, tell=progress.tell, log=journal.changes
    ) as session:
        check_same(session, entry.deployment, entry.id)
        check_live(session.deployment)
        session.access.prompted()
        if not agreed(options, f"Read again what came of these {len(left)}, and make what was not made?"):
            return FINDINGS
        journal.resume(entry)
        doing = Doing(options, journal, session, entry.id, progress)
        return doing.do(lambda: session.changing.resume(left), {past.operation for past in left})
