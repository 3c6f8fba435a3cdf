"""From saved output to the verdict on everybody, beside one DuckDB script by hand for the same files.

The script reads the same CSV files, judges everybody by the eleven conditions that imadmin judges people by,
and groups its findings with counts and samples. It takes the files as they are: what imadmin does besides is
to tell what was lost or contradicts itself, to read every form of them, and to say what fixes it.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cost import measure
from bench.organisation import as_clixml, write_organisation
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    import argparse

    from bench.cost import Cost
    from imadmin.records import Event

ROUNDS = 3
SLOWEST = 4  # parts that are named
AS_OF = date(2026, 11, 20)
SIZES = (10_000, 100_000, 1_000_000)
MOST_TIME = 2.0  # of the script written by hand, for the largest
MOST_MEMORY = 600.0  # megabytes, for the largest
CLIXML = 100_000  # people for whom the same objects are read as CLIXML as well
_AS_CLIXML = "the same, from CLIXML (one round)"
_NAMES = {
    "by_hand": "one DuckDB script by hand: 11 conditions",
    "verdicts": "imadmin check: every check but live EWS",
}


def report(options: argparse.Namespace) -> bool:
    """Print the tables; whether all goals are reached."""
    rounds = options.rounds or ROUNDS
    print(
        f"verdicts, from CSV to the verdict on every person; best of {rounds} rounds, each in a new process"
    )
    found = {size: _size(size, rounds) for size in SIZES if size <= options.people}
    return _goals(found)


def _size(size: int, rounds: int) -> dict[str, Cost]:
    with tempfile.TemporaryDirectory(prefix="imadmin-bench-") as folder:
        write_organisation(Path(folder), size)
        costs: dict[str, list[Cost]] = {work: [] for work in _NAMES}
        for _ in range(rounds):
            for work in _NAMES:
                costs[work].append(measure(work, Path(folder)))
        best = _printed(size, costs)
        if size == CLIXML:
            _beside(Path(folder))
        _slowest(Path(folder))
    return best


def _printed(size: int, costs: dict[str, list[Cost]]) -> dict[str, Cost]:
    """The best of each, which it prints."""
    best = {work: min(found, key=lambda cost: cost.cpu) for work, found in costs.items()}
    print(
        f"\n{f'{size:,} people':<42} {'CPU s':>7} {'ratio':>6} {'wall s':>7} {'ratio':>6} {'memory MB':>10}"
    )
    one = best["by_hand"]
    for work, name in _NAMES.items():
        cost = best[work]
        print(
            f"{name:<42} {cost.cpu:7.2f} {cost.cpu / one.cpu:6.2f} {cost.wall:7.2f}"
            f" {cost.wall / one.wall:6.2f} {cost.memory:10.1f}"
        )
    return best


def _beside(folder: Path) -> None:
    """The same objects as CLIXML, for which there is nothing to compare with but our own reading of CSV."""
    with tempfile.TemporaryDirectory(prefix="imadmin-bench-") as target:
        as_clixml(folder, Path(target))
        cost = measure("verdicts", Path(target))
    print(f"{_AS_CLIXML:<42} {cost.cpu:7.2f} {'':6} {cost.wall:7.2f} {'':6} {cost.memory:10.1f}")


def _slowest(folder: Path) -> None:
    """Name the facts and checks that take the most time, each done alone."""
    events: list[Event] = []
    with open_session(Target.of(folder), tell=events.append, today=AS_OF) as session:
        for name in session.catalog.facts():
            session.facts.gather([name])
        session.check()
    done = sorted((event for event in events if event.seconds), key=lambda event: -event.seconds)
    named = ", ".join(f"{event.kind} {event.name} {event.seconds:.2f} s" for event in done[:SLOWEST])
    print(f"slowest parts, by the clock: {named}")


def _goals(found: dict[int, dict[str, Cost]]) -> bool:
    largest = max(found)
    ours, hand = found[largest]["verdicts"], found[largest]["by_hand"]
    goals = {
        f"{largest:,} people: at most {MOST_TIME} of the script by hand, CPU": ours.cpu
        <= MOST_TIME * hand.cpu,
        f"{largest:,} people: at most {MOST_TIME} of the script by hand, wall": ours.wall
        <= MOST_TIME * hand.wall,
        f"{largest:,} people: under {MOST_MEMORY:.0f} MB": ours.memory < MOST_MEMORY,
    }
    for less, more in zip(sorted(found), sorted(found)[1:], strict=False):
        grown = found[more]["verdicts"].cpu / found[less]["verdicts"].cpu
        goals[f"from {less:,} to {more:,} people: {grown:.1f} times, not above linear"] = grown <= more / less
    for goal, reached in goals.items():
        print(f"{'reached' if reached else 'MISSED'}: {goal}")
    return all(goals.values())
