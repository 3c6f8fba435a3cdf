"""`imadmin probe MAILBOX…`: where Exchange Web Services break, step by step."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from imadmin.commands import add_format, add_target, opened
from imadmin.errors import UsageError

from .asking import asked_of
from .document import write_document
from .selection import selected
from .targets import targets_of
from .tree import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from .targets import ReportTarget

__all__ = ["add_arguments", "execute"]


def add_arguments(parser: ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument(
        "mailboxes",
        nargs="*",
        metavar="MAILBOX",
        help="addresses (default: those that the deployment names under ews: or test_send:)",
    )
    parser.add_argument("--endpoint", metavar="NAME", help="ask this endpoint of the deployment only")
    parser.add_argument(
        "--user-agent",
        type=_agent,
        metavar="TEXT",
        help="of the client, by which access lists go (default: a recent one)",
    )
    _add_many(parser)
    parser.add_argument(
        "--report",
        metavar="FORMAT[=PATH]",
        action="append",
        default=[],
        help="console: the tree of steps, as it grows; json: one object at the end; csv: of many mailboxes, a"
        " line for each (repeatable with many; default: console)",
    )
    add_format(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="show no progress")
    add_target(parser)


def _add_many(parser: ArgumentParser) -> None:
    group = parser.add_argument_group("many mailboxes, told by cause and kept in the journal")
    which = group.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="those of all people")
    which.add_argument("--sample", metavar="N", type=_positive, help="so many of them, by chance")
    which.add_argument(
        "--resume", metavar="RUN", help="go on with a run that was ended, or ask for what was left"
    )


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:10]) < 10**9:
        raise ArgumentTypeError(f"{text[:40]!r} is not a number of mailboxes")
    return int(text)


def _agent(text: str) -> str:
    from imadmin.ews import checked_agent

    try:
        return checked_agent(text, text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def execute(options: Namespace) -> int:
    """Follow the way to each endpoint, ask for the mailboxes, and tell where it breaks."""
    if options.all or options.sample or options.resume:
        return _execute_many(options)
    (target,) = _one(targets_of(options.report, ("console", "json")))
    with opened(options) as access:
        chosen = selected(access, options.mailboxes, options.endpoint)
        asked = asked_of(chosen, access.deployment.ca_file, options.user_agent)
        return write_document(asked, target.path) if target.format == "json" else show(asked)


def _execute_many(options: Namespace) -> int:
    from imadmin_ews.many import probe_many

    if options.mailboxes:
        raise UsageError("mailboxes are named, and many are asked for", remedy="Do one or the other.")
    return probe_many(options, targets_of(options.report, ("console", "json", "csv")))


def _one(targets: list[ReportTarget]) -> list[ReportTarget]:
    asked = [target for target in targets if target.path] or targets
    if len(asked) > 1:
        raise UsageError("of a few mailboxes there is one report at a time")
    return asked
