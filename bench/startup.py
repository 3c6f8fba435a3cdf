"""Start-up: how long until a light command is done."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

ROUNDS = 15
OURS = ("imadmin --version", "imadmin --help", "imadmin plugins")
PEERS = ("pytest --version", "hatch --version", "pre-commit --version")


def report(options: argparse.Namespace) -> bool:
    """Print the table; whether each of ours is quicker than all peers."""
    rounds = options.rounds or ROUNDS
    commands = [command for command in (*OURS, *PEERS) if _program(command)]
    missing = [command for command in (*OURS, *PEERS) if command not in commands]
    if missing:
        sys.exit(f'not installed: {", ".join(missing)}; run: pip install ".[bench]"')
    times = _measure(commands, rounds)
    quickest = min(min(times[peer]) for peer in PEERS)
    print(f"start-up, {rounds} alternating rounds; ratio to the quickest peer, best against best")
    print(f"{'command':<22} {'best ms':>8} {'median ms':>10} {'ratio':>6}")
    for command in commands:
        best, median = min(times[command]), statistics.median(times[command])
        print(f"{command:<22} {best * 1000:8.1f} {median * 1000:10.1f} {best / quickest:6.2f}")
    return all(min(times[command]) < quickest for command in OURS)


def _measure(commands: list[str], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {command: [] for command in commands}
    for command in commands:
        _run(command)  # bytecode and file cache
    for _ in range(rounds):
        for command in commands:
            times[command].append(_run(command))
    return times


def _run(command: str) -> float:
    program, *arguments = command.split()
    path = _program(program)
    begin = time.perf_counter()
    subprocess.run([path, *arguments], check=True, capture_output=True)
    return time.perf_counter() - begin


def _program(command: str) -> str:
    """The script of this very environment, not of another on the path."""
    name = command.split(maxsplit=1)[0]
    return shutil.which(name, path=str(Path(sysconfig.get_path("scripts")))) or ""
