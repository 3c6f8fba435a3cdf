"""Making text from files harmless to show.

A display name or a policy's name may hold anything: escape sequences that move the cursor or retitle the
window, characters that reverse the reading direction, halves of surrogate pairs that no file can hold.
They are shown by their codes, so that one sees that they are there.
"""

from __future__ import annotations

from functools import cache

__all__ = ["one_line", "printable", "spelt_in"]

_LAST_OF_C1 = 0x9F
_C0_DEL_C1 = (*range(0x20), *range(0x7F, _LAST_OF_C1 + 1))
_DIRECTION = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_LINE_ENDS = (0x2028, 0x2029)
_SURROGATES = range(0xD800, 0xE000)


def _code(point: int) -> str:
    return f"\\x{point:02x}" if point <= _LAST_OF_C1 else f"\\u{point:04x}"


@cache
def _codes(kept: str) -> dict[int, str]:
    points = (*_C0_DEL_C1, *_DIRECTION, *_LINE_ENDS, *_SURROGATES)
    return {point: _code(point) for point in points if chr(point) not in kept}


def printable(text: str) -> str:
    """*text* with every control character but line feed and tab shown by its code."""
    return text.translate(_codes("\n\t"))


def one_line(text: str) -> str:
    """*text* with every control character shown by its code, line feeds too; a tab becomes a blank."""
    return text.replace("\t", " ").translate(_codes(""))


def spelt_in(text: str, encoding: str) -> str:
    """*text* with a question mark for each character that *encoding* does not have."""
    try:
        return text.encode(encoding, "replace").decode(encoding)
    except LookupError:
        return text.encode("ascii", "replace").decode("ascii")
