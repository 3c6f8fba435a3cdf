"""`python -m tests.kills [OPERATION …]`: kill each operation at each of its boundaries, and see what is left.

For every operation of the catalog it prints the boundaries that a run passes, the points at which it was
killed, and how many of these were left consistent. What was interrupted is then finished, or taken back: by
turns, or with `--both` each of the two at each boundary. `--every N` tries each Nth boundary only.
"""

from __future__ import annotations

import argparse
import multiprocessing
import queue
import sys
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING

from imadmin.plugins import open_catalog
from tests.kills.cases import CASES
from tests.kills.trials import Bench, Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.kills.cases import Case

WORKERS = 2
WAYS: tuple[Way, ...] = ("finish", "take back")
Trial = tuple["Case", int, Way]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try, and print; 0 where all is consistent."""
    options = _options(arguments)
    operations = sorted(open_catalog().operations())
    missing = [name for name in operations if name not in CASES]
    benches = _benches()
    failures = len(missing)
    print(f"{'operation':<22}{'boundaries':>11}{'killed at':>11}{'consistent':>12}{'seconds':>9}")
    for name in options.operations or operations:
        if name in CASES:
            failures += _tried(CASES[name], options, benches)
    for name in missing:
        print(f"{name:<22} is not tried: tests/kills/cases.py does not know it")
    for bench in benches:
        bench.close()
    return 1 if failures else 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.kills", description=__doc__)
    parser.add_argument("operations", nargs="*", metavar="OPERATION", help="default: all")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only each Nth boundary")
    parser.add_argument("--both", action="store_true", help="finish and take back for each boundary")
    parser.add_argument("--verbose", action="store_true", help="name each boundary")
    return parser.parse_args(arguments)


def _benches() -> list[Bench]:
    """Two at a time; new processes are forked from one that has everything imported, where there is fork."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    context.set_forkserver_preload(["tests.kills.child", "tests.kills.labs"])
    return [Bench(context) for _ in range(WORKERS)]


def _tried(case: Case, options: argparse.Namespace, benches: list[Bench]) -> int:
    """Print a row; gives how many trials went wrong."""
    begin = time.monotonic()
    passed = benches[0].count(case)
    points = range(1, len(passed) + 1, options.every)
    ways = WAYS if options.both else ()
    trials = [(case, point, way) for point in points for way in ways or (WAYS[point // 2 % 2],)]
    wrong = _all(case, trials, benches)
    inconsistent = {point for point, _, _ in wrong}
    seconds = time.monotonic() - begin
    consistent = len(points) - len(inconsistent)
    counts = f"{len(passed):>11}{len(points):>11}{consistent:>12}"
    print(f"{case.operation:<22}{counts}{seconds:>9.0f}", flush=True)
    for point, way, why in wrong:
        print(f"    {point} ({passed[point - 1]}), then {way}: {why}", file=sys.stderr)
    if options.verbose:
        print("".join(f"    {count:>4} of: {what}\n" for what, count in Counter(passed).items()), end="")
    return len(wrong)


def _all(case: Case, trials: list[Trial], benches: list[Bench]) -> list[tuple[int, Way, str]]:
    waiting: queue.SimpleQueue[Trial] = queue.SimpleQueue()
    for trial in trials:
        waiting.put(trial)
    wrong: list[tuple[int, Way, str]] = []

    def work(bench: Bench) -> None:
        while True:
            try:
                _, point, way = waiting.get_nowait()
            except queue.Empty:
                return
            why = bench.killed(case, point, way)
            if why:
                wrong.append((point, way, why))

    workers = [threading.Thread(target=work, args=(bench,)) for bench in benches]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sorted(wrong)


if __name__ == "__main__":
    sys.exit(main())
