"""What later elements of a document may refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from imadmin.shells.clixml.faults import DocumentError
from imadmin.shells.clixml.names import Names

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["Known", "Unfinished"]

_MOST_TYPES = 100_000


class Unfinished(Protocol):
    """An object that is still being built."""

    def so_far(self) -> object:
        """The object, to which more may be added."""


class Known:
    """Type names always; objects only where something in the document refers to them.

    Attributes:
        names: the spelling of all property names of the document.
    """

    def __init__(self, referenced: Container[str]) -> None:
        self.names = Names()
        self._referenced = referenced
        self._types: dict[str, tuple[str, ...]] = {}
        self._unfinished: dict[str, Unfinished] = {}
        self._objects: dict[str, object] = {}

    def needs(self, ref: str | None) -> bool:
        """Whether something refers to the object of that RefId."""
        return ref in self._referenced

    def begin(self, ref: str | None, frame: Unfinished) -> None:
        """An object begins: from now on it can be referred to, even from inside."""
        if ref is not None and ref in self._referenced:
            self._unfinished[ref] = frame

    def finish(self, ref: str | None, value: object) -> None:
        """An object is complete."""
        if ref is not None and ref in self._referenced:
            self._unfinished.pop(ref, None)
            self._objects[ref] = value

    def find(self, ref: str | None) -> object:
        """The object of that RefId, as far as it is built."""
        if ref in self._unfinished:
            return self._unfinished[ref].so_far()
        if ref not in self._objects:
            raise DocumentError(f"<Ref> names object {ref!a}, which is not in the document before it")
        return self._objects[ref]

    def add_types(self, ref: str | None, names: tuple[str, ...]) -> None:
        """Type names as ``<TN>`` gives them."""
        if ref is None:
            return
        self._types[ref] = names
        if len(self._types) > _MOST_TYPES:
            raise DocumentError(f"the document has more than {_MOST_TYPES:,} types")

    def find_types(self, ref: str | None) -> tuple[str, ...]:
        """The type names that ``<TNRef>`` means."""
        if ref not in self._types:
            raise DocumentError(f"<TNRef> names type {ref!a}, which is not in the document before it")
        return self._types[ref]
