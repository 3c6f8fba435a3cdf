"""Items as MIME messages: what a client sends so."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC
from email import message_from_bytes
from email.policy import default as default_policy
from email.utils import getaddresses, parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from imadmin_lab.mail import Address, Attachment

if TYPE_CHECKING:
    from datetime import datetime
    from email.message import EmailMessage, MIMEPart

    from imadmin_lab.mail import Content

_PEOPLE: Final = {
    "to_recipients": "To",
    "cc_recipients": "Cc",
    "bcc_recipients": "Bcc",
    "reply_to": "Reply-To",
}


def with_mime(content: Content, text: str) -> Content:
    """Give *content* with what a MIME message in base64 says of it."""
    message = message_from_bytes(base64.b64decode(text), policy=default_policy)
    part = message.get_body(("html", "plain"))
    html = part is not None and part.get_content_subtype() == "html"
    people: dict[str, Any] = {field: _people(message, name) for field, name in _PEOPLE.items()}
    return replace(
        content,
        subject=message.get("Subject"),
        body="" if part is None else _text(part),
        body_type="HTML" if html else "Text",
        author=next(iter(_people(message, "From")), content.author),
        message_id=message.get("Message-ID", content.message_id),
        in_reply_to=message.get("In-Reply-To"),
        message_references=message.get("References"),
        sent=_date(message["Date"]) or content.sent,
        attachments=tuple(map(_attachment, message.iter_attachments())),
        **people,
    )


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(text)) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None


def _text(part: MIMEPart) -> str:
    """Give the text of a part, undecoded where its charset is not known."""
    try:
        return str(part.get_content())
    except LookupError:
        content = part.get_payload(decode=True)
        return content.decode("latin-1") if isinstance(content, bytes) else str(content)


def _people(message: EmailMessage, name: str) -> tuple[Address, ...]:
    found = getaddresses([str(one) for one in message.get_all(name, [])])
    return tuple(Address(shown, address) for shown, address in found if address)


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else part.as_bytes()
    inline = part.get_content_disposition() == "inline"
    return Attachment(
        part.get_filename() or "", data, part.get_content_type(), part.get("Content-ID"), inline
    )
