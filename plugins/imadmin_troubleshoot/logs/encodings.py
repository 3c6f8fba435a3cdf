"""The encoding of a log that nothing marks: UTF-16 without a mark, UTF-8, else a Windows code page."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.shells.marks import marked

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["Encoding", "encoding_of", "guessed"]

_HEAD: Final = 64 * 1024
_BLANK_MOST: Final = 1 << 30
_BLANK: Final = bytes(6)
"""Behind a mark of UTF-16 it makes that look like one of UTF-32."""
_ANSI: Final = "cp1252"
_UTF16_SHARE: Final = 0.5


class Encoding(NamedTuple):
    """How the text of a log is written.

    Attributes:
        codec: Python's name of it.
        width: of a character of ASCII, in bytes.
        start: where the text begins: behind the mark, and behind NULs with which a file that was never
            written to its end begins.
    """

    codec: str
    width: int
    start: int


def encoding_of(file: BinaryIO) -> Encoding:
    """The encoding of an open file, from its beginning; its position is anywhere afterwards."""
    head = file.read(_HEAD)
    codec, mark = marked(head[: 2 if head[2:8] == _BLANK else 4]) if head[:2] != b"\0\0" else ("", 0)
    if not mark:
        start, head = _behind_nuls(file, head)
        return _of(guessed(head), start)
    return _of(codec, mark)


def guessed(head: bytes) -> str:
    """The codec that the first bytes of an unmarked text look like."""
    pairs = max(len(head) // 2, 1)
    low = sum(1 for a, b in zip(head[::2], head[1::2], strict=False) if a and not b)
    high = sum(1 for a, b in zip(head[::2], head[1::2], strict=False) if b and not a)
    if max(low, high) > _UTF16_SHARE * pairs:
        return "utf-16-le" if low > high else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head.replace(b"\0", b""))
    except UnicodeDecodeError:
        return _ANSI
    return "utf-8"


def _of(codec: str, start: int) -> Encoding:
    width = 4 if "32" in codec else 2 if "16" in codec else 1
    return Encoding(codec, width, start)


def _behind_nuls(file: BinaryIO, head: bytes) -> tuple[int, bytes]:
    """Where the text begins, and its first bytes; characters stay whole, so an even place for UTF-16."""
    offset = 0
    while head and not head.strip(b"\0") and offset < _BLANK_MOST:
        offset += len(head)
        head = file.read(_HEAD)
    lead = len(head) - len(head.lstrip(b"\0"))
    lead -= lead % 2
    return offset + lead, head[lead:]
