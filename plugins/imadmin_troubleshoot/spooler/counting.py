"""Counting the files of one spool folder: each is asked for its time once, and none is opened."""

from __future__ import annotations

import os
import stat
import time
from array import array
from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.model.requirements import PROCESSING_TIMER

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Count", "count", "judged_ages"]

TIMER: Final = PROCESSING_TIMER.value
_NOT_MESSAGES: Final = frozenset({"desktop.ini", "thumbs.db"})
_DEEPEST: Final = 3
_CLOCK_AHEAD: Final = 24 * 3600.0
"""A time further ahead than this is not a clock's difference: no age can be told from it."""


class Count(NamedTuple):
    """What a folder holds; see `Spool`."""

    files: int = 0
    stuck: int = 0
    oldest: float | None = None
    newest: float | None = None
    ahead: float = 0.0
    undated: int = 0
    trouble: str = ""


def count(folder: str, now: float | None = None) -> Count:
    """Count the files in a folder and below it.

    Files that vanish meanwhile were sent, and count as not there. What cannot be listed is said in `trouble`.

    Args:
        folder: its path.
        now: seconds since the epoch; the moment of looking where it is None.
    """
    times: array[float] = array("d")
    troubles: list[str] = []
    _collect(folder, times, troubles, 0)
    counted = judged_ages(times, time.time() if now is None else now)
    return counted._replace(trouble=troubles[0] if troubles else "")


def judged_ages(times: array[float], now: float) -> Count:
    """Tell how many of these moments lie before the timer.

    A file's time is of the computer where it lies. One that is ahead of now says that the clock there is
    ahead, at least by so much; all ages are then told by that clock.
    """
    near = array("d", (moment for moment in times if moment <= now + _CLOCK_AHEAD))
    if not near:
        return Count(len(times), undated=len(times))
    newest, oldest = max(near), min(near)
    there = max(now, newest)
    stuck = sum(1 for moment in near if there - moment >= TIMER)
    ages = there - oldest, there - newest
    return Count(len(times), stuck, *ages, ahead=there - now, undated=len(times) - len(near))


def _collect(folder: str, times: array[float], troubles: list[str], depth: int) -> None:
    try:
        with os.scandir(folder) as entries:
            for entry in _entries(entries, troubles):
                _take(entry, times, troubles, depth)
    except FileNotFoundError:
        return
    except OSError as error:
        troubles.append(f"{folder}: {error.strerror or error}")


def _entries(entries: Iterator[os.DirEntry[str]], troubles: list[str]) -> Iterator[os.DirEntry[str]]:
    """The entries; a share may break while it is listed."""
    try:
        yield from entries
    except OSError as error:
        troubles.append(f"the listing broke off: {error.strerror or error}")


def _take(entry: os.DirEntry[str], times: array[float], troubles: list[str], depth: int) -> None:
    try:
        if entry.is_dir(follow_symlinks=False):
            if depth < _DEEPEST:
                _collect(entry.path, times, troubles, depth + 1)
            return
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError as error:
        troubles.append(f"a file cannot be asked for its time: {error.strerror or error}")
        return
    if stat.S_ISREG(found.st_mode) and entry.name.lower() not in _NOT_MESSAGES:
        times.append(found.st_mtime)
