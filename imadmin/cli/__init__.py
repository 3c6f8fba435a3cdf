"""The command line: a table of commands, each imported when it is asked for.

Exit status: 0 nothing at or above --fail-on; 1 findings; 2 usage or configuration; 3 something could not be
found out, or a cell of a runbook raised; 4 a bug in imadmin; 130 interrupted. 1 outranks 3.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        from imadmin import __version__

        print(f"imadmin {__version__}")
        return 0
    from imadmin.cli.edge import guarded

    return guarded(arguments)
