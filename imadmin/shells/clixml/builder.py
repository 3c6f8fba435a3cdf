"""From the events of the XML parser to the document's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from imadmin.shells.clixml.document import Document, Root
from imadmin.shells.clixml.faults import DocumentError
from imadmin.shells.clixml.frames import Content, Frame, ObjectFrame, TypesFrame
from imadmin.shells.clixml.primitives import primitive

if TYPE_CHECKING:
    from typing import NoReturn

    from imadmin.shells.clixml.document import Entry
    from imadmin.shells.clixml.faults import Limits
    from imadmin.shells.clixml.frames import Attributes
    from imadmin.shells.clixml.known import Known
    from imadmin.shells.clixml.names import Names

__all__ = ["Builder"]

# The parser keeps an unfinished tag in memory and starts it anew with each piece.
_STALLED = 16
_LAST: Final = True
_LESS_DEPTH = "Save it again with Export-Clixml and a smaller -Depth."
_TEXT: Final = Content.TEXT
_REFERABLE = frozenset({"Obj", "TN"})


class Builder:
    """Takes the document's text piece by piece and gives the entries that are complete.

    `_start` and `_end` are called for every element of the document, and most elements of a large one are
    properties that nobody wants: for these both return at once, and their text is not even asked for.
    """

    def __init__(self, known: Known, wanted: Names | None, limits: Limits) -> None:
        self._known = known
        self._limits = limits
        self._root = Root(known, wanted)
        self._frame: Frame = Document(self._root)
        self._names: Names | None = None  # of the current frame
        self._outer: list[Frame] = []
        self._skip = 0  # how many elements are open that nobody wants
        self._leaf = ""  # the open element that holds text
        self._name: str | None = None  # of the leaf
        self._parts: list[str] = []  # of the leaf's text
        self._room = limits.depth  # how many more elements may be open inside the current frame
        self._elements = -1  # of the current entry; the root is not part of one
        self._complete = 0
        self._reached = -1  # the last byte position at the end of a piece
        self._stalled = 0  # for how many pieces it has been the same
        self._listen = self._parts.append
        self._parser = self._new_parser()

    def _new_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = 65536
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        return parser

    @property
    def line(self) -> int:
        """The line of the document that the parser has reached, 0 before it has any."""
        return self._parser.CurrentLineNumber if self._parser.CurrentByteIndex >= 0 else 0

    def feed(self, text: str) -> None:
        """Parse the next piece of the document."""
        self._parser.Parse(text)
        self._check_size()

    def finish(self) -> None:
        """The document ended: it must be complete."""
        try:
            self._parser.Parse("", _LAST)
        except expat.ExpatError:
            raise DocumentError(
                f"the file is truncated: it ends after {self._complete} complete objects"
            ) from None

    def take(self) -> list[Entry]:
        """The entries that were completed since the last call."""
        taken, self._root.entries = self._root.entries, []
        self._complete += len(taken)
        return taken

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._elements += 1
        if self._skip:
            self._pass_over(tag, attributes)
        elif self._leaf:
            raise DocumentError(f"<{tag[:40]}> stands inside <{self._leaf[:40]}>, which can only hold text")
        elif self._names is None:
            self._open(tag, attributes.get("N"), attributes)
        elif (name := self._names[attributes.get("N")]) is not None:
            self._open(tag, name, attributes)
        elif tag in _REFERABLE:
            self._pass_over(tag, attributes)
        else:
            self._skip = 1

    def _open(self, tag: str, name: str | None, attributes: Attributes) -> None:
        child = self._frame.open(tag, name, attributes)
        if child is _TEXT:
            self._leaf = tag
            self._name = name
            self._parser.CharacterDataHandler = self._listen
        elif isinstance(child, Frame):
            self._push(child)
        else:
            self._skip = 1
            if self._frame is self._root:
                self._end_entry()

    def _end(self, _tag: str) -> None:
        if self._skip:
            self._skip -= 1
        elif self._leaf:
            self._end_leaf()
        else:
            self._pop()

    def _end_leaf(self) -> None:
        self._parser.CharacterDataHandler = None
        text = "".join(self._parts)
        self._parts.clear()
        if len(text) > self._limits.text:
            self._refuse_text()
        tag, self._leaf = self._leaf, ""
        self._frame.add(tag, self._name, primitive(tag, text))
        if self._frame is self._root:
            self._end_entry()

    def _pass_over(self, tag: str, attributes: Attributes) -> None:
        """An element that nobody wants, unless something refers to it."""
        if tag in _REFERABLE and (frame := self._referable(tag, attributes.get("RefId"))):
            self._push(frame)
            return
        self._skip += 1
        if self._skip > self._room:
            self._refuse_depth()

    def _referable(self, tag: str, ref: str | None) -> Frame | None:
        if tag == "TN":
            return TypesFrame(self._known, ref)
        return ObjectFrame(Frame(self._known), None, ref) if self._known.needs(ref) else None

    def _push(self, frame: Frame) -> None:
        frame.resume = self._skip
        self._room -= 1 + self._skip
        self._skip = 0
        if self._room < 0:
            self._refuse_depth()
        self._outer.append(self._frame)
        self._frame = frame
        self._names = frame.names

    def _pop(self) -> None:
        frame, self._frame = self._frame, self._outer.pop()
        self._names = self._frame.names
        self._skip = frame.resume
        self._room += 1 + frame.resume
        frame.close()
        if self._frame is self._root:
            self._end_entry()

    def _end_entry(self) -> None:
        self._check_elements()
        self._elements = 0

    def _check_size(self) -> None:
        """What the handlers cannot notice, or need not for each element."""
        self._check_elements()
        if sum(map(len, self._parts)) > self._limits.text:
            self._refuse_text()
        reached = self._parser.CurrentByteIndex
        self._stalled = self._stalled + 1 if reached == self._reached else 0
        self._reached = reached
        if self._stalled > _STALLED:
            raise DocumentError("a single tag or comment is too long")

    def _check_elements(self) -> None:
        if self._elements > self._limits.elements:
            raise DocumentError(f"an object has more than {self._limits.elements:,} elements")

    def _refuse_text(self) -> NoReturn:
        raise DocumentError(f"a text value is longer than {self._limits.text:,} characters")

    def _refuse_depth(self) -> NoReturn:
        raise DocumentError(f"elements are nested deeper than {self._limits.depth}", _LESS_DEPTH)


def _refuse_doctype(*_: object) -> NoReturn:
    raise DocumentError("it has a DOCTYPE, which CLIXML never has; it is not read any further")
