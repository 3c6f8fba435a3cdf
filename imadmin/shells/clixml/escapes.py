"""The ``_xHHHH_`` escapes that PowerShell uses for what XML cannot hold.

One escape is one UTF-16 unit, so a character beyond U+FFFF takes two. An underscore before an ``x`` is
itself escaped.
"""

from __future__ import annotations

import re

__all__ = ["escape", "unescape"]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNSAFE = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\U00010000-\U0010ffff]|_(?=[xX])")
_SURROGATE = re.compile("[\ud800-\udfff]")


def unescape(text: str) -> str:
    """The text that *text* stands for; half of a surrogate pair becomes U+FFFD."""
    if "_x" not in text:
        return text
    return _paired(_ESCAPED.sub(_character, text))


def escape(text: str) -> str:
    """The text as PowerShell writes it: `unescape` gives it back."""
    return _UNSAFE.sub(_units, text)


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _units(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass").hex().upper()
    return "".join(f"_x{units[start : start + 4]}_" for start in range(0, len(units), 4))


def _paired(text: str) -> str:
    if not _SURROGATE.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
