"""Which files are logs of the client."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["has_logs", "is_etl", "is_log", "logs_below"]

_TEXT: Final = re.compile(r"(?i).*\.uccapilog(\.(bak|old|txt|\d+))?")
_ETL: Final = re.compile(r"(?i).*\.etl(\.(bak|old|\d+))?")
_DEEPEST: Final = 12


def is_log(name: str) -> bool:
    """Whether a file of this name is a client's log, of text or binary; also one that was put aside."""
    return _TEXT.fullmatch(name) is not None or is_etl(name)


def is_etl(name: str) -> bool:
    """Whether it is a binary trace."""
    return _ETL.fullmatch(name) is not None


def has_logs(folder: Path) -> bool:
    """Whether a folder, or one right in it, holds a log."""
    for place, folders, files in os.walk(folder):
        if any(map(is_log, files)):
            return True
        if place != str(folder):
            folders.clear()
    return False


def logs_below(folder: Path, lost: list[str]) -> Iterator[Path]:
    """The logs in a folder and below it, by name; what cannot be listed is added to *lost*."""
    depth = len(folder.parts)

    def complain(error: OSError) -> None:
        lost.append(f"{error.filename}: {error.strerror or error}")

    for place, folders, files in os.walk(folder, onerror=complain):
        here = folder.__class__(place)
        folders[:] = sorted(folders) if len(here.parts) - depth < _DEEPEST else []
        yield from (here / name for name in sorted(files) if is_log(name))
