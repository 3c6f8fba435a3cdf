"""From a file's bytes to its text, in the encodings that Windows PowerShell 5.1 and PowerShell 7 write."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from imadmin.shells.marks import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.export.saved import Saved

__all__ = ["Text", "read_text"]

_CHUNK = 64 * 1024
_SAY = "Say encoding: cp1252 (or another code page) for this shell in a deployment file, or save it as UTF-8."


class Text(NamedTuple):
    """The text of a file.

    Attributes:
        pieces: one after the other; taking them may raise `SourceError`.
        lossless: whether it was written in an encoding that has every character.
        codec: of the encoding.
    """

    pieces: Iterator[str]
    lossless: bool
    codec: str


def read_text(file: BinaryIO, saved: Saved) -> Text:
    """The text of *file*, which must be seekable: it is read twice where nothing marks its encoding.

    Raises:
        SourceError: its encoding cannot be told, or its bytes do not fit it.
    """
    head = file.read(4)
    file.seek(0)
    codec, mark = marked(head)
    lossless = bool(codec)
    if not codec:
        codec, lossless = _unmarked(file, saved)
    file.seek(mark)
    return Text(_decoded(file, codec, saved), lossless, codec)


def _unmarked(file: BinaryIO, saved: Saved) -> tuple[str, bool]:
    """The codec, and whether that is certain to have every character: pure ASCII may be all that was left."""
    ascii_only = True
    try:
        for piece in _pieces(file, "utf-8"):
            ascii_only = ascii_only and piece.isascii()
    except _UndecodableError as error:
        if saved.encoding:
            return _known(saved), False
        what = f"is neither UTF-8 nor marked as UTF-16 (byte {error.offset})"
        raise saved.fault(what, remedy=_SAY) from None
    return "utf-8", not ascii_only


def _known(saved: Saved) -> str:
    try:
        b"    ".decode(saved.encoding, "replace")  # codecs that do not give text are unknown to it as well
    except (LookupError, ValueError):
        raise saved.fault(f"there is no encoding {saved.encoding!r} to read it in", remedy=_SAY) from None
    return saved.encoding


def _decoded(file: BinaryIO, codec: str, saved: Saved) -> Iterator[str]:
    try:
        for piece in _pieces(file, codec):
            if "\0" in piece:
                raise saved.fault("holds NUL characters: a part of it is in another encoding, or no text")
            yield piece
    except _UndecodableError as error:
        remedy = _SAY if codec == saved.encoding else ""
        raise saved.fault(f"is not valid {codec.upper()} (byte {error.offset})", remedy=remedy) from None


class _UndecodableError(Exception):
    """Bytes do not fit the encoding, from *offset* in the file on."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def _pieces(file: BinaryIO, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)()
    more = True
    while more:
        begin = file.tell() - len(decoder.getstate()[0])
        data = file.read(_CHUNK)
        more = bool(data)
        try:
            text = decoder.decode(data, final=not more)
        except UnicodeError as error:
            raise _UndecodableError(begin + getattr(error, "start", 0)) from None
        if text:
            yield text
