"""Measure imadmin side by side with its peers: `python -m bench` (needs `pip install ".[bench]"`).

Every figure of a row comes from one alternating series in one run; read the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import sys

from bench import startup


def main() -> int:
    """Run all rows; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure imadmin beside its peers.")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of a series (default: 15)")
    options = parser.parse_args()
    return 0 if startup.report(options.rounds) else 1


if __name__ == "__main__":
    sys.exit(main())
