"""How property names are spelt in a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.shells.clixml.escapes import unescape
from imadmin.shells.clixml.faults import DocumentError

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["Names"]

_REMEMBERED = 10_000


class Names(dict[str | None, str | None]):
    """From a name in the document to the record's key, None for a property that nobody asked for.

    A dictionary that fills itself: a document has few names and repeats each for every object. A name is
    compared without regard to case, as PowerShell does, and spelt as it was asked for.
    """

    def __init__(self, wanted: Collection[str] | None = None) -> None:
        super().__init__()
        self._wanted = None if wanted is None else {name.lower(): name for name in wanted}

    def __missing__(self, raw: str | None) -> str | None:
        if raw is None:
            raise DocumentError("a property has no name")
        name = unescape(raw)
        key = name if self._wanted is None else self._wanted.get(name.lower())
        if len(self) < _REMEMBERED:
            self[raw] = key
        return key
