"""Measure imadmin side by side with its peers: `python -m bench [ROW …]` (needs `pip install ".[bench]"`).

Every figure of a row comes from one alternating series in one run; read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import sys

from bench import clixml, ews, logs, soak, spooler, startup, verdicts

ROWS = {
    "startup": startup.report,
    "clixml": clixml.report,
    "ews": ews.report,
    "verdicts": verdicts.report,
    "logs": logs.report,
    "spooler": spooler.report,
    "soak": soak.report,
}
DEFAULT = [row for row in ROWS if row != "soak"]


def main() -> int:
    """Run the rows that are named, or all; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure imadmin beside its peers.")
    parser.add_argument("rows", metavar="ROW", nargs="*", help=f"{' or '.join(ROWS)} (default: all but soak)")
    parser.add_argument("--rounds", type=int, help="rounds of a series (default: as many as the row needs)")
    parser.add_argument("--users", type=int, default=100_000, help="of clixml's file (default: 100000)")
    parser.add_argument("--mailboxes", type=int, default=50_000, help="of ews's last table (default: 50000)")
    parser.add_argument("--probes", type=int, default=10_000, help="of soak (default: 10000)")
    parser.add_argument("--seed", type=int, default=6, help="of soak's faults (default: 6)")
    parser.add_argument(
        "--people", type=int, default=1_000_000, help="of verdicts' largest organisation (default: 1000000)"
    )
    parser.add_argument("--megabytes", type=int, help="of the log of logs (default: 1000)")
    parser.add_argument("--files", type=int, help="of the folder of spooler (default: 100000)")
    options = parser.parse_args()
    unknown = [row for row in options.rows if row not in ROWS]
    if unknown:
        parser.error(f"no row is called {', '.join(unknown)}; there are {', '.join(ROWS)}")
    reached = [ROWS[row](options) for row in options.rows or DEFAULT]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
