"""What tens of thousands of probes leave behind: memory and descriptors."""

from __future__ import annotations

import gc
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, NamedTuple

import psutil  # type: ignore[import-untyped]

from bench.ews.crowd import clients_of, lanes_of
from bench.ews.goals import told
from imadmin.fleet import Fleet

if TYPE_CHECKING:
    from bench.ews.serving import Serving

MOST_BYTES: Final = 4_096  # for each mailbox
_EARLY: Final = 2_000  # by then all connections are made


class _Held(NamedTuple):
    bytes: int
    descriptors: int
    threads: int


def report(place: Serving, mailboxes: int) -> bool:
    """Print the table; whether the goals are reached."""
    before, early, late, after = _measured(place, mailboxes)
    print(f"ews, {mailboxes:,} mailboxes by imadmin.fleet: what the process holds")
    print(f"{'':<44} {'MB':>8} {'descriptors':>12} {'threads':>8}")
    rows = {"before": before, f"after {_EARLY:,}": early, f"after {mailboxes:,}": late, "closed": after}
    for name, held in rows.items():
        print(f"{name:<44} {held.bytes / 1e6:8.1f} {held.descriptors:12} {held.threads:8}")
    grown = (late.bytes - early.bytes) / (mailboxes - _EARLY)
    return told(
        {
            f"memory for each mailbox: {max(grown, 0):.0f} bytes, goal {MOST_BYTES}": grown <= MOST_BYTES,
            "no descriptor more": late.descriptors <= early.descriptors
            and after.descriptors <= before.descriptors,
            "no thread left": after.threads <= before.threads,
        }
    )


def _measured(place: Serving, mailboxes: int) -> list[_Held]:
    found = [_held()]
    with ExitStack() as stack, Fleet[str, str](lanes_of(clients_of(place, stack), mailboxes)) as fleet:
        for number, _ in enumerate(fleet, 1):
            if number in (_EARLY, mailboxes):
                found.append(_held())
    return [*found, _held()]


def _held() -> _Held:
    gc.collect()
    process = psutil.Process()
    descriptors = process.num_handles() if psutil.WINDOWS else process.num_fds()
    return _Held(process.memory_info().rss, descriptors, process.num_threads())
