"""Running probes: side by side, bounded in time, and told in their order as soon as that can be."""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from imadmin.plugins.load import describe
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.access import Access
    from imadmin.records import Probe

__all__ = ["SECONDS", "Told", "examine"]

SECONDS: Final = 60.0
"""That everything together may take."""

_POLL_SECONDS: Final = 0.2  # on Windows a wait without an end does not hear Ctrl-C
_MISUSE: Final = "gave something that is no finding"
_Said: TypeAlias = "SimpleQueue[Finding | None]"


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


def _started(probe: Probe, access: Access) -> _Said:
    said: _Said = SimpleQueue()
    threading.Thread(target=_run, args=(probe, access, said), name=probe.name, daemon=True).start()
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
    return Finding("time", Status.ERROR, what, remedy="Give it longer: --timeout SECONDS")
