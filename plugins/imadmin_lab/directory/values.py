"""Typed property values, and how they are kept as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True)
class Enumerated:
    """A member of a .NET enumeration.

    Attributes:
        type_name: The enumeration.
        name: What its ToString() says.
        number: Its value.
    """

    type_name: str
    name: str
    number: int = 0


@dataclass(frozen=True)
class Nested:
    """An object inside an object.

    Attributes:
        type_name: Its .NET type.
        text: What its ToString() says.
        properties: Its own properties; without any it is only its text.
    """

    type_name: str
    text: str
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Version:
    """A System.Version, `7.0.2046.521`."""

    text: str


Value = (
    None
    | bool
    | int
    | float
    | str
    | UUID
    | datetime
    | timedelta
    | Enumerated
    | Nested
    | Version
    | list["Value"]
)
_TAG: Final = "$"


def to_json(properties: Mapping[str, Value]) -> str:
    """Properties as JSON."""
    return json.dumps(dict(properties), default=_tagged, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> dict[str, Value]:
    """The properties that were kept."""
    properties: dict[str, Value] = json.loads(text, object_hook=_untagged)
    return properties


def _tagged(value: object) -> dict[str, object]:
    match value:
        case UUID():
            return {_TAG: "guid", "text": str(value)}
        case datetime():
            return {_TAG: "datetime", "text": value.isoformat()}
        case timedelta():
            return {_TAG: "timespan", "seconds": value.total_seconds()}
        case Version():
            return {_TAG: "version", "text": value.text}
        case Enumerated():
            return {_TAG: "enum", "type": value.type_name, "text": value.name, "number": value.number}
        case Nested():
            properties = dict(value.properties)
            return {_TAG: "object", "type": value.type_name, "text": value.text, "properties": [properties]}
    raise TypeError(f"{type(value).__name__} is not a type of property value")


_READERS: Final[dict[str, Callable[[dict[str, object]], Value]]] = {
    "guid": lambda found: UUID(str(found["text"])),
    "datetime": lambda found: datetime.fromisoformat(str(found["text"])),
    "timespan": lambda found: timedelta(seconds=float(str(found["seconds"]))),
    "version": lambda found: Version(str(found["text"])),
    "enum": lambda found: Enumerated(str(found["type"]), str(found["text"]), int(str(found["number"]))),
    "object": lambda found: Nested(str(found["type"]), str(found["text"]), _only(found["properties"])),
}


def _untagged(found: dict[str, object]) -> object:
    tag = found.get(_TAG)
    return found if tag is None else _READERS[str(tag)](found)


def _only(found: object) -> dict[str, Value]:
    assert isinstance(found, list)  # noqa: S101 - as _tagged wrote it
    properties: dict[str, Value] = found[0]
    return properties
