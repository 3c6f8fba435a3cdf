"""DeleteItem, MoveItem, CopyItem."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from imadmin_lab.ews import xml
from imadmin_lab.mail import directory, folders, items

from .base import Operation
from .creating import shown_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.call import Call
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Folder, Item

_BINS = {"MoveToDeletedItems": "deleteditems", "SoftDelete": "recoverableitemsdeletions"}


class DeleteItem(Operation):
    """Delete items: for good, or into one of the bins."""

    name = "DeleteItem"

    def targets(self) -> Iterable[Element]:
        """The items to delete."""
        return xml.need(self.request, "ItemIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Delete one item."""
        discard(self.call, self.call.item(target), xml.attribute(self.request, "DeleteType"))
        return ()


class _Moving(Operation):
    container = "Items"

    def prepare(self) -> None:
        """Find out whether the new ids are wanted."""
        self.shown = xml.text(self.request, "ReturnNewItemIds") not in ("false", "0")

    def targets(self) -> Iterable[Element]:
        """The items to move or copy."""
        return xml.need(self.request, "ItemIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Move or copy one item."""
        folder = self.call.target(xml.need(self.request, "ToFolderId"))
        item = self.call.item(target)
        made = self.act(item, folder)
        crossed = item.mailbox != folder.mailbox
        shown = [] if crossed or not self.shown else [shown_id(self.call, self.call.known(made))]
        yield xml.m("Items", *shown)

    def act(self, item: Item, folder: Folder) -> int:
        """Do it and give the number of what was made."""
        raise NotImplementedError


class MoveItem(_Moving):
    """Move items; their ids change."""

    name: ClassVar[str] = "MoveItem"

    def act(self, item: Item, folder: Folder) -> int:
        """Move one."""
        return items.move(self.call.session, item, folder)


class CopyItem(_Moving):
    """Copy items."""

    name: ClassVar[str] = "CopyItem"

    def act(self, item: Item, folder: Folder) -> int:
        """Copy one."""
        return items.copy(self.call.session, item, folder)


def discard(call: Call, item: Item, how: str) -> None:
    """Delete an item in one of the three ways."""
    owner = directory.mailbox(call.session, item.mailbox)
    target = folders.distinguished(call.session, owner.id, _BINS[how]) if how in _BINS else None
    if target is None or target.id == item.folder:
        items.delete(call.session, item)
    else:
        items.move(call.session, item, target)
