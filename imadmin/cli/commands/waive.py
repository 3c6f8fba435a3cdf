"""`imadmin waive CHECK SUBJECT`."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.edge import put
from imadmin.cli.status import OK
from imadmin.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection
    from datetime import date

    from imadmin.deployment import Deployment

DAYS = 90
_ABOUT = """
The people concerned still cannot send, and reports say so; but the fail is told apart, and makes no run fail.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.epilog = _ABOUT
    parser.add_argument("check", metavar="CHECK", help="the id of a check (see: imadmin checks)")
    parser.add_argument(
        "subject",
        metavar="SUBJECT",
        help="what it finds fault with, such as Tag:Legal; a person; or * for all",
    )
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why it is accepted")
    parser.add_argument("--owner", required=True, metavar="WHO", help="who has accepted it")
    parser.add_argument(
        "--expires", metavar="DATE", help=f"the last day, such as 2027-01-31 (default: in {DAYS} days)"
    )
    parser.add_argument(
        "--waivers", metavar="FILE", help="to append to (default: waivers: of the deployment)"
    )
    parser.add_argument("--deployment", metavar="FILE", help="a deployment file, as with imadmin check")
    shared.add_plugins(parser)


def execute(options: argparse.Namespace) -> int:
    """Append the waiver, and say where it is."""
    from imadmin.deployment import read_deployment
    from imadmin.deployment.waivers import add_waiver, known_checks
    from imadmin.plugins import open_catalog
    from imadmin.waivers import Waiver

    file = shared.deployment_file(options.deployment)
    deployment = read_deployment(file) if file is not None else None
    path = _place(options.waivers, deployment)
    folder = str(deployment.plugins) if deployment is not None and deployment.plugins else None
    checks = known_checks(open_catalog(blocked=frozenset(options.no_plugin), folder=folder))
    _check_id(options.check, checks)
    texts = {name: _text(name, getattr(options, name)) for name in ("subject", "reason", "owner")}
    waiver = Waiver(check=options.check, expires=_last_day(options.expires), **texts)
    add_waiver(path, waiver, checks)
    put(
        f"{path}: {waiver.check} of {waiver.subject} is accepted until {waiver.expires}, by {waiver.owner}.\n"
    )
    return OK


def _place(given: str | None, deployment: Deployment | None) -> Path:
    if given:
        return Path(given)
    if deployment is not None and deployment.waivers is not None:
        return deployment.waivers
    where = f"{deployment.source}: " if deployment is not None else ""
    raise UsageError(
        f"{where}nothing says in which file waivers are kept",
        remedy="Write waivers: waivers.yaml into the deployment file, or say --waivers FILE.",
    )


def _check_id(check: str, known: Collection[str] | None) -> None:
    if known is None or check in known:
        return
    close = difflib.get_close_matches(check, known, 1)
    remedy = f"Did you mean {close[0]}?" if close else "See: imadmin checks"
    raise UsageError(f"there is no check {check!r}", remedy=remedy)


def _text(name: str, text: str) -> str:
    """On one line, as it will be read again."""
    plain = " ".join(text.split())
    if not plain:
        raise UsageError(f"the {name} is empty", remedy="Whoever reads the waiver later needs to know it.")
    return plain.removeprefix("sip:") if name == "subject" else plain


def _last_day(given: str | None) -> date:
    from datetime import UTC, date, datetime, timedelta

    today = datetime.now(UTC).date()
    if given is None:
        return today + timedelta(days=DAYS)
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        remedy = "Write year, month and day: --expires 2027-01-31"
        raise UsageError(f"--expires {given!r} is no date", remedy=remedy) from error
    if day < today:
        raise UsageError(f"--expires {given} is past", remedy="A waiver that has expired has no effect.")
    return day
