"""Measure imadmin side by side with its peers: `python -m bench [ROW …]` (needs `pip install ".[bench]"`).

Every figure of a row comes from one alternating series in one run; read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import sys

from bench import clixml, logs, spooler, startup

ROWS = {"startup": startup.report, "clixml": clixml.report, "logs": logs.report, "spooler": spooler.report}


def main() -> int:
    """Run the rows that are named, or all; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure imadmin beside its peers.")
    parser.add_argument("rows", metavar="ROW", nargs="*", help=f"{' or '.join(ROWS)} (default: all)")
    parser.add_argument(
        "--rounds", type=int, help="rounds of a series (default: startup 15, clixml 3, logs 2, spooler 5)"
    )
    parser.add_argument("--users", type=int, default=100_000, help="of clixml's file (default: 100000)")
    parser.add_argument("--megabytes", type=int, help="of the log of logs (default: 1000)")
    parser.add_argument("--files", type=int, help="of the folder of spooler (default: 100000)")
    options = parser.parse_args()
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        parser.error(f"no row is called {', '.join(unknown)}; there are {', '.join(ROWS)}")
    reached = [ROWS[row](options) for row in options.rows or ROWS]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
