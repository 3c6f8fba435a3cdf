"""Reading and writing the XML of Exchange Web Services."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

Element = etree._Element  # noqa: SLF001 - the class has no public name

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES: Final = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES: Final = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS: Final = "http://schemas.microsoft.com/exchange/services/2006/errors"
_MAP: Final = {"m": MESSAGES, "t": TYPES}
_ILLEGAL: Final = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "\ufffd"
)


class HostileXmlError(ValueError):
    """The document is not well-formed, or uses what no request needs."""


def parse(body: bytes) -> Element:
    """Give the root of a document that has no DOCTYPE and is not nested beyond reason."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise HostileXmlError(str(error)) from None
    document = root.getroottree().docinfo
    if document.internalDTD is not None or document.doctype:
        raise HostileXmlError("a DOCTYPE is not allowed")
    return root


def m(name: str, *content: Element | str | None, **attributes: str) -> Element:
    """Make an element of the messages namespace."""
    return _make(f"{{{MESSAGES}}}{name}", content, attributes)


def t(name: str, *content: Element | str | None, **attributes: str) -> Element:
    """Make an element of the types namespace."""
    return _make(f"{{{TYPES}}}{name}", content, attributes)


def soap(name: str, *content: Element | str | None) -> Element:
    """Make an element of the SOAP namespace."""
    element = etree.Element(f"{{{SOAP}}}{name}", nsmap={"s": SOAP})
    _fill(element, content)
    return element


def serialise(element: Element) -> bytes:
    """Give the document as it is sent."""
    found: bytes = etree.tostring(element, encoding="utf-8", xml_declaration=True)
    return found


def prefixed(element: Element) -> str:
    """Give an element's name as `m:Name` or `t:Name`, and in full where it is of another namespace."""
    name = etree.QName(element)
    prefix = {MESSAGES: "m", TYPES: "t"}.get(name.namespace or "")
    return f"{prefix}:{name.localname}" if prefix else str(element.tag)


def local(element: Element) -> str:
    """Give an element's name without its namespace."""
    return str(etree.QName(element).localname)


def child(element: Element, name: str) -> Element | None:
    """Give the first child with this name, of either namespace."""
    return next((one for one in element if local(one) == name), None)


def need(element: Element, name: str) -> Element:
    """Give the first child with this name; the grammar has made sure of it."""
    found = child(element, name)
    if found is None:
        raise KeyError(name)
    return found


def text(element: Element | None, name: str = "") -> str | None:
    """Give the text of an element or of its child, None where it is missing."""
    found = child(element, name) if name and element is not None else element
    return None if found is None else found.text or ""


def attribute(element: Element, name: str, default: str = "") -> str:
    """Give an attribute."""
    return str(element.get(name, default))


def is_true(value: str | None) -> bool:
    """Read an xs:boolean."""
    return value is not None and value.strip() in ("true", "1")


def boolean(value: object) -> str:
    """Write an xs:boolean."""
    return "true" if value else "false"


def time(value: datetime) -> str:
    """Write a time as Exchange does: in UTC, to the second."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_time(value: str) -> datetime:
    """Read an xs:dateTime; one without a zone is in UTC."""
    found = datetime.fromisoformat(value.strip())
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def elements(element: Element) -> Iterator[Element]:
    """All elements of a tree."""
    return element.iter()


def _make(tag: str, content: tuple[Element | str | None, ...], attributes: dict[str, str]) -> Element:
    element = etree.Element(tag, attributes, nsmap=_MAP)
    _fill(element, content)
    return element


def _fill(element: Element, content: tuple[Element | str | None, ...]) -> None:
    for part in content:
        if isinstance(part, str):
            element.text = part.translate(_ILLEGAL)
        elif part is not None:
            element.append(part)
