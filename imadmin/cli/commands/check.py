"""`imadmin check [ID|STAGE …]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cli import checking

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Of this command."""
    parser.add_argument("selection", nargs="*", metavar="ID|STAGE", help="default: all checks")
    checking.add_arguments(parser)


def execute(options: argparse.Namespace) -> int:
    """Run the checks in this process, and report."""
    return checking.run_checks(options, options.selection)
