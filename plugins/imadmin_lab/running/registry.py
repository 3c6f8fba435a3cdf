"""The labs that were started in the background: a private file each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.home import home, private_folder, write_private
from imadmin_lab.running import control, reaper
from imadmin_lab.running.place import PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Started", "record_path", "register", "running"]

_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class Started:
    """A lab that runs in the background.

    Attributes:
        name: what `--lab=NAME` and `imadmin lab stop NAME` call it.
        environment: variables that its deployment's credentials name.
        port: of its control channel on loopback.
        key: proves to it that the caller may read this file.
    """

    name: str
    scenario: str
    started: str
    pid: int
    folder: str
    deployment: str
    address: str
    environment: Mapping[str, str]
    port: int
    key: str

    def ask(self, request: Mapping[str, object]) -> dict[str, object]:
        """Ask the lab's process.

        Raises:
            OSError: it does not answer: it has ended.
        """
        return control.ask(self.port, bytes.fromhex(self.key), request)


def record_path(name: str) -> Path:
    """The file that tells of the lab of this name."""
    return private_folder(home() / "labs") / f"{name}{_SUFFIX}"


def register(lab: Started) -> None:
    """Tell others of a lab."""
    write_private(record_path(lab.name), json.dumps(asdict(lab), indent=1))


def running() -> dict[str, Started]:
    """The labs that answer, by name; what others left behind (the power was cut) is removed."""
    found = {}
    for path in sorted(private_folder(home() / "labs").glob(f"*{_SUFFIX}")):
        lab = _read(path)
        if lab is not None and _answers(lab):
            found[lab.name] = lab
        else:
            reaper.remove([path, *_left_by(lab)])
    return found


def _left_by(lab: Started | None) -> list[Path]:
    """Its folder; and nothing else, whatever the file names."""
    folder = Path(lab.folder) if lab is not None else None
    return [folder] if folder is not None and folder.name.startswith(PREFIX) else []


def _read(path: Path) -> Started | None:
    try:
        return Started(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _answers(lab: Started) -> bool:
    try:
        return bool(lab.ask({"do": "status"}).get("name") == lab.name)
    except (OSError, EOFError, ValueError):
        return False
