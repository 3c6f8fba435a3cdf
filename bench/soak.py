"""Faults at scale: thousands of probes while three faults at a time are on; the test of it, made longer.

It needs `pip install ".[test]"` besides.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

TEST = Path(__file__).resolve().parent.parent / "tests" / "ews" / "test_soak.py"


def report(options: argparse.Namespace) -> bool:
    """Run it, and print how many came to which end; whether all came to the right one."""
    environment = {"IMADMIN_SOAK": str(options.probes), "IMADMIN_SOAK_SEED": str(options.seed)}
    command = [sys.executable, "-m", "pytest", str(TEST), "-q", "-s", "-n0"]
    print(f"soak, {options.probes:,} probes, three faults at a time, seed {options.seed}", flush=True)
    done = subprocess.run(command, check=False, env=os.environ | environment, cwd=TEST.parents[2])
    return done.returncode == 0
