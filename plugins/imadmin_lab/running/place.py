"""The folder of a lab: private, and gone when the lab has ended, however it ended."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin_lab.running import reaper

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PREFIX", "lab_folder", "reaped"]

PREFIX = "imadmin-lab-"


@contextmanager
def lab_folder() -> Iterator[Path]:
    """A new folder that only this user may look into, for as long as the context lasts."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))  # on Windows, private by the ACL of its parent
    with reaped(folder):
        yield folder


@contextmanager
def reaped(*paths: Path) -> Iterator[None]:
    """Remove these files and folders at the end, also where this process is killed before."""
    process = _start_reaper(paths)
    try:
        yield
    finally:
        _, _ = process.communicate()


def _start_reaper(paths: tuple[Path, ...]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and paths
        [sys.executable, "-I", "-S", reaper.__file__, *map(str, paths)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C ends the lab, not its cleaning up
        creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),
    )
