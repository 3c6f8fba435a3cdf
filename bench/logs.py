"""Reading a client's text log beside a plain loop over its lines, and `grep -c`.

The loop looks for the same patterns, compiled, in each line; grep shows what only counting one of them costs.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.cost import MEGABYTE, measure
from imadmin_troubleshoot.logs.patterns import PATTERNS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

SIZE = 1000
ROUNDS = 2
GOAL = 2.5
MEMORY = 64.0
CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le"}


def report(options: argparse.Namespace) -> bool:
    """Print the table; whether ours is quicker by the goal, in every encoding, in the same memory."""
    size = options.megabytes or SIZE
    print(f"text log of {size:,} MB, best of {options.rounds or ROUNDS} alternating rounds")
    print("encoding   line loop s  grep -c s  imadmin s  ratio  MB held")
    with tempfile.TemporaryDirectory() as folder:
        reached = [_compared(Path(folder), name, size, options.rounds or ROUNDS) for name in CODECS]
    return all(reached)


def _compared(folder: Path, name: str, size: int, rounds: int) -> bool:
    path = folder / "Lync-UccApi-0.UccApilog"
    write(path, size * MEGABYTE, CODECS[name])
    ours, loops, greps, memory = [], [], [], 0.0
    for _ in range(rounds):
        loops.append(_loop(path, CODECS[name]))
        greps.append(_grep(path))
        cost = measure("client_log", path)
        ours.append(cost.wall)
        memory = max(memory, cost.memory)
    path.unlink()
    ratio = min(loops) / min(ours)
    grep = f"{min(greps):10.2f}" if min(greps) else f"{'-':>10}"
    print(f"{name:<9} {min(loops):12.2f} {grep} {min(ours):10.2f} {ratio:6.2f} {memory:8.1f}")
    return ratio >= GOAL and memory <= MEMORY


def write(path: Path, size: int, codec: str) -> None:
    """Write a log as a client does that was on for long: mostly remarks, now and then a sign-in."""
    block = "".join(_messages(500)).encode(codec)
    with path.open("wb") as file:
        for _ in range(max(size // len(block), 1)):
            file.write(block)


def _messages(count: int) -> Iterator[str]:
    stamp = "11/20/2026|08:30:01.123 1C6C:1B74"
    for number in range(count):
        yield f"{stamp} INFO  :: Sending Packet - 10.0.0.1:443 (From Local Address: 10.0.0.9:50123)\r\n"
        yield f"SUBSCRIBE sip:pool01.contoso.com SIP/2.0\r\nCall-ID: {number:032x}\r\n"
        yield f"CSeq: {number} SUBSCRIBE\r\n"
        yield "User-Agent: UCCAPI/16.0.20228.20190 OC/16.0.20228.20190\r\n" if number % 10 == 0 else ""
        for line in range(60):
            contact = f"presence of contact {number}, container {line}"
            yield f"{stamp} TRACE :: Subscription {line * number:08X}: {contact}\r\n"
        if number % 20 == 0:
            yield '<property name="EnableIMAutoArchiving" >true</property>\r\n'
        if number % 50 == 0:
            yield f"{stamp} INFO  :: POST https://mail.contoso.com/EWS/Exchange.asmx HTTP/1.1 503\r\n"


def _loop(path: Path, codec: str) -> float:
    begin = time.perf_counter()
    found = 0
    with path.open(encoding=codec, errors="replace") as file:
        for line in file:
            for pattern in PATTERNS:
                if pattern.search(line):
                    found += 1
    if not found:
        raise RuntimeError("the loop found nothing")
    return time.perf_counter() - begin


def _grep(path: Path) -> float:
    program = shutil.which("grep")
    if program is None:
        return 0.0
    begin = time.perf_counter()
    subprocess.run(
        [program, "-c", "-a", "EnableIMAutoArchiving", str(path)], check=False, capture_output=True
    )
    return time.perf_counter() - begin
