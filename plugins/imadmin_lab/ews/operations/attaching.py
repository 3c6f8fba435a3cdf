"""GetAttachment, CreateAttachment, DeleteAttachment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin_lab.ews import ids, xml
from imadmin_lab.ews.contents import read_attachment
from imadmin_lab.ews.properties.bodies import attachment as shown
from imadmin_lab.ews.properties.item import ItemView
from imadmin_lab.mail import items

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Item


class GetAttachment(Operation):
    """Give attachments with what is in them."""

    name = "GetAttachment"
    writes = False
    container = "Attachments"

    def targets(self) -> Iterable[Element]:
        """The attachments asked for."""
        return xml.need(self.request, "AttachmentIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Give one attachment."""
        item, found = self.call.attachment(target)
        view = ItemView(item, self.call.guid(item.mailbox))
        yield xml.m("Attachments", shown(view, found, content=True))


class CreateAttachment(Operation):
    """Hang files or items on an item."""

    name = "CreateAttachment"
    container = "Attachments"

    def targets(self) -> Iterable[Element]:
        """What is to be hung on it."""
        return xml.need(self.request, "Attachments")

    def one(self, target: Element) -> Iterable[Element]:
        """Hang one of them on the item."""
        item = self.call.item(xml.need(self.request, "ParentItemId"))
        number = items.attach(self.call.session, item, read_attachment(target))
        found = self.call.known(item.id)
        made = xml.t("AttachmentId", Id=self._id(found, number))
        for name, value in _root(self.call.guid(found.mailbox), found).items():
            made.set(name, value)
        yield xml.m("Attachments", xml.t(xml.local(target), made))

    def _id(self, item: Item, number: int) -> str:
        return ids.attachment_id(self.call.guid(item.mailbox), item.folder, item.id, number)


class DeleteAttachment(Operation):
    """Take files off their items."""

    name = "DeleteAttachment"

    def targets(self) -> Iterable[Element]:
        """The attachments to take off."""
        return xml.need(self.request, "AttachmentIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Take one off."""
        item, found = self.call.attachment(target)
        items.detach(self.call.session, item, found.id)
        yield xml.m("RootItemId", **_root(self.call.guid(item.mailbox), self.call.known(item.id)))


def _root(guid: str, item: Item) -> dict[str, str]:
    return {"RootItemId": ids.item_id(guid, item.folder, item.id), "RootItemChangeKey": ids.item_key(item)}
