"""The elements that hold others: a frame is one that is open, and knows what its children mean."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from imadmin.shells.clixml.faults import DocumentError
from imadmin.shells.clixml.primitives import INTEGERS
from imadmin.shells.clixml.values import EnumValue, PSObject

if TYPE_CHECKING:
    from imadmin.shells.clixml.known import Known
    from imadmin.shells.clixml.names import Names

__all__ = ["Attributes", "Content", "Frame", "ObjectFrame", "TypesFrame", "ValuesFrame"]

Attributes = dict[str, str]


class Content(Enum):
    """What is in a child element that needs no frame."""

    TEXT = auto()
    NOTHING = auto()


_TEXT = Content.TEXT
_NOT_TEXT = frozenset({"Obj", "Ref", "PR"})


class Frame:
    """An open element. As such: one whose children are text that nobody wants.

    Attributes:
        names: how the names of the children become keys, None where they are not properties.
        resume: how many skipped elements were open around this one.
    """

    __slots__ = ("known", "names", "resume")

    def __init__(self, known: Known, names: Names | None = None) -> None:
        self.known = known
        self.names = names
        self.resume = 0

    def open(self, _tag: str, _name: str | None, _attributes: Attributes) -> Frame | Content:
        """A child element begins."""
        return Content.TEXT

    def add(self, tag: str, name: str | None, value: object) -> None:
        """Take a child's value."""

    def close(self) -> None:
        """The element ended."""


class ValuesFrame(Frame):
    """An element whose children are values."""

    __slots__ = ()

    def open(self, tag: str, name: str | None, attributes: Attributes) -> Frame | Content:
        """An object, a reference to one, a progress record, or text."""
        if tag not in _NOT_TEXT:
            return _TEXT
        if tag == "Obj":
            return ObjectFrame(self, name, attributes.get("RefId"))
        if tag == "Ref":
            self.add(tag, name, self.known.find(attributes.get("RefId")))
        return Content.NOTHING


class ObjectFrame(ValuesFrame):
    """``<Obj>``: a record, a collection, a member of an enumeration, or a primitive with properties."""

    __slots__ = ("collection", "name", "parent", "primitive", "record", "ref", "to_string", "types", "wanted")

    def __init__(self, parent: Frame, name: str | None, ref: str | None, wanted: Names | None = None) -> None:
        """An object for *parent*, with the *wanted* properties only, None for all of them."""
        super().__init__(parent.known)
        self.parent = parent
        self.name = name
        self.ref = ref
        self.wanted = wanted
        self.types: tuple[str, ...] = ()
        self.to_string: str | None = None
        self.record: PSObject | None = None
        self.collection: list[object] | dict[object, object] | None = None
        self.primitive: tuple[str, object] | None = None
        self.known.begin(ref, self)

    def open(self, tag: str, name: str | None, attributes: Attributes) -> Frame | Content:
        """The parts of an object, or the value it wraps."""
        match tag:
            case "Props" | "MS":
                return _PropertiesFrame(self, self.known.names if self.wanted is None else self.wanted)
            case "TN":
                return TypesFrame(self.known, attributes.get("RefId"), self)
            case "TNRef":
                self.types = self.known.find_types(attributes.get("RefId"))
                return Content.NOTHING
            case "LST" | "IE" | "QUE" | "STK":
                return _ListFrame(self)
            case "DCT":
                return _DictionaryFrame(self)
        return super().open(tag, name, attributes)

    def add(self, tag: str, name: str | None, value: object) -> None:
        """What ``ToString()`` gave, or the value that the object wraps."""
        del name
        if tag == "ToString":
            self.to_string = str(value)
        else:
            self.primitive = tag, value

    def so_far(self) -> object:
        """The object, to which more may be added."""
        if self.collection is not None:
            return self.collection
        if self.primitive is not None:
            return self._wrapped(*self.primitive)
        if self.record is None:
            self.record = PSObject()
        return self.record

    def close(self) -> None:
        """Hand the object to the parent."""
        value = self.so_far()
        if self.record is not None:
            self.record.type_names = self.types
            self.record.to_string = self.to_string
        self.known.finish(self.ref, value)
        self.parent.add("Obj", self.name, value)

    def _wrapped(self, tag: str, value: object) -> object:
        if self.to_string is None or tag not in INTEGERS or not isinstance(value, int):
            return value
        return EnumValue(value, self.to_string, *self.types[:1])


class TypesFrame(Frame):
    """``<TN>``: the names of an object's type and its ancestors."""

    __slots__ = ("found", "owner", "ref")

    def __init__(self, known: Known, ref: str | None, owner: ObjectFrame | None = None) -> None:
        super().__init__(known)
        self.ref = ref
        self.owner = owner
        self.found: list[str] = []

    def add(self, tag: str, name: str | None, value: object) -> None:
        """A type's name, without the mark that the object came from another process."""
        del tag, name
        self.found.append(str(value).removeprefix("Deserialized."))

    def close(self) -> None:
        """Remember the names for later objects of the same type."""
        types = tuple(self.found)
        self.known.add_types(self.ref, types)
        if self.owner is not None:
            self.owner.types = types


class _PropertiesFrame(ValuesFrame):
    """``<Props>`` and ``<MS>``: values by name."""

    __slots__ = ("properties",)

    def __init__(self, owner: ObjectFrame, names: Names) -> None:
        super().__init__(owner.known, names)
        if owner.record is None:
            owner.record = PSObject()
        self.properties = owner.record

    def add(self, tag: str, name: str | None, value: object) -> None:
        """One property."""
        del tag
        if name is not None:
            self.properties[name] = value


class _ListFrame(ValuesFrame):
    """A list, stack, queue or other enumerable."""

    __slots__ = ("items",)

    def __init__(self, owner: ObjectFrame) -> None:
        super().__init__(owner.known)
        self.items: list[object] = []
        owner.collection = self.items

    def add(self, tag: str, name: str | None, value: object) -> None:
        """One item."""
        del tag, name
        self.items.append(value)


class _DictionaryFrame(Frame):
    """``<DCT>``: its children are entries."""

    __slots__ = ("items",)

    def __init__(self, owner: ObjectFrame) -> None:
        super().__init__(owner.known)
        self.items: dict[object, object] = {}
        owner.collection = self.items

    def open(self, tag: str, _name: str | None, _attributes: Attributes) -> Frame:
        """Only entries are expected."""
        if tag != "En":
            raise DocumentError(f"<{tag[:40]}> stands where a dictionary's entry should be")
        return _EntryFrame(self)


class _EntryFrame(ValuesFrame):
    """``<En>``: a key and a value."""

    __slots__ = ("items", "pair")

    def __init__(self, owner: _DictionaryFrame) -> None:
        super().__init__(owner.known)
        self.items = owner.items
        self.pair: dict[str | None, object] = {}

    def add(self, tag: str, name: str | None, value: object) -> None:
        """The key or the value."""
        del tag
        self.pair[name] = value

    def close(self) -> None:
        """Put the pair into the dictionary; an object as key is known by what ``ToString()`` gave."""
        if self.pair.keys() != {"Key", "Value"}:
            raise DocumentError("a dictionary's entry is not one key and one value")
        key = self.pair["Key"]
        if isinstance(key, PSObject):
            key = key.to_string
        if isinstance(key, (list, dict)):
            raise DocumentError("a dictionary's key is a collection")
        self.items[key] = self.pair["Value"]
