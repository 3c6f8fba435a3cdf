"""Sorting what somebody points at by what it is: folders, logs, inventories, texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin import SourceError

from .logs.names import has_logs, is_log
from .spooler.finding import find
from .texts import decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["sorted_places"]

_INVENTORIES: Final = (".csv", ".json")
_HEAD: Final = 64 * 1024
_MARKS: Final = ("SIP/2.0", "<property name=")


def sorted_places(places: Iterable[Path]) -> dict[str, tuple[Path, ...]]:
    """Places by the keys of the section `troubleshoot:` that they are for.

    A folder is looked through for spool folders, and for logs where it, or a folder right in it, holds some.

    Raises:
        SourceError: one is not there.
    """
    found: dict[str, list[Path]] = {}
    for place in places:
        for key in _keys(place):
            found.setdefault(key, []).append(place)
    return {key: tuple(paths) for key, paths in found.items()}


def _keys(place: Path) -> Iterator[str]:
    if place.is_dir():
        yield from _of_folder(place)
    elif not place.exists():
        remedy = "Give a folder, a log, an inventory or a text."
        raise SourceError("there is no such file or folder", where=str(place), remedy=remedy)
    elif place.suffix.lower() in _INVENTORIES:
        yield "inventories"
    else:
        yield "logs" if is_log(place.name) or _reads_as_log(place) else "configuration"


def _reads_as_log(file: Path) -> bool:
    """Whether a file of another name holds what a client's log does."""
    if not file.is_file():
        return False
    try:
        with file.open("rb") as opened:
            head = decoded(opened.read(_HEAD))
    except OSError:
        return False
    return any(mark in head for mark in _MARKS)


def _of_folder(folder: Path) -> Iterator[str]:
    """A folder with logs is not complained about for having no spool folders."""
    logs = has_logs(folder)
    if logs:
        yield "logs"
    if not logs or any(one.person for one in find(folder)):
        yield "profiles"
