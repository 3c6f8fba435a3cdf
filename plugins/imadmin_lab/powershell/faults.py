"""Cmdlets that are slow, hang or fail, switched on and off by name while the lab runs."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, ClassVar, Final

from imadmin_lab.switches import Registry, Switchable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .cmdlet import CmdletError

KINDS: Final[Mapping[str, str]] = {
    "cmdlet-slow": "a cmdlet takes `seconds` before it begins, and after each object",
    "cmdlet-hang": "a cmdlet never comes to an end",
    "cmdlet-hang-after": "a cmdlet does its work, and never comes to an end",
    "cmdlet-drop-after": "a cmdlet does its work, and the connection ends before the client hears of it",
    "cmdlet-fail": "a cmdlet fails, and ends the pipeline",
    "cmdlet-fail-after": "a cmdlet writes an error after its output",
    "cmdlet-warn": "a cmdlet writes a warning",
}


@dataclass(eq=False)
class CmdletFault(Switchable):
    """One fault that is switched on.

    Attributes:
        name: A key of `KINDS`.
        cmdlet: Which; may have `*`.
        seconds: Of `cmdlet-slow`.
        error: Of `cmdlet-fail` and `cmdlet-fail-after`.
        text: Of `cmdlet-warn`.

    Raises:
        ValueError: There is no such fault, or one that fails has no error.
    """

    KNOWN: ClassVar[Collection[str]] = tuple(KINDS)

    cmdlet: str = "*"
    seconds: float = 1.0
    error: CmdletError | None = None
    text: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name.startswith("cmdlet-fail") and self.error is None:
            raise ValueError(f"{self.name} needs an error")

    def meets(self, cmdlet: str) -> bool:
        """Whether a call of this cmdlet is to suffer it."""
        return fnmatchcase(cmdlet.casefold(), self.cmdlet.casefold())


class CmdletFaults(Registry[CmdletFault]):
    """The faults of cmdlets that are on."""
