"""Reading the body of a request: counted or chunked, perhaps compressed, never larger than agreed."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_LINE: Final = 4096
_HEX: Final = re.compile(rb"[0-9A-Fa-f]{1,15}(?=\s*(;|\r\n))")
_WINDOW_BITS: Final = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class BodyError(Exception):
    """A body that is not read.

    Args:
        status: The HTTP status to answer with; what follows in the connection is undefined.
        reason: What is wrong.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status: Final = status


def read_body(stream: BinaryIO, headers: Mapping[str, str], limit: int) -> bytes:
    """The whole body, decompressed.

    Raises:
        BodyError: It is too large, cut short or not well-formed.
    """
    encoding = headers.get("Transfer-Encoding", "").strip().lower()
    if encoding not in {"", "chunked"}:
        raise BodyError(501, f"Transfer-Encoding {encoding} is not supported")
    body = (
        _chunked(stream, limit) if encoding else _counted(stream, headers.get("Content-Length", "0"), limit)
    )
    return _decompressed(body, headers.get("Content-Encoding", "identity").strip().lower(), limit)


def _counted(stream: BinaryIO, length: str, limit: int) -> bytes:
    if not length.strip().isdecimal():
        raise BodyError(400, f"Content-Length {length!r} is not a number")
    return _exactly(stream, _within(int(length), limit))


def _chunked(stream: BinaryIO, limit: int) -> bytes:
    parts: list[bytes] = []
    total = 0
    while size := _chunk_size(stream.readline(_MAX_LINE)):
        total = _within(total + size, limit)
        parts.append(_exactly(stream, size))
        if stream.readline(_MAX_LINE) != b"\r\n":
            raise BodyError(400, "a chunk does not end where it should")
    while stream.readline(_MAX_LINE) not in {b"\r\n", b""}:  # trailers
        pass
    return b"".join(parts)


def _chunk_size(line: bytes) -> int:
    digits = _HEX.match(line)
    if not digits:
        raise BodyError(400, f"{line!r} is not the size of a chunk")
    return int(digits[0], 16)


def _within(size: int, limit: int) -> int:
    if not 0 <= size <= limit:
        raise BodyError(413, f"bodies of more than {limit} bytes are not read")
    return size


def _exactly(stream: BinaryIO, size: int) -> bytes:
    body = stream.read(size)
    if len(body) != size:
        raise BodyError(400, f"the body ends after {len(body)} of {size} bytes")
    return body


def _decompressed(body: bytes, encoding: str, limit: int) -> bytes:
    if encoding == "identity" or not body:
        return body
    if encoding not in _WINDOW_BITS:
        raise BodyError(415, f"Content-Encoding {encoding} is not supported")
    inflater = zlib.decompressobj(_WINDOW_BITS[encoding])
    try:
        plain = inflater.decompress(body, limit + 1)
    except zlib.error as error:
        raise BodyError(400, f"the body is not {encoding}: {error}") from error
    _within(len(plain), limit)
    if not inflater.eof:
        raise BodyError(400, f"the {encoding} body is cut short")
    return plain
