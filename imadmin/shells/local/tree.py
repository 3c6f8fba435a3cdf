"""A child process, and everything that it has started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["end", "start"]


def start(
    command: list[str], environment: Mapping[str, str], stdin: IO[bytes], stdout: IO[bytes], stderr: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a program that is out of reach of the terminal's Ctrl-C, and that opens no window.

    Raises:
        OSError: it cannot be started.
    """
    hidden = 0
    if sys.platform == "win32":
        hidden = subprocess.CREATE_NO_WINDOW
    return subprocess.Popen(  # noqa: S603 - the deployment names the program; the rest is constant
        command,
        env=environment,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        creationflags=hidden,
        start_new_session=True,  # of no effect on Windows
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """End it at once with all that it started, and wait until it has ended."""
    if sys.platform == "win32":
        taskkill = Path(os.environ["SYSTEMROOT"], "System32", "taskkill.exe")
        arguments = [str(taskkill), "/PID", str(process.pid), "/T", "/F"]
        subprocess.run(arguments, capture_output=True, check=False)  # noqa: S603 - nobody else's words
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
