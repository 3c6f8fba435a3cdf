"""`imadmin waive`: what is accepted by name; with CHECK and SUBJECT, one more."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.cli import options as shared
from imadmin.cli.edge import put
from imadmin.cli.listing import print_table
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
    parser.add_argument(
        "check",
        nargs="?",
        metavar="CHECK",
        help="the id of a check (see: imadmin checks); without it, what is accepted is listed",
    )
    parser.add_argument(
        "subject",
        nargs="?",
        metavar="SUBJECT",
        help="what it finds fault with, such as Tag:Legal; a person; * stands for any characters",
    )
    parser.add_argument("--reason", metavar="TEXT", help="why it is accepted")
    parser.add_argument("--owner", metavar="WHO", help="who has accepted it")
    parser.add_argument(
        "--expires", metavar="DATE", help=f"the last day, such as 2027-01-31 (default: in {DAYS} days)"
    )
    parser.add_argument(
        "--waivers", metavar="FILE", help="where they are kept (default: waivers: of the deployment)"
    )
    parser.add_argument("--deployment", metavar="FILE", help="a deployment file, as with imadmin check")
    shared.add_listing(parser)


def execute(options: argparse.Namespace) -> int:
    """Append the waiver, and say where it is; or list those that there are."""
    from imadmin.deployment import read_deployment
    from imadmin.deployment.waivers import known_checks
    from imadmin.plugins import open_catalog

    file = shared.deployment_file(options.deployment)
    deployment = read_deployment(file) if file is not None else None
    path = _place(options.waivers, deployment)
    folder = str(deployment.plugins) if deployment is not None and deployment.plugins else None
    checks = known_checks(open_catalog(blocked=frozenset(options.no_plugin), folder=folder))
    if options.check is None:
        return _list(path, checks, as_json=options.json)
    return _add(options, path, checks)


def _list(path: Path, checks: Collection[str] | None, *, as_json: bool) -> int:
    """Those that have expired too, which have no effect."""
    from imadmin.deployment.waivers import KEYS, read_waivers

    today = _today()
    rows = [
        {key: str(getattr(waiver, key)) for key in KEYS}
        | {"state": "holds" if waiver.expires >= today else "expired", "where": waiver.where}
        for waiver in read_waivers(path, checks)
    ]
    print_table(rows, ("check", "subject", "state", "expires", "owner", "reason"), as_json=as_json)
    return OK


def _add(options: argparse.Namespace, path: Path, checks: Collection[str] | None) -> int:
    from imadmin.deployment.waivers import add_waiver
    from imadmin.waivers import Waiver

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


def _text(name: str, text: str | None) -> str:
    """On one line, as it will be read again."""
    if text is None:
        given = name.upper() if name == "subject" else f"--{name}"
        raise UsageError(
            f"a waiver says its {name}, and {given} is missing", remedy="See: imadmin waive --help"
        )
    plain = " ".join(text.split())
    if not plain:
        raise UsageError(f"the {name} is empty", remedy="Whoever reads the waiver later needs to know it.")
    return plain.removeprefix("sip:") if name == "subject" else plain


def _today() -> date:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _last_day(given: str | None) -> date:
    from datetime import date, timedelta

    today = _today()
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
