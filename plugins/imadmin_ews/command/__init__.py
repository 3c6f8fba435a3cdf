"""`imadmin probe MAILBOX…`: where Exchange Web Services break, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.commands import add_target, opened

from .asking import asked_of
from .document import write_document
from .selection import selected
from .tree import show

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

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
        "--user-agent", metavar="TEXT", help="of the client, by which access lists go (default: a recent one)"
    )
    parser.add_argument(
        "--report",
        choices=("console", "json"),
        default="console",
        help="console: the tree of steps, as it grows; json: one object at the end (default: console)",
    )
    add_target(parser)


def execute(options: Namespace) -> int:
    """Follow the way to each endpoint, ask for the mailboxes, and tell where it breaks."""
    with opened(options) as access:
        chosen = selected(access, options.mailboxes, options.endpoint)
        asked = asked_of(chosen, access.deployment.ca_file, options.user_agent)
        return write_document(asked) if options.report == "json" else show(asked)
