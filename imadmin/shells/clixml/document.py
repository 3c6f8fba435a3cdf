"""What is outermost in a document: its root element and the entries in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.shells.clixml.faults import DocumentError
from imadmin.shells.clixml.frames import Frame, ObjectFrame, ValuesFrame

if TYPE_CHECKING:
    from imadmin.shells.clixml.frames import Attributes, Content
    from imadmin.shells.clixml.known import Known
    from imadmin.shells.clixml.names import Names

__all__ = ["Document", "Entry", "Root"]


class Entry(NamedTuple):
    """A top-level value and the *stream* it was written to: output, error, warning, verbose and so on."""

    stream: str
    value: object


class Document(Frame):
    """What is around the root element."""

    __slots__ = ("root",)

    def __init__(self, root: Root) -> None:
        super().__init__(root.known)
        self.root = root

    def open(self, tag: str, _name: str | None, _attributes: Attributes) -> Frame:
        """The root element, which must be that of CLIXML."""
        if tag != "Objs":
            raise DocumentError(f"this is not CLIXML: its root element is <{tag[:40]}>, not <Objs>")
        return self.root


class Root(ValuesFrame):
    """``<Objs>``: its children are the entries.

    Attributes:
        entries: those that are complete and not yet taken.
    """

    __slots__ = ("entries", "stream", "wanted")

    def __init__(self, known: Known, wanted: Names | None) -> None:
        """Records get the *wanted* properties only, None for all of them."""
        super().__init__(known)
        self.wanted = wanted
        self.stream = "output"
        self.entries: list[Entry] = []

    def open(self, tag: str, name: str | None, attributes: Attributes) -> Frame | Content:
        """An entry begins."""
        self.stream = attributes.get("S", "output").lower()
        if tag == "Obj":
            return ObjectFrame(self, name, attributes.get("RefId"), self.wanted)
        return super().open(tag, name, attributes)

    def add(self, tag: str, name: str | None, value: object) -> None:
        """An entry is complete."""
        del tag, name
        self.entries.append(Entry(self.stream, value))
