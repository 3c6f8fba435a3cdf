"""What `--report FORMAT[=PATH]` of this command asks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ReportTarget", "targets_of"]

_STANDARD_OUTPUT = "-"


class ReportTarget(NamedTuple):
    """A form of the result and where it goes.

    Attributes:
        path: of a file; empty for standard output.
    """

    format: str
    path: str


def targets_of(requests: Sequence[str], known: Sequence[str]) -> list[ReportTarget]:
    """What is asked for; the terminal's form besides, where nothing else goes to standard output.

    Raises:
        UsageError: there is no such form here, two want standard output, or there is no folder for a file.
    """
    found = [_target(request, known) for request in requests]
    printed = [target.format for target in found if not target.path]
    if len(printed) > 1:
        raise UsageError(f"only one report can go to standard output, not {' and '.join(printed)}")
    return found if printed else [ReportTarget("console", ""), *found]


def _target(request: str, known: Sequence[str]) -> ReportTarget:
    name, _, path = request.partition("=")
    if name not in known:
        raise UsageError(f"there is no report {name!r} here", remedy=f"There are: {', '.join(known)}.")
    if path and path != _STANDARD_OUTPUT and not Path(path).parent.is_dir():
        raise UsageError("cannot be written: there is no such folder", where=path)
    return ReportTarget(name, "" if path == _STANDARD_OUTPUT else path)
