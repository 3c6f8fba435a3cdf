"""Telling UTF-8, UTF-16 and UTF-32 apart by a file's first bytes, as every reader of saved output has to."""

from __future__ import annotations

import codecs

__all__ = ["marked"]

_BOMS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def marked(head: bytes) -> tuple[str, int]:
    """The codec and how many bytes its mark takes; no codec where neither a mark nor a NUL tells it."""
    for mark, codec in _BOMS:
        if head.startswith(mark):
            return codec, len(mark)
    match [byte != 0 for byte in head[:2]]:
        case [True, False]:
            return "utf-16-le", 0
        case [False, True]:
            return "utf-16-be", 0
    return "", 0
