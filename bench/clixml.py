"""CLIXML: how long the objects of Get-CsUser take to become records and rows, beside others' decoders."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cost import Cost, measure
from bench.users import ENCODINGS, write_users

if TYPE_CHECKING:
    import argparse

ROUNDS = 3
FEW = 1_000  # objects that the peers decode; their time for all would be minutes
MOST_TIME = 1.5  # of the bare loop
MOST_MEMORY = 60.0  # megabytes above the table
LEAST_GAIN = 15.0  # over each peer

_WHOLE = {
    "bare": "bare iterparse (expat) + clear",
    "records": "our decoder: 9 properties, records",
    "table": "our decoder: 9 properties, users table",
}
_PEERS = {
    "records": "our decoder: 9 properties",
    "everything": "our decoder: all properties",
    "pypsrp": "pypsrp Serializer",
    "psrpcore": "psrpcore deserialize_clixml",
}


def report(options: argparse.Namespace) -> bool:
    """Print the tables; whether all goals are reached."""
    rounds = options.rounds or ROUNDS
    print(f"clixml, {options.users:,} objects of Get-CsUser; best of {rounds} rounds, each in a new process")
    with tempfile.TemporaryDirectory(prefix="imadmin-bench-") as folder:
        goals = [_whole(Path(folder) / encoding, encoding, options.users, rounds) for encoding in ENCODINGS]
        goals.append(_peers(Path(folder) / "few", rounds))
    return all(goals)


def _whole(folder: Path, encoding: str, users: int, rounds: int) -> bool:
    path = folder / "skype" / "Get-CsUser.xml"
    write_users(path, users, encoding)
    best = _best(tuple(_WHOLE), path, rounds)
    _print_table(f"{encoding}, {path.stat().st_size / 1e6:.0f} MB", _WHOLE, best, "bare")
    path.unlink()
    above = best["table"].memory - best["table"].kept
    return _goals(
        {
            f"table, time: at most {MOST_TIME} of the bare loop": (
                best["table"].cpu / best["bare"].cpu <= MOST_TIME
                and best["table"].wall / best["bare"].wall <= MOST_TIME
            ),
            f"memory above the table ({best['table'].kept:.0f} MB): {above:.0f} MB, goal {MOST_MEMORY:.0f}": (
                above < MOST_MEMORY
            ),
        }
    )


def _peers(folder: Path, rounds: int) -> bool:
    path = folder / "skype" / "Get-CsUser.xml"
    write_users(path, FEW, "UTF-8")
    best = _best(tuple(_PEERS), path, rounds)
    _print_table(f"UTF-8, the first {FEW:,} objects", _PEERS, best, "records")
    return _goals(
        {
            f"at least {LEAST_GAIN:.0f} times as quick as {peer}, for 9 properties": (
                best[peer].cpu / best["records"].cpu >= LEAST_GAIN
            )
            for peer in ("pypsrp", "psrpcore")
        }
    )


def _best(works: tuple[str, ...], path: Path, rounds: int) -> dict[str, Cost]:
    costs: dict[str, list[Cost]] = {work: [] for work in works}
    for _ in range(rounds):
        for work in works:
            costs[work].append(measure(work, path))
    return {work: _least(found) for work, found in costs.items()}


def _least(costs: list[Cost]) -> Cost:
    """The least time of each kind, but the most memory."""
    return Cost(
        min(cost.wall for cost in costs),
        min(cost.cpu for cost in costs),
        max(cost.memory for cost in costs),
        min(cost.kept for cost in costs),
    )


def _print_table(title: str, names: dict[str, str], best: dict[str, Cost], unit: str) -> None:
    print(f"\n{title:<40} {'CPU s':>7} {'ratio':>6} {'wall s':>7} {'ratio':>6} {'memory MB':>10}")
    for work, name in names.items():
        cost, one = best[work], best[unit]
        print(
            f"{name:<40} {cost.cpu:7.2f} {cost.cpu / one.cpu:6.2f} {cost.wall:7.2f}"
            f" {cost.wall / one.wall:6.2f} {cost.memory:10.1f}"
        )


def _goals(goals: dict[str, bool]) -> bool:
    for goal, reached in goals.items():
        print(f"{'reached' if reached else 'MISSED'}: {goal}")
    return all(goals.values())
