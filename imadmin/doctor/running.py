"""Running probes: side by side, bounded in time, and told in their order as soon as that can be."""

from __future__ import annotations

import threading
import time
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from imadmin.plugins.load import describe
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from imadmin.access import Access
    from imadmin.records import Probe

__all__ = ["LATE", "SECONDS", "Told", "by_probe", "examine", "unfinished"]

SECONDS: Final = 60.0
"""That everything together may take."""

LATE: Final = "time"
"""The subject of what is said of a probe that was given up."""

_POLL_SECONDS: Final = 0.2  # on Windows a wait without an end does not hear Ctrl-C
_MISUSE: Final = "gave something that is no finding"
_Said: TypeAlias = "SimpleQueue[Finding | None]"


class _Thread(threading.Thread):
    """Of a probe."""


class Told(NamedTuple):
    """A finding, and the probe that it is of."""

    probe: Probe
    finding: Finding


def examine(probes: Sequence[Probe], access: Access, seconds: float = SECONDS) -> Iterator[Told]:
    """Run all probes, each in a thread of its own; one that breaks costs no other.

    A probe that is not done in time is given up: its thread is a daemon, and what it still finds is not told.

    Args:
        probes: in the order in which they are told.
        access: for all of them.
        seconds: for all of them together.
    """
    end = time.monotonic() + seconds
    running = [(probe, _started(probe, access)) for probe in probes]
    for probe, said in running:
        yield from (Told(probe, finding) for finding in _heard(said, end, seconds))


def unfinished(seconds: float | None = None) -> bool:
    """Whether a probe is still at it, after waiting so long for all of them; None waits until none is.

    Python does not survive its own end while one is: a thread in a library of C++ would abort the process.
    """
    end = None if seconds is None else time.monotonic() + seconds
    threads = [thread for thread in threading.enumerate() if isinstance(thread, _Thread)]
    for thread in threads:
        thread.join(None if end is None else max(0.0, end - time.monotonic()))
    return any(thread.is_alive() for thread in threads)


def by_probe(told: Iterable[Told]) -> list[tuple[Probe, list[Finding]]]:
    """Each probe with what it found, in their order."""
    groups = groupby(told, key=lambda one: id(one.probe))
    listed = [list(group) for _, group in groups]
    return [(group[0].probe, [one.finding for one in group]) for group in listed]


def _started(probe: Probe, access: Access) -> _Said:
    said: _Said = SimpleQueue()
    _Thread(target=_run, args=(probe, access, said), name=probe.name, daemon=True).start()
    return said


def _run(probe: Probe, access: Access, said: _Said) -> None:
    try:
        for finding in probe.run(access):
            said.put(_checked(probe, finding))
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything
        said.put(Finding(probe.name, Status.ERROR, f"the probe broke: {describe(error)}"))
    said.put(None)


def _checked(probe: Probe, given: object) -> Finding:
    return given if isinstance(given, Finding) else Finding(probe.name, Status.ERROR, _MISUSE)


def _heard(said: _Said, end: float, seconds: float) -> Iterator[Finding]:
    while True:
        try:
            finding = said.get(timeout=max(0.0, min(_POLL_SECONDS, end - time.monotonic())))
        except Empty:
            if time.monotonic() < end:
                continue
            yield _late(seconds)
            return
        if finding is None:
            return
        yield finding


def _late(seconds: float) -> Finding:
    what = f"the rest was not done after {seconds:g} seconds, and was given up"
    return Finding(LATE, Status.ERROR, what, remedy="Give it longer: --timeout SECONDS")
