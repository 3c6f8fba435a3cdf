"""What a request means by a property: FieldURI, IndexedFieldURI and ExtendedFieldURI."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from . import xml
from .errors import EwsError, schema_violation

if TYPE_CHECKING:
    from .properties.registry import Property, Registry
    from .xml import Element

_URI: Final = re.compile(
    r"(?:item|message|calendar|task|contacts|distributionlist|postitem|folder|meeting|meetingRequest|conversation|"
    r"persona|person|rolemember|network|mailbox)"
    r":\w+"
)
_HEADERS = "InternetHeaders"
_NAMED_FROM = 0x8000


@dataclass(frozen=True)
class ExtendedPath:
    """An extended property: `key` is what it is stored by, `tag` its number where it has one."""

    key: str
    type: str
    attributes: tuple[tuple[str, str], ...]
    tag: int | None = None

    def element(self) -> Element:
        """Give the path as it was asked for."""
        return xml.t("ExtendedFieldURI", **dict(self.attributes))


@dataclass(frozen=True)
class ForeignPath:
    """A property that the schema knows and the items of the lab do not have."""

    uri: str


def read_path(element: Element, registry: Registry) -> Property | ExtendedPath | ForeignPath:
    """Give the property that an element names."""
    kind = xml.local(element)
    if kind == "ExtendedFieldURI":
        return extended(element)
    uri = xml.attribute(element, "FieldURI")
    if kind == "IndexedFieldURI":
        return _indexed(uri, xml.attribute(element, "FieldIndex"))
    if _URI.fullmatch(uri) is None:
        raise schema_violation(f"The 'FieldURI' attribute is invalid - The value '{uri}' is invalid.")
    return registry.by_uri.get(uri) or ForeignPath(uri)


def extended(element: Element) -> ExtendedPath:
    """Give the extended property that an ExtendedFieldURI names."""
    given = {str(name): str(value) for name, value in element.attrib.items()}
    kind = given["PropertyType"]
    key, tag = _key(given)
    return ExtendedPath(f"{key}:{kind}", kind, tuple(given.items()), tag)


def _indexed(uri: str, index: str) -> ExtendedPath | ForeignPath:
    if uri != "item:InternetMessageHeader":
        return ForeignPath(uri)
    given = {"DistinguishedPropertySetId": _HEADERS, "PropertyName": index, "PropertyType": "String"}
    return ExtendedPath(f"{_HEADERS}/{index.lower()}:String", "String", tuple(given.items()))


def _key(given: dict[str, str]) -> tuple[str, int | None]:
    match sorted(given.keys() - {"PropertyType"}):
        case ["PropertyTag"]:
            return _tag(given["PropertyTag"])
        case ["DistinguishedPropertySetId" as space, "PropertyName"]:
            name = given["PropertyName"]
            return f"{given[space]}/{name.lower() if given[space] == _HEADERS else name}", None
        case ["DistinguishedPropertySetId" as space, "PropertyId"]:
            return f"{given[space]}#{_number(given['PropertyId'])}", None
        case ["PropertyName", "PropertySetId" as space]:
            return f"{_guid(given[space])}/{given['PropertyName']}", None
        case ["PropertyId", "PropertySetId" as space]:
            return f"{_guid(given[space])}#{_number(given['PropertyId'])}", None
    raise EwsError("ErrorInvalidExtendedProperty")


def _tag(text: str) -> tuple[str, int]:
    number = _number(text)
    if not 0 < number < _NAMED_FROM:
        raise EwsError("ErrorInvalidExtendedProperty", "A property tag must be below 0x8000.")
    return f"0x{number:04x}", number


def _number(text: str) -> int:
    try:
        return int(text, 16 if text.lower().startswith("0x") else 10)
    except ValueError:
        raise EwsError("ErrorInvalidExtendedProperty") from None


def _guid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise EwsError("ErrorInvalidExtendedProperty") from None
