"""The properties of items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from imadmin_lab.ews import ids, xml
from imadmin_lab.mail.derive import text_of_html

from . import bodies
from .kinds import (
    BASE64,
    BODY,
    BOOLEAN,
    FLAG,
    IMPORTANCE,
    INTEGER,
    RAW,
    RECIPIENTS,
    SENSITIVITY,
    SINGLE,
    STRINGS,
    TEXT,
    TIME,
)
from .registry import Property, Registry
from .sequences import MESSAGE

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Content, Item

_PREVIEW = 255


@dataclass(frozen=True)
class ItemView:
    """An item as somebody looks at it: `guid` is its mailbox's, `body` the wanted type of bodies."""

    item: Item
    guid: str
    body: str = "Best"

    @property
    def content(self) -> Content:
        """What a client said of it."""
        return self.item.content


def item_id(view: ItemView) -> Element:
    """Give the element that names an item."""
    number = ids.item_id(view.guid, view.item.folder, view.item.id)
    return xml.t("ItemId", Id=number, ChangeKey=ids.item_key(view.item))


def _parent(view: ItemView) -> Element:
    return xml.t("ParentFolderId", Id=ids.folder_id(view.guid, view.item.folder), ChangeKey=ids.PARENT_KEY)


def _conversation(view: ItemView) -> Element:
    return xml.t("ConversationId", Id=ids.conversation_id(view.guid, view.item.conversation))


def _rights(_: ItemView) -> Element:
    names = (
        "CreateAssociated",
        "CreateContents",
        "CreateHierarchy",
        "Delete",
        "Modify",
        "Read",
        "ViewPrivateItems",
    )
    allowed = {"Delete", "Modify", "Read", "ViewPrivateItems"}
    return xml.t("EffectiveRights", *(xml.t(name, xml.boolean(name in allowed)) for name in names))


def _responses(view: ItemView) -> Element | None:
    names = () if view.content.is_draft else ("ReplyToItem", "ReplyAllToItem")
    return xml.t("ResponseObjects", *map(xml.t, (*names, "ForwardItem")))


def _preview(view: ItemView) -> str:
    return " ".join(view.item.text_body.split())[:_PREVIEW]


def _unique_body(view: ItemView) -> Element:
    return bodies.body(view, "UniqueBody")


def _text_body(view: ItemView) -> Element:
    text = view.item.text_body or text_of_html(view.content.body)
    return xml.t("TextBody", text, BodyType="Text", IsTruncated="false")


def _said(name: str) -> Callable[[ItemView], Any]:
    return lambda view: getattr(view.item.content, name)


def _known(name: str) -> Callable[[ItemView], Any]:
    return lambda view: getattr(view.item, name)


def _some(name: str) -> Callable[[ItemView], Any]:
    return lambda view: getattr(view.item.content, name) or None


def _always(value: object) -> Callable[[ItemView], Any]:
    return lambda _: value


_IMPORTANCE = "case importance when 'Low' then 0 when 'High' then 2 else 1 end"
_SENSITIVITY = (
    "case sensitivity when 'Personal' then 1 when 'Private' then 2 when 'Confidential' then 3 else 0 end"
)

_P = Property
ITEM: Final = Registry(
    MESSAGE,
    (
        _P("item:MimeContent", RAW, bodies.mime, found=False, in_all=False),
        _P("item:ItemId", RAW, item_id, default=True),
        _P("item:ParentFolderId", RAW, _parent, in_all=True),
        _P("item:ItemClass", TEXT, _said("item_class"), "item_class", "item_class"),
        _P("item:Subject", TEXT, _said("subject"), "subject", "subject", default=True),
        _P("item:Sensitivity", SENSITIVITY, _said("sensitivity"), "sensitivity", _SENSITIVITY, default=True),
        _P("item:Body", BODY, bodies.body, "body", "text_body", default=True, found=False),
        _P("item:Attachments", RAW, bodies.attachments, default=True, found=False),
        _P("item:DateTimeReceived", TIME, _said("received"), "", "received"),
        _P("item:Size", INTEGER, _known("size"), "", "size", default=True),
        _P("item:Categories", STRINGS, _some("categories"), "categories", "categories"),
        _P("item:Importance", IMPORTANCE, _said("importance"), "importance", _IMPORTANCE),
        _P("item:InReplyTo", TEXT, _said("in_reply_to"), "in_reply_to", "in_reply_to"),
        _P("item:IsSubmitted", BOOLEAN, _said("is_submitted"), "", "is_submitted"),
        _P("item:IsDraft", BOOLEAN, _said("is_draft"), "", "is_draft"),
        _P("item:IsFromMe", BOOLEAN, _said("is_from_me"), "", "is_from_me"),
        _P("item:IsResend", BOOLEAN, _always(value=False), "", "0"),
        _P("item:IsUnmodified", BOOLEAN, lambda view: view.item.change == 1, "", "change = 1"),
        _P("item:InternetMessageHeaders", RAW, bodies.headers, found=False),
        _P("item:DateTimeSent", TIME, _said("sent"), "", "sent", default=True),
        _P("item:DateTimeCreated", TIME, _said("created"), "", "created"),
        _P("item:ResponseObjects", RAW, _responses, default=True, found=False),
        _P("item:ReminderDueBy", TIME, _said("reminder_due"), "reminder_due", "reminder_due"),
        _P("item:ReminderIsSet", BOOLEAN, _said("reminder_is_set"), "reminder_is_set", "reminder_is_set"),
        _P(
            "item:ReminderMinutesBeforeStart",
            INTEGER,
            _said("reminder_minutes"),
            "reminder_minutes",
            "reminder_minutes",
        ),
        _P("item:DisplayCc", TEXT, _known("display_cc"), "", "display_cc"),
        _P("item:DisplayTo", TEXT, _known("display_to"), "", "display_to"),
        _P("item:HasAttachments", BOOLEAN, _known("has_attachments"), "", "has_attachments", default=True),
        _P("item:Culture", TEXT, lambda view: view.content.culture or "en-US", "culture", "culture"),
        _P("item:EffectiveRights", RAW, _rights),
        _P("item:LastModifiedName", TEXT, _known("modified_by"), "", "modified_by"),
        _P("item:LastModifiedTime", TIME, _known("modified"), "", "modified"),
        _P("item:IsAssociated", BOOLEAN, _said("is_associated"), "", "is_associated", default=True),
        _P("item:ConversationId", RAW, _conversation),
        _P("item:UniqueBody", RAW, _unique_body, found=False, in_all=False),
        _P("item:Flag", FLAG, _said("flag"), "flag", "flag"),
        _P("item:InstanceKey", BASE64, lambda view: view.item.id.to_bytes(14, "big")),
        _P("item:Preview", TEXT, _preview, in_all=False),
        _P("item:TextBody", RAW, _text_body, found=False, in_all=False),
        _P("message:Sender", SINGLE, _said("sender"), "sender", "ews_people(sender)"),
        _P("message:ToRecipients", RECIPIENTS, _some("to_recipients"), "to_recipients",
           "ews_people(to_recipients)", default=True, found=False),
        _P("message:CcRecipients", RECIPIENTS, _some("cc_recipients"), "cc_recipients",
           "ews_people(cc_recipients)", default=True, found=False),
        _P("message:BccRecipients", RECIPIENTS, _some("bcc_recipients"), "bcc_recipients",
           "ews_people(bcc_recipients)", default=True, found=False),
        _P("message:IsReadReceiptRequested", BOOLEAN, _said("read_receipt"), "read_receipt",
           "read_receipt", default=True),
        _P("message:IsDeliveryReceiptRequested", BOOLEAN, _said("delivery_receipt"),
           "delivery_receipt", "delivery_receipt", default=True),
        _P("message:ConversationIndex", BASE64, _said("conversation_index"), "conversation_index"),
        _P("message:ConversationTopic", TEXT, _said("conversation_topic"), "", "conversation_topic"),
        _P("message:From", SINGLE, _said("author"), "author", "ews_people(author)", default=True),
        _P("message:InternetMessageId", TEXT, _some("message_id"), "message_id", "message_id", default=True),
        _P("message:IsRead", BOOLEAN, _said("is_read"), "is_read", "is_read", default=True),
        _P("message:IsResponseRequested", BOOLEAN, _said("is_response_requested"),
           "is_response_requested", "is_response_requested", default=True),
        _P("message:References", TEXT, _said("message_references"), "message_references",
           "message_references", default=True),
        _P("message:ReplyTo", RECIPIENTS, _some("reply_to"), "reply_to", "ews_people(reply_to)",
           default=True, found=False),
        _P("message:ReceivedBy", SINGLE, _said("received_by"), "", "ews_people(received_by)"),
        _P("message:ReceivedRepresenting", SINGLE, _said("received_by"), "", "ews_people(received_by)"),
    ),
)  # fmt: skip
