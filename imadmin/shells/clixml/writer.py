"""Writing CLIXML as Export-Clixml does, for saved answers of real systems and of pretended ones."""

from __future__ import annotations

import base64
import codecs
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from imadmin.shells.clixml.markup import NEWLINE, Markup
from imadmin.shells.clixml.numbers import decimal_text, float_text, integer_tag
from imadmin.shells.clixml.values import EnumValue, PSObject, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    _Container = PSObject | dict[Any, Any] | list[Any] | tuple[Any, ...]

__all__ = ["write"]

_ROOT = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"'
_LIST = ("System.Collections.ArrayList", "System.Object")
_DICTIONARY = ("System.Collections.Hashtable", "System.Object")
_ENUM = ("System.Enum", "System.ValueType", "System.Object")
_CUSTOM = "System.Management.Automation.PSCustomObject"
_ADDED_BY_REMOTING = frozenset({"PSComputerName", "RunspaceId", "PSShowComputerName"})


def write(
    file: BinaryIO, values: Iterable[object], *, encoding: Literal["utf-8", "utf-16"] = "utf-16"
) -> None:
    """Write *values* as top-level objects, each as soon as it comes.

    A value is None, a bool, int, float, Decimal, str or bytes, an `EnumValue`, or a list, dictionary or
    `PSObject` of values. A secret is written without its content.

    Args:
        file: where to.
        values: what to write.
        encoding: ``utf-16`` with a byte order mark is what Windows PowerShell 5.1 writes, ``utf-8``
            without one what PowerShell 7 does.

    Raises:
        TypeError: a value has no CLIXML form.
        ValueError: a number is too large for .NET, or a value is nested too deeply.
    """
    codec, mark = ("utf-16-le", codecs.BOM_UTF16_LE) if encoding == "utf-16" else ("utf-8", b"")
    writer = _Writer()
    file.write(mark + _ROOT.encode(codec))
    separator = ">" + NEWLINE
    for value in values:
        file.write(f"{separator}{writer.entry(value)}".encode(codec))
        separator = NEWLINE
    file.write((" />" if separator != NEWLINE else f"{NEWLINE}</Objs>").encode(codec))


class _Writer:
    """Numbers objects and types through the document."""

    def __init__(self) -> None:
        self._objects = 0
        self._types: dict[tuple[str, ...], int] = {}
        self._written: dict[int, int] = {}  # RefIds in the current entry, by identity
        self._markup = Markup()

    def entry(self, value: object) -> str:
        """One top-level value."""
        self._markup = Markup()
        self._written.clear()
        self._value(value)
        return str(self._markup)

    def _value(self, value: object, name: str | None = None) -> None:
        match value:
            case None:
                self._markup.empty("Nil", name=name)
            case Secret():
                self._markup.empty("SS", name=name)
            case EnumValue():
                self._enum(value, name)
            case PSObject() | dict() | list() | tuple():
                self._container(value, name)
            case _:
                self._markup.text(*_primitive(value), name=name)

    def _enum(self, value: EnumValue, name: str | None) -> None:
        self._begin_object(name)
        self._type_names(tuple(dict.fromkeys((value.type_name, *_ENUM))))
        self._markup.text("ToString", value.name)
        self._value(value.number)
        self._markup.end()

    def _container(self, value: _Container, name: str | None) -> None:
        if id(value) in self._written:
            self._markup.empty("Ref", name=name, ref=self._written[id(value)])
            return
        self._written[id(value)] = self._begin_object(name)
        match value:
            case PSObject():
                self._record(value)
            case dict():
                self._dictionary(value)
            case _:
                self._list(value)
        self._markup.end()

    def _begin_object(self, name: str | None) -> int:
        ref = self._objects
        self._objects += 1
        self._markup.begin("Obj", name=name, ref=ref)
        return ref

    def _record(self, value: PSObject) -> None:
        if value.type_names:
            self._type_names(value.type_names)
        if value.to_string is not None:
            self._markup.text("ToString", value.to_string)
        adapted = bool(value.type_names) and _CUSTOM not in value.type_names
        extended = {name for name in value if not adapted or name in _ADDED_BY_REMOTING}
        self._properties("Props", [(name, item) for name, item in value.items() if name not in extended])
        self._properties("MS", [(name, item) for name, item in value.items() if name in extended])

    def _properties(self, tag: str, properties: list[tuple[str, object]]) -> None:
        if properties:
            self._markup.begin(tag)
            for name, value in properties:
                self._value(value, name)
            self._markup.end()

    def _dictionary(self, value: dict[Any, Any]) -> None:
        self._type_names(_DICTIONARY)
        self._markup.begin("DCT")
        for key, item in value.items():
            self._markup.begin("En")
            self._value(key, "Key")
            self._value(item, "Value")
            self._markup.end()
        self._markup.end()

    def _list(self, value: Iterable[object]) -> None:
        self._type_names(_LIST)
        self._markup.begin("LST")
        for item in value:
            self._value(item)
        self._markup.end()

    def _type_names(self, names: tuple[str, ...]) -> None:
        ref = self._types.get(names)
        if ref is not None:
            self._markup.empty("TNRef", ref=ref)
            return
        ref = self._types[names] = len(self._types)
        self._markup.begin("TN", ref=ref)
        for name in names:
            self._markup.text("T", name)
        self._markup.end()


def _primitive(value: object) -> tuple[str, str]:
    """The tag and the text of a value without parts."""
    match value:
        case bool():
            return "B", "true" if value else "false"
        case str():
            return "S", value
        case int():
            return integer_tag(value), str(value)
        case float():
            return "Db", float_text(value)
        case bytes():
            return "BA", base64.b64encode(value).decode("ascii")
        case Decimal():
            return "D", decimal_text(value)
    raise TypeError(f"a value of type {type(value).__name__} has no CLIXML form")
