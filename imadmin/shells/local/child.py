"""Running PowerShell once, to its end or to its deadline."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple

from imadmin.shells.local import tree

if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Event

__all__ = ["Ended", "Limits", "StoppedError", "run"]

_LOOK_SECONDS = 0.1
_SAID = 64 * 1024  # bytes of standard error that are looked at


class StoppedError(Exception):
    """It was ended before its time, with all that it had started; its argument says why."""


class Limits(NamedTuple):
    """When it is ended.

    Attributes:
        seconds: after its start.
        stop: set by whoever does not want it any more.
        size: bytes that it may write.
    """

    seconds: float
    stop: Event
    size: int


class Ended(NamedTuple):
    """How it ended.

    Attributes:
        status: its exit status; below 0 the signal that ended it.
        said: the beginning of what it wrote to standard error.
    """

    status: int
    said: bytes


def run(
    command: list[str], environment: Mapping[str, str], line: bytes, output: IO[bytes], limits: Limits
) -> Ended:
    """Run *command* with *line* on its standard input; what it writes goes to the file *output*.

    Files and no pipes: neither side can keep the other waiting.

    Raises:
        OSError: it cannot be started.
        StoppedError: one of the limits was reached.
    """
    with ExitStack() as stack:
        given, said = (stack.enter_context(TemporaryFile()) for _ in range(2))
        given.write(line)
        given.seek(0)
        process = tree.start(command, environment, given, output, said)
        try:
            status = _await(process, (output, said), limits)
        except BaseException:
            tree.end(process)
            raise
        said.seek(0)
        return Ended(status, said.read(_SAID))


def _await(process: subprocess.Popen[bytes], files: tuple[IO[bytes], ...], limits: Limits) -> int:
    deadline = time.monotonic() + limits.seconds
    while True:
        _check(files, limits, deadline)
        try:
            return process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue


def _check(files: tuple[IO[bytes], ...], limits: Limits, deadline: float) -> None:
    if limits.stop.is_set():
        raise StoppedError("was stopped: the shell was closed")
    if time.monotonic() > deadline:
        raise StoppedError(f"had not ended after {limits.seconds:g} seconds, and was stopped")
    if sum(_size(file) for file in files) > limits.size:
        raise StoppedError(f"wrote more than {limits.size:,} bytes, and was stopped")


def _size(file: IO[bytes]) -> int:
    """The child writes by a descriptor of its own."""
    return os.fstat(file.fileno()).st_size
