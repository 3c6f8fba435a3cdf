"""`imadmin troubleshoot`: the checks on what was left behind, over places that the command line names."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imadmin.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

__all__ = ["add_arguments", "execute"]

_ABOUT: Final = r"""
PATH is sorted by what it is: a folder is searched for spool folders and for logs; a .csv or .json is an
inventory, *.UccApilog and *.etl are logs, and any other file is a copied Configuration Information window
(- reads it from standard input). Without any, what the deployment names under troubleshoot: is looked at.

  imadmin troubleshoot \\files\profiles          spool folders of everybody, on a share
  imadmin troubleshoot --host pc-0815            likewise, on a computer
  imadmin troubleshoot Lync-UccApi-0.UccApilog   what the client received and said
  imadmin troubleshoot --recipient ben@contoso.com --sender anna@contoso.com --since 2026-11-20T08:00Z
"""
_IN_PLACES: Final = ("spool.history-spooler", "spool.searched-places", "spool.client-log")
_IN_TEXTS: Final = ("spool.configuration-information",)
_IN_MAILBOXES: Final = ("spool.drafts", "delivery.elsewhere")
_MOST_PASTED: Final = 4 * 1024 * 1024


def add_arguments(parser: ArgumentParser) -> None:
    """Of this command."""
    from imadmin.cli import checking

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
    checking.add_arguments(parser)


def execute(options: Namespace) -> int:
    """Judge, or print the script."""
    from imadmin.cli.checking import run_checks
    from imadmin.cli.edge import put

    if options.script:
        from .spooler.script import SCRIPT

        put(SCRIPT)
        return 0
    section = _section(options)
    return run_checks(options, _selection(section), {"troubleshoot": section}, needs_deployment=not section)


def _selection(section: dict[str, object]) -> list[str]:
    """The checks that what was given is for; all of ours where nothing was."""
    wanted: list[str] = []
    if section.keys() & {"profiles", "hosts", "inventories"}:
        wanted += _IN_PLACES[:2]
    if "logs" in section:
        wanted.append(_IN_PLACES[2])
    if section.keys() & {"configuration", "pasted"}:
        wanted += _IN_TEXTS
    if section.keys() & {"mailboxes", "lost"}:
        wanted += _IN_MAILBOXES
    return wanted or [*_IN_PLACES, *_IN_TEXTS, *_IN_MAILBOXES]


def _section(options: Namespace) -> dict[str, object]:
    """The section that the deployment would have for what the command line names."""
    given: dict[str, object] = {
        **_sorted(options.paths),
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
    found: dict[str, list[str]] = {}
    for path in paths:
        for key in _keys(path):
            found.setdefault(key, []).append(_pasted() if path == "-" else path)
    return found


def _keys(path: str) -> tuple[str, ...]:
    from .logs.names import is_log

    if path == "-":
        return ("pasted",)
    place = Path(path)
    if place.is_dir():
        return tuple(_folder_keys(place))
    if not place.exists():
        raise UsageError(f"there is no {path!r}", remedy="Give a folder, a log, an inventory or a text.")
    if is_log(place.name):
        return ("logs",)
    return ("inventories",) if place.suffix.lower() in {".csv", ".json"} else ("configuration",)


def _folder_keys(path: Path) -> Iterator[str]:
    """A folder with logs is not complained about for having no spool folders."""
    from .logs.names import has_logs
    from .spooler.finding import find

    logs = has_logs(path)
    if logs:
        yield "logs"
    if not logs or next((one for one in find(path) if one.person), None):
        yield "profiles"


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
