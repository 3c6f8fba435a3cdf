"""The header of a binary trace: when it began and ended, and how many events were lost.

What a trace's first event holds is documented (TRACE_LOGFILE_HEADER of evntrace.h); that it stands behind a
buffer header of 72 and an event header of 32 bytes is not, and is therefore checked by what is found there.
The messages themselves need Microsoft's symbols: they are not looked at.
"""

from __future__ import annotations

import os
import struct
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from .records import Trace

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["HEADER", "HEADER_SIZE", "OFFSET", "read_trace"]

OFFSET: Final = 104
HEADER_SIZE: Final = 280
HEADER: Final = struct.Struct("<IIIIqIIIIIIII")
"""Up to CpuSpeedInMHz: BufferSize, Version, ProviderVersion, NumberOfProcessors, EndTime, TimerResolution,
MaximumFileSize, LogFileMode, BuffersWritten, StartBuffers, PointerSize, EventsLost, CpuSpeedInMHz."""

_START_TIME: Final = {4: 256, 8: 264}
"""Where StartTime is, by the size of the two pointers before it."""
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_FIRST_YEAR: Final = 2000
_LAST_YEAR: Final = 2200
_MOST_PROCESSORS: Final = 4096
_UNKNOWN: Final = "its header is not what is documented; Windows' own tracerpt may say more"


def read_trace(path: Path) -> Trace:
    """What is known of a trace without its symbols."""
    try:
        if path.exists() and not path.is_file():
            return Trace(path, trouble="it is no file")
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            head = file.read(OFFSET + HEADER_SIZE)
    except (OSError, ValueError) as error:
        return Trace(path, trouble=getattr(error, "strerror", None) or str(error))
    modified = datetime.fromtimestamp(max(found.st_mtime, 0), UTC)
    try:
        began, ended, lost = _header(head[OFFSET:])
    except (ValueError, struct.error):
        trouble = _UNKNOWN if found.st_size else "it is empty"
        return Trace(path, found.st_size, modified, trouble=trouble)
    return Trace(path, found.st_size, modified, began, ended, lost)


def _header(head: bytes) -> tuple[datetime, datetime | None, int]:
    """When it began and ended, and the events lost.

    Raises:
        ValueError: this is no such header.
        struct.error: it is cut off.
    """
    size, _, _, processors, end, *_, pointer, lost, _ = HEADER.unpack_from(head)
    if pointer not in _START_TIME or not size or size % 1024 or not 0 < processors <= _MOST_PROCESSORS:
        raise ValueError(_UNKNOWN)
    (start,) = struct.unpack_from("<q", head, _START_TIME[pointer])
    began = _moment(start)
    return began, _moment(end) if end else None, lost


def _moment(filetime: int) -> datetime:
    """A FILETIME: tenths of a microsecond since 1601."""
    try:
        moment = _EPOCH + timedelta(microseconds=filetime // 10)
    except OverflowError as error:
        raise ValueError(_UNKNOWN) from error
    if not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise ValueError(_UNKNOWN)
    return moment
