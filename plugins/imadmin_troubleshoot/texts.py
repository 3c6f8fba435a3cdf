"""The text of a small file that somebody saved or pasted, whatever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import SourceError
from imadmin.shells.marks import marked

from .logs.encodings import guessed

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["decoded", "text_of"]


def text_of(path: Path, largest: int) -> str:
    """The text of *path*, with line feeds as line ends.

    Raises:
        SourceError: it cannot be read, or is larger than *largest* bytes.
    """
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"cannot be read: {reason}", where=str(path)) from error
    if len(data) > largest:
        raise SourceError(f"is larger than {largest >> 20} MB, and not what it should be", where=str(path))
    return decoded(data)


def decoded(data: bytes) -> str:
    """The text of *data*; what does not fit its encoding is replaced."""
    codec, mark = marked(data[:4])
    text = data[mark:].decode(codec or guessed(data), "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
