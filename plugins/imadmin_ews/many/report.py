"""The result: on the terminal by cause, and as lists of all mailboxes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from imadmin.commands import put, say, written

from .console import lines
from .lists import csv_pieces, json_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from imadmin_ews.command.targets import ReportTarget

    from .result import Result

__all__ = ["write"]

_PIECES: Final[Mapping[str, Callable[[Result], Iterator[str]]]] = {
    "console": lines,
    "csv": csv_pieces,
    "json": json_pieces,
}


def write(result: Result, targets: Sequence[ReportTarget]) -> None:
    """Write what was asked for; the terminal's form where nothing else goes to standard output.

    Raises:
        ConfigError: a file cannot be written.
    """
    for target in targets:
        pieces = _PIECES[target.format](result)
        if not target.path:
            for piece in pieces:
                put(piece)
            continue
        encoding = "utf-8-sig" if target.format == "csv" else "utf-8"  # by which Excel tells
        with written(Path(target.path), encoding=encoding) as file:
            file.writelines(pieces)
        say(f"written: {target.path}")
