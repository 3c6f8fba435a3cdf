"""Texts that stand where a value was: PowerShell writes them when a format cannot hold the value."""

from __future__ import annotations

import re

from imadmin.model.values import Lost

__all__ = ["shown", "stands_in"]

_STARTS = ("System.", "Microsoft.", "Deserialized.", "@{")
_TYPE = re.compile(
    r"(?:Deserialized\.)?(?:System|Microsoft)(?:[.+][A-Za-z_]\w*(?:`\d+)?)+(?:\[.*\])?\Z", re.DOTALL
)
_COLLECTION = re.compile(r"[A-Za-z_][\w.+]*(?:`\d+\[.*\]|\[,*\])\Z", re.DOTALL)
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def shown(text: str, *, lossless: bool = True) -> str | Lost:
    """The text itself, or `Lost` where it only stands for a value.

    Args:
        text: a value of the file.
        lossless: whether the file's encoding has every character. Where it has not, PowerShell has written
            a question mark for each that it lacks, and two names that differ may look the same.
    """
    gone = _REPLACED in text or (not lossless and "?" in text)
    return Lost(text) if gone or stands_in(text) else text


def stands_in(text: str) -> bool:
    """Whether it is the name of a .NET type, or `@{…}`: what PowerShell shows in place of an object."""
    if text.startswith(_STARTS):
        return bool(_TYPE.match(text)) or text.startswith("@{")
    return text.endswith("]") and bool(_COLLECTION.match(text))
