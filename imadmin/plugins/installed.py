"""The entry points of what is installed, read from the `*.dist-info` folders on `sys.path`.

`importlib.metadata` says the same, and is asked wherever a distribution can lie in anything but a folder;
its import alone costs a third of the time of `imadmin plugins` (see bench/startup.py).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["InstalledEntry", "entry_points"]

_SUFFIXES = (".dist-info", ".egg-info")
_FILE = "entry_points.txt"


class InstalledEntry(NamedTuple):
    """An entry point and the distribution that installed it."""

    name: str
    value: str
    distribution: str
    version: str


def entry_points(group: str) -> list[InstalledEntry]:
    """All entry points of *group*, in the order of `sys.path`."""
    return list(_from_folders(group) if _only_folders() else _from_metadata(group))


def _only_folders() -> bool:
    """Whether everything importable lies in folders, so that reading these tells all."""
    own = [f for f in sys.meta_path if getattr(f, "__module__", "") != "_frozen_importlib_external"]
    return all(os.path.isdir(path or ".") or not os.path.exists(path) for path in sys.path) and not any(  # noqa: PTH110, PTH112 - pathlib costs its import
        hasattr(finder, "find_distributions") for finder in own
    )


def _from_folders(group: str) -> Iterator[InstalledEntry]:
    for place in dict.fromkeys(path or "." for path in sys.path):
        try:
            names = sorted(os.listdir(place))  # noqa: PTH208
        except OSError:
            continue
        for name in names:
            if name.endswith(_SUFFIXES):
                yield from _from_folder(os.path.join(place, name), name, group)  # noqa: PTH118


def _from_folder(folder: str, name: str, group: str) -> Iterator[InstalledEntry]:
    try:
        with open(os.path.join(folder, _FILE), encoding="utf-8") as file:  # noqa: PTH118, PTH123
            text = file.read()
    except OSError:
        return
    if group not in text:
        return
    distribution, _, version = name.rpartition(".")[0].partition("-")
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]").strip()
        elif section == group and "=" in line and not line.startswith("#"):
            entry, _, value = line.partition("=")
            yield InstalledEntry(
                entry.strip(), value.partition("[")[0].strip(), _normalised(distribution), version
            )


def _from_metadata(group: str) -> Iterator[InstalledEntry]:
    from importlib.metadata import distributions

    for distribution in distributions():
        for entry in distribution.entry_points:
            if entry.group == group:
                yield InstalledEntry(
                    entry.name,
                    f"{entry.module}:{entry.attr}" if entry.attr else entry.module,
                    _normalised(distribution.name),
                    distribution.version,
                )


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-")
