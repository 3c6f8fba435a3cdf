"""Bodies in the type that was asked for, attachments, headers and MIME."""

from __future__ import annotations

import base64
import html
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import TYPE_CHECKING, Final

from imadmin_lab.ews import ids, xml
from imadmin_lab.mail.derive import text_of_html

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Address, Attachment, Content

    from .item import ItemView

ATTACHED_ITEM: Final = "application/vnd.exchange-item+xml"
"""The content type under which an attached item is kept; clients are told message/rfc822."""


def body(view: ItemView, name: str = "Body") -> Element:
    """Give the body as HTML, as text, or as it is stored."""
    content, kind = view.content, view.content.body_type
    wanted = kind if view.body == "Best" else view.body
    text = content.body
    if wanted != kind:
        text = text_of_html(text) if wanted == "Text" else _page(text)
    return xml.t(name, text, BodyType=wanted, IsTruncated="false")


def attachments(view: ItemView) -> Element | None:
    """Give the list of attachments, without what is in them."""
    found = [attachment(view, one) for one in view.content.attachments]
    return xml.t("Attachments", *found) if found else None


def attachment(view: ItemView, one: Attachment, *, content: bool = False) -> Element:
    """Give one attachment."""
    is_item = one.content_type == ATTACHED_ITEM
    number = ids.attachment_id(view.guid, view.item.folder, view.item.id, one.id)
    return xml.t(
        "ItemAttachment" if is_item else "FileAttachment",
        xml.t("AttachmentId", Id=number),
        xml.t("Name", one.name),
        xml.t("ContentType", "message/rfc822" if is_item else one.content_type),
        xml.t("ContentId", one.content_id) if one.content_id else None,
        xml.t("Size", str(len(one.content))),
        xml.t("LastModifiedTime", xml.time(one.modified)) if one.modified else None,
        xml.t("IsInline", xml.boolean(one.is_inline)),
        None if is_item else xml.t("IsContactPhoto", "false"),
        _inside(one) if content else None,
    )


def _inside(one: Attachment) -> Element:
    if one.content_type == ATTACHED_ITEM:
        return xml.parse(one.content)
    return xml.t("Content", base64.b64encode(one.content).decode("ascii"))


def headers(view: ItemView) -> Element | None:
    """Give the headers that the message came with; a draft has none."""
    if view.content.is_draft:
        return None
    found = (xml.t("InternetMessageHeader", value, HeaderName=name) for name, value in _headers(view.content))
    return xml.t("InternetMessageHeaders", *found)


def mime(view: ItemView) -> Element:
    """Give the item as a MIME message."""
    content, message = view.content, EmailMessage(policy=SMTP)
    for name, value in _headers(content):
        message[name] = " ".join(value.split())
    if content.body_type == "HTML":
        message.set_content(text_of_html(content.body))
        message.add_alternative(content.body, subtype="html")
    else:
        message.set_content(content.body)
    for one in content.attachments:
        if one.content_type == ATTACHED_ITEM:
            continue  # it was never MIME
        main, _, sub = one.content_type.partition("/")
        message.add_attachment(
            one.content, maintype=main or "application", subtype=sub or "octet-stream", filename=one.name
        )
    return xml.t("MimeContent", base64.b64encode(message.as_bytes()).decode("ascii"), CharacterSet="UTF-8")


def _headers(content: Content) -> Iterator[tuple[str, str]]:
    people = {"From": (content.author,) if content.author else (), "To": content.to_recipients}
    people |= {"CC": content.cc_recipients, "Reply-To": content.reply_to}
    for name, listed in people.items():
        if listed:
            yield name, ", ".join(map(_person, listed))
    texts = {"Subject": content.subject, "Message-ID": content.message_id, "In-Reply-To": content.in_reply_to}
    texts |= {"References": content.message_references, "Thread-Topic": content.conversation_topic}
    yield from ((name, text) for name, text in texts.items() if text)
    if content.sent:
        yield "Date", format_datetime(content.sent)
    for key, value in content.extended.items():
        if key.startswith("InternetHeaders/"):
            yield key.partition("/")[2].partition(":")[0], value.values[0]


def _person(person: Address) -> str:
    return formataddr((person.name, person.address)) if person.address.isascii() else person.address


def _page(text: str) -> str:
    lines = "<br>\r\n".join(html.escape(line) for line in text.splitlines())
    return (
        "<html>\r\n<head>\r\n"
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>\r\n'
        f'<body>\r\n<div class="PlainText">{lines}</div>\r\n</body>\r\n</html>\r\n'
    )
