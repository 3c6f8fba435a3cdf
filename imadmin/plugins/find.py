"""Find plugins: entry points and loose files. Nothing is imported here."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from imadmin.firstparty import FIRST_PARTY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

__all__ = [
    "GROUP",
    "LOOSE_FOLDER",
    "Found",
    "blocked_by_environment",
    "default_folder",
    "find",
    "find_loose",
]

GROUP = "imadmin"
OWN_DISTRIBUTION = "imadmin"
LOOSE_FOLDER = "imadmin_plugins"


class Found(NamedTuple):
    """A plugin that could be loaded.

    Attributes:
        name: the entry point's name, or the file's without `.py`.
        value: what would be imported.
        distribution: who installed it, or the folder it lies in.
        version: of that distribution.
        load: imports it.
        refused: why it must not be imported, where that is known beforehand.
    """

    name: str
    value: str
    distribution: str
    version: str
    load: Callable[[], ModuleType]
    refused: str = ""

    @property
    def first_party(self) -> bool:
        """Whether it is one of imadmin's own."""
        return self.distribution == OWN_DISTRIBUTION and self.name in FIRST_PARTY

    @property
    def origin(self) -> str:
        """Distribution and version, for messages."""
        return f"{self.distribution} {self.version}".strip()


def find() -> list[Found]:
    """All entry points of group `imadmin`, imadmin's own first, then by name and distribution."""
    from imadmin.plugins.installed import entry_points

    seen: dict[tuple[str, str, str], Found] = {}
    for entry in entry_points(GROUP):
        found = Found(
            entry.name, entry.value, entry.distribution, entry.version, partial(_import, entry.value)
        )
        seen.setdefault((found.name, found.distribution, found.value), found)
    return sorted(seen.values(), key=lambda f: (not f.first_party, f.name, f.distribution, f.value))


def _import(value: str) -> ModuleType:
    from importlib import import_module

    module, _, attribute = value.partition(":")
    found = import_module(module.strip())
    for name in filter(None, attribute.strip().split(".")):
        found = getattr(found, name)
    return found


def find_loose(folder: str | Path) -> list[Found]:
    """The `*.py` files in *folder*, as plugins named after them; refused where others may write."""
    if not os.path.isdir(folder):  # noqa: PTH112 - pathlib costs its import, and mostly there is none
        return []
    from pathlib import Path

    root = Path(folder).resolve()
    refused = _writable_by_others(root)
    return [
        Found(path.stem, str(path), str(root), "", _file_loader(path), refused or _refused(path))
        for path in sorted(root.glob("*.py"))
        if not path.stem.startswith("_")
    ]


def _refused(path: Path) -> str:
    if not path.stem.isidentifier():
        return f"{path.name} cannot be imported; rename it: letters, digits and _ only"
    return _writable_by_others(path)


def default_folder() -> str:
    """The folder of loose plugins that nobody needs to name; empty where there is none."""
    return "" if sys.platform == "win32" else LOOSE_FOLDER


def _file_loader(path: Path) -> Callable[[], ModuleType]:
    def load() -> ModuleType:
        from importlib.util import module_from_spec, spec_from_file_location

        name = f"{LOOSE_FOLDER}.{path.stem}"
        spec = spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} cannot be imported")
        module = module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return module

    return load


def _writable_by_others(path: Path) -> str:
    """Why a file that is to be executed cannot be trusted; empty where it can."""
    if sys.platform == "win32":
        return ""  # the caller names the folder itself there: see docs/plugins.md
    try:
        status = path.stat()
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    if status.st_mode & 0o022:
        return f"others may write to {path}; run: chmod go-w '{path}'"
    if status.st_uid not in {os.getuid(), 0}:
        return f"{path} belongs to another user"
    return ""


def blocked_by_environment() -> frozenset[str]:
    """The names in IMADMIN_NO_PLUGINS, separated by commas."""
    names = os.environ.get("IMADMIN_NO_PLUGINS", "")
    return frozenset(name.strip() for name in names.split(",") if name.strip())
