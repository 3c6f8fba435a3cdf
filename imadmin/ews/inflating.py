"""Decompressing the body of an answer, as far as is expected of one."""

from __future__ import annotations

import http.client
import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from imadmin.ews.budget import Budget

__all__ = ["inflated"]

_GZIP: Final = 31
_ZLIB: Final = 15
_RAW: Final = -15
_NOT_COMPRESSED: Final = ("", "identity")
_ZLIB_METHOD: Final = 8


def inflated(body: bytes, encoding: str, budget: Budget) -> bytes:
    """The body, decompressed as far as the budget goes.

    Args:
        body: as it came.
        encoding: the Content-Encoding; of one that was not asked for the body may still be as it is.
        budget: of the question.

    Raises:
        TooLargeError: it is larger than the budget.
        http.client.HTTPException: it cannot be decompressed.
    """
    name = encoding.strip().lower()
    if not body or name in _NOT_COMPRESSED:
        return body
    if name not in {"gzip", "x-gzip", "deflate"}:
        return _as_it_is(body, name)
    try:
        return _members(body, _bits(body, name), budget)
    except zlib.error as error:
        raise http.client.HTTPException(f"the {encoding} answer cannot be decompressed: {error}") from None


def _as_it_is(body: bytes, name: str) -> bytes:
    """A body that only calls itself compressed is text."""
    if b"<" not in body[:200]:
        raise http.client.HTTPException(f"the answer is compressed in a way that was not asked for: {name}")
    return body


def _bits(body: bytes, name: str) -> int:
    """What zlib calls the format; `deflate` comes with zlib's header (RFC 9110), and from some without."""
    if name != "deflate":
        return _GZIP
    has_header = body[0] & 15 == _ZLIB_METHOD and int.from_bytes(body[:2], "big") % 31 == 0
    return _ZLIB if has_header else _RAW


def _members(body: bytes, bits: int, budget: Budget) -> bytes:
    """All members of it: one gzip may follow another (RFC 1952)."""
    plain = b""
    while body:
        inflater = zlib.decompressobj(bits)
        plain += inflater.decompress(body, budget.size + 1 - len(plain))
        budget.check(len(plain))
        if not inflater.eof:
            raise http.client.IncompleteRead(b"")
        body = inflater.unused_data.lstrip(b"\0") if bits == _GZIP else b""
    return plain
