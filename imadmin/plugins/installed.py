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
    """All entry points of *group*, in the order of `sys.path`.

    Of a distribution that lies on `sys.path` twice the first counts, as it does for imports.
    """
    found: dict[str, list[InstalledEntry]] = {}
    for entries in _from_folders(group) if _only_folders() else _from_metadata(group):
        if entries:
            found.setdefault(entries[0].distribution, entries)
    return [entry for entries in found.values() for entry in entries]


def _only_folders() -> bool:
    """Whether everything importable lies in folders, so that reading these tells all."""
    own = [f for f in sys.meta_path if getattr(f, "__module__", "") != "_frozen_importlib_external"]
    return all(os.path.isdir(path or ".") or not os.path.exists(path) for path in sys.path) and not any(
        hasattr(finder, "find_distributions") for finder in own
    )


def _from_folders(group: str) -> Iterator[list[InstalledEntry]]:
    for place in dict.fromkeys(path or "." for path in sys.path):
        try:
            names = sorted(os.listdir(place))
        except OSError:
            continue
        for name in names:
            if name.endswith(_SUFFIXES):
                yield _from_folder(os.path.join(place, name), name, group)


def _from_folder(folder: str, name: str, group: str) -> list[InstalledEntry]:
    try:
        # A character that is not UTF-8 must cost its own plugin only, and that one visibly.
        with open(os.path.join(folder, _FILE), encoding="utf-8", errors="replace") as file:
            text = file.read()
    except OSError:
        return []
    distribution, _, version = name.rpartition(".")[0].partition("-")
    return _parsed(text, group, distribution, version)


def _from_metadata(group: str) -> Iterator[list[InstalledEntry]]:
    from importlib.metadata import distributions

    for distribution in distributions():
        try:
            text = distribution.read_text(_FILE) or ""
            if group in text:
                yield _parsed(text, group, distribution.metadata["Name"], distribution.version)
        except Exception:  # noqa: BLE001, S112 - one broken distribution must not hide the others
            continue


def _parsed(text: str, group: str, distribution: str, version: str) -> list[InstalledEntry]:
    if group not in text:
        return []
    found = []
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]").strip()
        elif section == group and "=" in line and not line.startswith("#"):
            entry, _, value = line.partition("=")
            module = value.partition("[")[0].strip()
            found.append(InstalledEntry(entry.strip(), module, _normalised(distribution), version))
    return found


def _normalised(name: str) -> str:
    return name.lower().replace("_", "-")
