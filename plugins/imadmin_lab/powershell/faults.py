"""Cmdlets that are slow, hang or fail, switched on and off by name while the lab runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from .cmdlet import CmdletError

CmdletFaultKind = Literal["slow", "hang", "fail", "fail-after", "warn"]
KINDS: Final = get_args(CmdletFaultKind)


@dataclass(eq=False)
class CmdletFault:
    """One fault that is switched on.

    Attributes:
        kind: `slow` waits before the cmdlet begins and after each object, `hang` never comes to an end,
            `fail` ends the pipeline with `error`, `fail-after` writes `error` after the output and goes on,
            `warn` writes `text` as a warning.
        cmdlet: Which; may have `*`.
        seconds: Of `slow`.
        error: Of `fail` and `fail-after`.
        text: Of `warn`.
        times: How often; None: until it is switched off.
    """

    kind: CmdletFaultKind
    cmdlet: str = "*"
    seconds: float = 1.0
    error: CmdletError | None = None
    text: str = ""
    times: int | None = None


class CmdletFaults:
    """The faults that are on; safe to use from several threads."""

    def __init__(self) -> None:
        self._active: Final[list[CmdletFault]] = []
        self._lock: Final = threading.Lock()

    def add(self, fault: CmdletFault) -> CmdletFault:
        """Switch a fault on.

        Raises:
            ValueError: There is no such kind, or `fail` has no error.
        """
        if fault.kind not in KINDS:
            raise ValueError(f"unknown fault {fault.kind!r}; known: {', '.join(KINDS)}")
        if fault.kind.startswith("fail") and fault.error is None:
            raise ValueError(f"{fault.kind} needs an error")
        with self._lock:
            self._active.append(fault)
        return fault

    def remove(self, fault: CmdletFault) -> None:
        """Switch a fault off."""
        with self._lock:
            if fault in self._active:
                self._active.remove(fault)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._active.clear()

    def take(self, cmdlet: str) -> list[CmdletFault]:
        """The faults that a call suffers; counted as happened."""
        with self._lock:
            hit = [f for f in self._active if fnmatchcase(cmdlet.casefold(), f.cmdlet.casefold())]
            for fault in hit:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._active.remove(fault)
            return hit
