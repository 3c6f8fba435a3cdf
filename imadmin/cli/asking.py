"""Asking before something is changed: on a terminal, unless the command line has said yes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from imadmin.cli.output import say
from imadmin.errors import UsageError

if TYPE_CHECKING:
    import argparse

__all__ = ["add_asking", "agreed"]

_YES = {"y", "yes"}


def add_asking(parser: argparse.ArgumentParser) -> None:
    """Whether it is done, and how much."""
    group = parser.add_argument_group("how it is done")
    group.add_argument(
        "--dry-run", "--what-if", action="store_true", help="show what would be changed, and change nothing"
    )
    group.add_argument("--yes", action="store_true", help="do it without asking")


def agreed(options: argparse.Namespace, question: str) -> bool:
    """Whether to go on; says so where not.

    Raises:
        UsageError: nobody can be asked.
    """
    if options.yes:
        return True
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(
            "this changes something, and there is no terminal on which to ask: nothing was changed",
            remedy="Say --yes to do it without being asked, or --dry-run to see what would be changed.",
        )
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() in _YES:
        return True
    say("Nothing was changed.")
    return False
