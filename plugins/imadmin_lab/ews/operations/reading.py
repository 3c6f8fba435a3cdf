"""GetItem, GetFolder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin_lab.ews import xml
from imadmin_lab.ews.properties.folder import FOLDER
from imadmin_lab.ews.properties.item import ITEM
from imadmin_lab.ews.shapes import folder_element, item_element, read_shape

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.xml import Element


class GetItem(Operation):
    """Show items."""

    name = "GetItem"
    writes = False
    container = "Items"

    def prepare(self) -> None:
        """Read the shape."""
        self.shape = read_shape(xml.need(self.request, "ItemShape"), ITEM)

    def targets(self) -> Iterable[Element]:
        """The items asked for."""
        return xml.need(self.request, "ItemIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Show one item."""
        item = self.call.item(target)
        yield xml.m("Items", item_element(self.shape, item, self.call.guid(item.mailbox)))


class GetFolder(Operation):
    """Show folders."""

    name = "GetFolder"
    writes = False
    container = "Folders"

    def prepare(self) -> None:
        """Read the shape."""
        self.shape = read_shape(xml.need(self.request, "FolderShape"), FOLDER)

    def targets(self) -> Iterable[Element]:
        """The folders asked for."""
        return xml.need(self.request, "FolderIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Show one folder."""
        folder = self.call.folder(target)
        history = self.call.history(folder)
        yield xml.m("Folders", folder_element(self.shape, folder, self.call.guid(folder.mailbox), history))
