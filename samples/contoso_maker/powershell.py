"""The PowerShell objects that the cmdlets' output is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_DNS, uuid5

from imadmin.shells.clixml import EnumValue, PSObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CREATED = "2021-03-15T09:30:00Z"
CHANGED = "2026-10-05T14:05:00Z"


def ps_object(type_name: str, to_string: str, properties: Mapping[str, object]) -> PSObject:
    """An object as Export-Clixml writes it: typed, with what its ToString() says."""
    return PSObject(properties, type_names=(type_name, "System.Object"), to_string=to_string)


def ps_enum(type_name: str, name: str, number: int) -> EnumValue:
    """A member of an enumeration."""
    return EnumValue(number, name, type_name)


def nulls(names: Iterable[str]) -> dict[str, object]:
    """Properties that nobody has configured."""
    return dict.fromkeys(names)


def guid(kind: str, name: str) -> str:
    """The same GUID for the same thing, each time the sample is made."""
    return str(uuid5(uuid5(NAMESPACE_DNS, "contoso.com"), f"{kind}:{name}"))


def words(text: str) -> tuple[str, ...]:
    """Names written one after another, as a tuple."""
    return tuple(text.split())
