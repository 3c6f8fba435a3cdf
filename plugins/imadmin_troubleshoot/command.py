"""`imadmin troubleshoot`: the checks on what was left behind, over places that the command line names."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imadmin.errors import SourceError, UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["add_arguments", "execute"]

_ABOUT: Final = r"""
PATH is sorted by what it is: a folder is searched for spool folders and for logs; a .csv or .json is an
inventory; *.UccApilog, *.etl and what reads like one are logs; any other file is a copied Configuration
Information window (- reads it from standard input). Without any PATH, what the deployment names under
troubleshoot: is looked at.

  imadmin troubleshoot \\files\profiles          spool folders of everybody, on a share
  imadmin troubleshoot --host pc-0815            likewise, on a computer
  imadmin troubleshoot Lync-UccApi-0.UccApilog   what the client received and said
  imadmin troubleshoot --recipient ben@contoso.com --sender anna@contoso.com --since 2026-11-20T08:00Z
"""
_PLACES: Final = ("profiles", "hosts", "inventories")
_MAILBOXES: Final = ("mailboxes", "lost")
_FOR: Final = {
    "spool.history-spooler": _PLACES,
    "spool.searched-places": _PLACES,
    "spool.client-log": ("logs",),
    "spool.configuration-information": ("configuration", "pasted"),
    "spool.drafts": _MAILBOXES,
    "delivery.elsewhere": _MAILBOXES,
}
"""Our checks, and the keys of the section that each is for."""

_MOST_PASTED: Final = 4 * 1024 * 1024


def add_arguments(parser: ArgumentParser) -> None:
    """Of this command."""
    from imadmin.cli.checking import add_arguments as add_shared

    parser.epilog = _ABOUT
    parser.add_argument("paths", nargs="*", metavar="PATH", help="a folder, a log, an inventory, or a text")
    parser.add_argument("--script", action="store_true", help="print PowerShell that takes an inventory")
    parser.add_argument(
        "--host", action="append", default=[], metavar="NAME", help=r"look at \\NAME\c$\Users"
    )
    parser.add_argument("--mailbox", action="append", default=[], metavar="ADDRESS", help="look into it, too")
    group = parser.add_argument_group("a message that is missed")
    group.add_argument("--recipient", metavar="ADDRESS", help="whose mailbox is looked into")
    group.add_argument("--sender", metavar="ADDRESS", help="likewise")
    group.add_argument("--subject", metavar="TEXT", help="a part of its subject, or a test's token")
    group.add_argument("--since", metavar="TIME", help="not before (default: a week ago)")
    group.add_argument("--until", metavar="TIME", help="not after (default: now)")
    add_shared(parser)


def execute(options: Namespace) -> int:
    """Judge, or print the script."""
    from imadmin.cli.checking import put, run_checks

    if options.script:
        from .spooler.script import SCRIPT

        put(SCRIPT)
        return 0
    section = _section(options)
    alone = bool(section) and not section.keys() & set(_MAILBOXES)
    return run_checks(options, _selection(section), {"troubleshoot": section}, needs_deployment=not alone)


def _selection(section: dict[str, object]) -> list[str]:
    """The checks that what was given is for; all of ours where nothing was."""
    wanted = [check for check, keys in _FOR.items() if section.keys() & set(keys)]
    return wanted or list(_FOR)


def _section(options: Namespace) -> dict[str, object]:
    """The section that the deployment would have for what the command line names."""
    given: dict[str, object] = {
        **_sorted([path for path in options.paths if path != "-"]),
        "pasted": [_pasted()] if "-" in options.paths else [],
        "hosts": options.host,
        "mailboxes": options.mailbox,
        "lost": _lost(options),
    }
    return {name: value for name, value in given.items() if value}


def _sorted(paths: list[str]) -> dict[str, list[str]]:
    """Paths by the keys of the section that they are for.

    Raises:
        UsageError: one is not there.
    """
    from .places import sorted_places

    try:
        found = sorted_places(map(Path, paths))
    except SourceError as error:
        raise UsageError(error.what, where=error.where, remedy=error.remedy) from error
    return {key: [str(path.absolute()) for path in places] for key, places in found.items()}


def _pasted() -> str:
    """What is on standard input.

    Raises:
        UsageError: nothing is.
    """
    from .texts import decoded

    data = sys.stdin.buffer.read(_MOST_PASTED)
    if not data.strip():
        raise UsageError(
            "there is nothing on standard input", remedy="Paste the text, then Ctrl-Z or Ctrl-D."
        )
    return decoded(data)


def _lost(options: Namespace) -> list[dict[str, object]]:
    """The message that is missed.

    Raises:
        UsageError: the recipient is not named, or a time is none.
    """
    named = {"sender": options.sender, "subject": options.subject}
    times = {"after": options.since, "before": options.until}
    given: dict[str, object] = {name: value for name, value in named.items() if value}
    given |= {name: _moment(value) for name, value in times.items() if value}
    if given and not options.recipient:
        raise UsageError("a message that is missed needs --recipient", remedy="Its mailbox is looked into.")
    return [{"recipient": options.recipient, **given}] if options.recipient else []


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a time", remedy="Write it as 2026-11-20T08:30Z.") from error
