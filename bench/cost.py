"""What a piece of work costs, measured in a process of its own: `python -m bench.cost WORK FILE`."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a piece of work took.

    Attributes:
        wall: seconds by the clock.
        cpu: seconds of all the process's threads.
        memory: the most that it held beyond what it held before, in megabytes.
        kept: how much of that is its result, in megabytes, where it has one that stays.
    """

    wall: float
    cpu: float
    memory: float
    kept: float = 0.0


def measure(work: str, path: Path) -> Cost:
    """Have the work done in a new process of this interpreter."""
    command = [sys.executable, "-m", "bench.cost", work, str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Cost(**json.loads(done.stdout))


def main(name: str, path: Path) -> None:
    """Do the work and print its cost as JSON; importing and preparing is not part of it."""
    from bench import works

    work = works.WORKS[name](path)
    before = _held()
    wall, cpu = time.perf_counter(), time.process_time()
    kept = work()
    cost = Cost(
        time.perf_counter() - wall,
        time.process_time() - cpu,
        (_most_held() - before) / MEGABYTE,
        (kept or 0) / MEGABYTE,
    )
    print(json.dumps(asdict(cost)))


def _held() -> int:
    import psutil  # type: ignore[import-untyped]

    return int(psutil.Process().memory_info().rss)


def _most_held() -> int:
    import psutil

    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
