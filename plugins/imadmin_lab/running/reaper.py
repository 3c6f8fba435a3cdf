"""Removes what a lab leaves behind: a process of its own, which outlives a lab that was killed.

It waits until the lab's end of a pipe is closed, in whatever way the lab ended, and removes the paths it was
given. It imports nothing but the standard library, and is started without site packages, to cost no time.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from pathlib import Path

_TRIES = 50
_PAUSE_SECONDS = 0.1


def remove(paths: list[Path]) -> None:
    """Remove files and folders; on Windows a file may be held for a moment after its process has ended."""
    for _ in range(_TRIES):
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):
                    path.unlink(missing_ok=True)
        if not any(path.exists() for path in paths):
            return
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    sys.stdin.buffer.read()
    remove([Path(argument) for argument in sys.argv[1:]])
