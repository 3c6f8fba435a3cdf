"""Replies and forwards: new messages made from one that is there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imadmin_lab.mail import Content
from imadmin_lab.mail.derive import topic_of

from . import xml
from .errors import EwsError
from .properties.item import ITEM

if TYPE_CHECKING:
    from imadmin_lab.mail import Address

    from .call import Call
    from .xml import Element

RESPONSES: Final = ("ReplyToItem", "ReplyAllToItem", "ForwardItem")
_FIELDS: Final = ("Subject", "Body", "ToRecipients", "CcRecipients", "BccRecipients", "From")
_MARKS: Final = {"ForwardItem": "FW: "}


def read_response(call: Call, element: Element) -> Content:
    """Give the message that a ReplyToItem, ReplyAllToItem or ForwardItem stands for."""
    named = xml.child(element, "ReferenceItemId")
    if named is None:
        raise EwsError("ErrorInvalidReferenceItem", "The item that is answered is not named.")
    original = call.item_of(xml.attribute(named, "Id")).content
    content = replace(
        Content(),
        subject=_MARKS.get(xml.local(element), "RE: ") + topic_of(original.subject),
        in_reply_to=original.message_id or None,
        message_references=" ".join(filter(None, (original.message_references, original.message_id))) or None,
        conversation_index=_next(original.conversation_index, call),
        conversation_topic=topic_of(original.subject),
        body=_body(element, original.body),
        body_type=original.body_type,
        attachments=original.attachments if xml.local(element) == "ForwardItem" else (),
    )
    return _addressed(call, element, content, original)


def _addressed(call: Call, element: Element, content: Content, original: Content) -> Content:
    kind, author = xml.local(element), original.author
    if kind != "ForwardItem" and author is not None:
        content = replace(content, to_recipients=original.reply_to or (author,))
    if kind == "ReplyAllToItem":
        others = _others(call, (*original.to_recipients, *original.cc_recipients), content.to_recipients)
        content = replace(content, cc_recipients=others)
    for one in element:
        known = ITEM.by_element.get(xml.local(one))
        if known is None or known.element not in _FIELDS:
            continue
        value = known.kind.read(one)
        changes = (
            {"body": value[0], "body_type": value[1]} if known.element == "Body" else {known.field: value}
        )
        content = replace(content, **changes)
    return content


def _others(call: Call, people: tuple[Address, ...], known: tuple[Address, ...]) -> tuple[Address, ...]:
    skipped = {one.address.casefold() for one in known} | {call.own.address.casefold()}
    return tuple(one for one in people if one.address.casefold() not in skipped)


def _body(element: Element, original: str) -> str:
    return (xml.text(element, "NewBodyContent") or "") + original


def _next(index: bytes | None, call: Call) -> bytes | None:
    """Give the conversation index of an answer: five bytes are added to that of what it answers."""
    seconds = int(call.session.now.timestamp()) & 0xFFFFFFFF
    return None if index is None else index + seconds.to_bytes(4, "big") + b"\x00"
