"""CreateItem, SendItem."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin_lab.ews import ids, xml
from imadmin_lab.ews.contents import read_item
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.ews.properties.item import ItemView, item_id
from imadmin_lab.ews.replies import RESPONSES, read_response
from imadmin_lab.ews.shapes import item_element_name
from imadmin_lab.mail import delivery, directory, items

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.call import Call
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Content, Folder, Item, Mailbox


class CreateItem(Operation):
    """Make items: drafts, or messages that are sent at once."""

    name = "CreateItem"
    container = "Items"

    def targets(self) -> Iterable[Element]:
        """The items to make."""
        return xml.need(self.request, "Items")

    def one(self, target: Element) -> Iterable[Element]:
        """Make one item."""
        answers = xml.local(target) in RESPONSES
        content = read_response(self.call, target) if answers else read_item(target)
        disposition = xml.attribute(self.request, "MessageDisposition")
        if not disposition and (answers or xml.local(target) == "Message"):
            raise EwsError(
                "ErrorMessageDispositionRequired", "MessageDisposition must be given for messages."
            )
        if disposition in ("", "SaveOnly"):
            yield self._saved(content)
            return
        yield self._sent(content, keep=disposition == "SendAndSaveCopy")

    def _saved(self, content: Content) -> Element:
        folder, now = self._folder("drafts"), self.call.session.now
        dated = replace(content, received=content.received or now, sent=content.sent or now)
        number = items.create(self.call.session, folder, _authored(self.call, folder, dated), self._name())
        return xml.m("Items", shown_id(self.call, self.call.known(number)))

    def _sent(self, content: Content, *, keep: bool) -> Element:
        folder = self._folder("sentitems") if keep else None
        outgoing = send(self.call, self.call.own if folder is None else self.call.owner_of(folder), content)
        if folder is not None:
            items.create(self.call.session, folder, outgoing, self._name())
        return xml.m("Items")

    def _folder(self, default: str) -> Folder:
        named = xml.child(self.request, "SavedItemFolderId")
        return self.call.distinguished(self.call.own, default) if named is None else self.call.target(named)

    def _name(self) -> str:
        return self.call.caller.mailbox.name if self.call.caller.mailbox else self.call.login


class SendItem(Operation):
    """Send drafts."""

    name = "SendItem"

    def prepare(self) -> None:
        """Find the folder for copies."""
        self.keep = xml.is_true(xml.attribute(self.request, "SaveItemToFolder"))
        self.named = xml.child(self.request, "SavedItemFolderId")
        if self.named is not None and not self.keep:
            raise EwsError("ErrorInvalidSendItemSaveSettings")

    def targets(self) -> Iterable[Element]:
        """The drafts to send."""
        return xml.need(self.request, "ItemIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Send one draft."""
        item = self.call.item(target)
        _refuse_stale(item, target)
        if item_element_name(item.content.item_class) != "Message":
            raise EwsError("ErrorInvalidItemForOperationSendItem")
        owner = directory.mailbox(self.call.session, item.mailbox)
        outgoing = send(self.call, owner, item.content)
        if self.keep:
            folder = self.call.target(self.named) if self.named is not None else None
            folder = folder or self.call.distinguished(owner, "sentitems")
            items.create(self.call.session, folder, outgoing, item.modified_by)
        items.delete(self.call.session, item)
        return ()


def send(call: Call, sender: Mailbox, content: Content) -> Content:
    """Send *content* from the mailbox *sender* and give it as it went out."""
    if not (content.to_recipients or content.cc_recipients or content.bcc_recipients):
        raise EwsError("ErrorInvalidRecipients")
    if content.author is not None:
        author = directory.by_address(call.session, content.author.address)
        if author is None or not directory.may_open(call.session, call.caller, author):
            raise EwsError("ErrorSendAsDenied")
        content = replace(content, author=author.owner)
    return delivery.send(call.session, sender, content)


def shown_id(call: Call, item: Item) -> Element:
    """Give an item with nothing but its id."""
    name = item_element_name(item.content.item_class)
    return xml.t(name, item_id(ItemView(item, call.guid(item.mailbox))))


def _authored(call: Call, folder: Folder, content: Content) -> Content:
    owner = call.owner_of(folder).owner
    return replace(content, author=content.author or owner, sender=content.sender or owner)


def _refuse_stale(item: Item, target: Element) -> None:
    key = target.get("ChangeKey")
    if key is None:
        raise EwsError("ErrorChangeKeyRequired")
    if ids.read_key(str(key)) != item.change:
        raise EwsError("ErrorStaleObject")
