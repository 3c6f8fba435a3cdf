"""What follows from an item's content: its size, how recipients are shown, which conversation it is in."""

from __future__ import annotations

import hashlib
import html
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .records import Address, Content

_PREFIX: Final = re.compile(r"^\s*[^\s:]{1,3}:\s+")
_INVISIBLE: Final = re.compile(r"<(head|style|script)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK: Final = re.compile(r"<(?:br|/p|/div|/tr|/h\d)\b[^>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^>]*>")
_HEAD_BYTES: Final = 512


def derived(content: Content) -> dict[str, Any]:
    """Give the columns that no client sets."""
    topic = (
        content.conversation_topic if content.conversation_topic is not None else topic_of(content.subject)
    )
    text = content.body if content.body_type == "Text" else text_of_html(content.body)
    return {
        "text_body": text,
        "conversation_topic": topic,
        "conversation": hashlib.md5(topic.lower().encode(), usedforsecurity=False).hexdigest(),
        "display_to": shown(content.to_recipients),
        "display_cc": shown(content.cc_recipients),
        "size": _size(content),
        "has_attachments": any(not attachment.is_inline for attachment in content.attachments),
    }


def topic_of(subject: str | None) -> str:
    """Give a subject without its `RE: `: what a conversation is about."""
    return _PREFIX.sub("", subject or "")


def text_of_html(body: str) -> str:
    """Give what a reader would see of *body*, roughly."""
    visible = _BREAK.sub("\r\n", _INVISIBLE.sub("", body))
    return html.unescape(_TAG.sub("", visible)).strip()


def shown(people: tuple[Address, ...]) -> str:
    """Give recipients as a line."""
    return "; ".join(person.name or person.address for person in people)


def _size(content: Content) -> int:
    people = (*content.to_recipients, *content.cc_recipients, *content.bcc_recipients)
    texts = [content.subject or "", content.body, *(text for person in people for text in person[:2])]
    extended = [value for found in content.extended.values() for value in found.values]
    files = sum(len(attachment.content) for attachment in content.attachments)
    return _HEAD_BYTES + files + sum(len(text.encode(errors="replace")) for text in texts + extended)
