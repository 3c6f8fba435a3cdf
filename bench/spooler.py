"""Counting a spool folder beside a bare loop of scandir and stat."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

ROUNDS = 5
FILES = 100_000
GOAL = 3.0


def report(options: argparse.Namespace) -> bool:
    """Print the table; whether ours takes at most three times as long."""
    from imadmin_troubleshoot.spooler.counting import count

    files, rounds = options.files or FILES, options.rounds or ROUNDS
    with tempfile.TemporaryDirectory() as folder:
        for number in range(files):
            Path(folder, f"{number:08x}").touch()
        bare, ours = [], []
        for _ in range(rounds):
            bare.append(_timed(_bare, folder))
            ours.append(_timed(lambda place: count(place).files, folder))
    ratio = min(ours) / min(bare)
    print(f"spool folder of {files:,} files, {rounds} alternating rounds; best against best")
    print(f"scandir and stat     {min(bare) * 1000:8.1f} ms")
    print(f"imadmin              {min(ours) * 1000:8.1f} ms   {ratio:.2f} (goal: at most {GOAL:.0f})")
    return ratio <= GOAL


def _bare(folder: str) -> int:
    with os.scandir(folder) as entries:
        return sum(1 for entry in entries if entry.stat(follow_symlinks=False).st_mtime >= 0)


def _timed(work: object, folder: str) -> float:
    begin = time.perf_counter()
    if callable(work) and work(folder) == 0:
        raise RuntimeError("nothing was counted")
    return time.perf_counter() - begin
