"""Items as clients send them: elements to content."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from imadmin_lab.mail import Attachment, Content, Extended

from . import native, xml
from .errors import EwsError
from .mime import with_mime
from .paths import extended
from .properties.bodies import ATTACHED_ITEM
from .properties.item import ITEM
from .properties.kinds import BODY
from .shapes import item_element_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .paths import ExtendedPath
    from .properties.registry import Property
    from .xml import Element

_SUPPORTED: Final = ("Message", "PostItem")
_IGNORED: Final = ("ItemId", "MimeContent", "Attachments", "ExtendedProperty", "InternetMessageHeaders")
_AT_CREATION: Final = {"DateTimeReceived": "received", "DateTimeSent": "sent", "DateTimeCreated": "created"}
_UNKNOWN_CLASS = "IPM."


def read_item(element: Element) -> Content:
    """Give what a client says of a new item."""
    name = xml.local(element)
    if name not in _SUPPORTED:
        raise EwsError("ErrorInvalidOperation", f"The lab stores mail only, no {name}.")
    mime = xml.text(element, "MimeContent")
    start = Content(item_class="IPM.Post" if name == "PostItem" else "IPM.Note")
    start = with_mime(start, mime) if mime else start
    changes: dict[str, Any] = {}
    for one in element:
        changes |= _set(one)
    content = with_extended(replace(start, **changes), _extended(element))
    content = replace(content, attachments=content.attachments + _attachments(element))
    refuse_other_type(name, content.item_class)
    return content


def refuse_other_type(element_name: str, item_class: str) -> None:
    """Refuse a class that items of this element do not have."""
    if item_element_name(item_class) != element_name:
        raise EwsError("ErrorObjectTypeChanged")


def read_value(known: Property, element: Element) -> dict[str, Any]:
    """Give the fields of a content that an element sets."""
    if not known.field:
        raise EwsError("ErrorInvalidPropertySet", values={"FieldURI": known.uri})
    value = known.kind.read(element)
    return {"body": value[0], "body_type": value[1]} if known.kind is BODY else {known.field: value}


def with_extended(content: Content, values: Iterable[tuple[ExtendedPath, tuple[str, ...]]]) -> Content:
    """Give *content* with extended properties set, those with another name under that."""
    stored = dict(content.extended)
    for path, texts in values:
        known = native.of_item(path, ITEM)
        if known is None:
            stored[path.key] = Extended(path.type, _checked(path.type, texts))
        else:
            content = replace(content, **read_value(known, xml.t(known.element, texts[0])))
    return replace(content, extended=stored)


def read_extended(element: Element) -> tuple[ExtendedPath, tuple[str, ...]]:
    """Read an ExtendedProperty."""
    path = extended(element[0])
    values = (
        tuple(one.text or "" for one in element[1])
        if path.type.endswith("Array")
        else (element[1].text or "",)
    )
    return path, values


def read_attachment(element: Element) -> Attachment:
    """Read a FileAttachment, or an ItemAttachment, whose item is kept as it came."""
    name = xml.text(element, "Name") or ""
    if xml.local(element) == "ItemAttachment":
        return Attachment(name, xml.serialise(_attached_item(element)), ATTACHED_ITEM)
    return Attachment(
        name,
        base64.b64decode(xml.text(element, "Content") or ""),
        xml.text(element, "ContentType") or "application/octet-stream",
        xml.text(element, "ContentId"),
        xml.is_true(xml.text(element, "IsInline")),
    )


def _attached_item(element: Element) -> Element:
    found = next((one for one in element if xml.local(one) in _SUPPORTED), None)
    if found is None:
        raise EwsError("ErrorInvalidRequest", "The lab attaches mail and files only.")
    return found


def _set(element: Element) -> dict[str, Any]:
    name = xml.local(element)
    if name in _IGNORED:
        return {}
    known = ITEM.by_element.get(name)
    if known is None:
        raise EwsError("ErrorInvalidPropertySet", values={"Element": name})
    if name in _AT_CREATION:
        return {_AT_CREATION[name]: known.kind.read(element)}
    return read_value(known, element)


def _extended(element: Element) -> Iterable[tuple[ExtendedPath, tuple[str, ...]]]:
    return [read_extended(one) for one in element if xml.local(one) == "ExtendedProperty"]


def _attachments(element: Element) -> tuple[Attachment, ...]:
    found = xml.child(element, "Attachments")
    return () if found is None else tuple(map(read_attachment, found))


def _checked(kind: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(_one_checked(kind.removesuffix("Array"), text) for text in texts)
    except (ValueError, binascii.Error):
        raise EwsError("ErrorInvalidExtendedPropertyValue") from None


def _one_checked(kind: str, text: str) -> str:
    match kind:
        case "Integer" | "Short" | "Long":
            return str(int(text))
        case "Double" | "Float":
            return repr(float(text))
        case "Boolean":
            return xml.boolean({"true": True, "1": True, "false": False, "0": False}[text.strip().lower()])
        case "SystemTime":
            return xml.time(xml.read_time(text))
        case "Binary":
            return base64.b64encode(base64.b64decode(text, validate=True)).decode("ascii")
    return text
