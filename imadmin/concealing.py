"""What must not be quoted: the passwords of this process, in what a server says.

A gateway's error page may hold what it was sent. Whatever of it is shown, reported or kept is cleaned here.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["HIDDEN", "conceal", "without_secrets"]

HIDDEN: Final = "***"
_SHORTEST: Final = 6
"""What is shorter stands in many a text that tells no password."""

_known: Final[WeakKeyDictionary[Hashable, tuple[str, ...]]] = WeakKeyDictionary()
_lock: Final = threading.Lock()


def conceal(holder: Hashable, text: str) -> None:
    """Have *text* left out of what is quoted, as long as its *holder* lives."""
    if len(text) >= _SHORTEST:
        spellings = {text, text.encode("utf-8", "replace").decode("latin-1"), quote(text, safe="")}
        with _lock:
            _known[holder] = tuple(sorted(spellings, key=len, reverse=True))


def without_secrets(text: str) -> str:
    """What a server said, with `***` in place of each password that is known here."""
    with _lock:
        spellings = [one for known in _known.values() for one in known]
    for spelling in spellings:
        text = text.replace(spelling, HIDDEN)
    return text
