"""Objects in a pipeline, and those that come from the client."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from psrpcore import types

from imadmin_lab.directory import Enumerated, Nested
from imadmin_lab.directory.values import Version

if TYPE_CHECKING:
    from collections.abc import Mapping


_CUSTOM: Final = ("System.Management.Automation.PSCustomObject", "System.Object")
_INT32: Final = 1 << 31


@dataclass(frozen=True)
class Record:
    """An object with properties.

    Attributes:
        type_names: The .NET types, its own first.
        properties: In their order.
        text: What its ToString() says; None: nothing of its own.
        extended: Whether PowerShell added the properties, as Select-Object does; they are not the type's.
    """

    type_names: tuple[str, ...]
    properties: Mapping[str, object]
    text: str | None = None
    extended: bool = False

    def get(self, name: str) -> object:
        """A property, whatever the case of its name; None where it has none."""
        folded = name.casefold()
        return next((value for key, value in self.properties.items() if key.casefold() == folded), None)


def to_wire(value: object) -> object:
    """A value as psrpcore takes it, for error records: anything but plain values becomes its text."""
    match value:
        case bool() | int() | float() | str() | None:
            return value
        case list():
            return types.PSList([to_wire(item) for item in value])
        case dict():
            return types.PSDict({str(key): to_wire(item) for key, item in value.items()})
    return as_text(value)


def from_wire(value: object) -> object:  # noqa: PLR0911 - one for each kind
    """A value that a client sent, without psrpcore's types."""
    match value:
        case None | bool():
            return value
        case enum.Enum():
            return value.name
        case str():
            return str(value)
        case int():
            return int(value)
        case float():
            return float(value)
        case list():
            return [from_wire(item) for item in value]
        case dict():
            return {from_wire(key): from_wire(item) for key, item in value.items()}
        case types.PSObject():
            return _from_object(value)
    return value


def _from_object(value: types.PSObject) -> object:
    meta = value.PSObject
    properties = [*meta.adapted_properties, *meta.extended_properties]
    if not properties:
        return value if meta.to_string is None else meta.to_string
    names = tuple(name.removeprefix("Deserialized.") for name in meta.type_names) or _CUSTOM
    found = {item.name: from_wire(item.get_value(value)) for item in properties}
    return Record(names, found, meta.to_string)


def type_of(value: object) -> str:  # noqa: PLR0911 - one for each kind
    """The .NET name of a value's type, for messages."""
    match value:
        case bool():
            return "System.Boolean"
        case str():
            return "System.String"
        case int():
            return "System.Int32" if -_INT32 <= value < _INT32 else "System.Int64"
        case float():
            return "System.Double"
        case list():
            return "System.Object[]"
        case dict():
            return "System.Collections.Hashtable"
        case Record():
            return value.type_names[0]
    return "System.Object"


def as_text(value: object) -> str:
    """What a value's ToString() says."""
    match value:
        case None:
            return ""
        case Enumerated():
            return value.name
        case Nested() | Version():
            return value.text
        case Record():
            return value.text if value.text is not None else value.type_names[0]
    return str(value)
