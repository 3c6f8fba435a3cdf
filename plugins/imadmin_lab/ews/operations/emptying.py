"""DeleteFolder, EmptyFolder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin_lab.ews import xml
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.mail import folders, items

from .base import Operation
from .moving import discard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Folder


class DeleteFolder(Operation):
    """Delete folders: for good, or into Deleted Items."""

    name = "DeleteFolder"

    def targets(self) -> Iterable[Element]:
        """The folders to delete."""
        return xml.need(self.request, "FolderIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Delete one folder."""
        folder = self.call.folder(target)
        remove(self, folder, xml.attribute(self.request, "DeleteType"))
        return ()


class EmptyFolder(Operation):
    """Delete all that is in folders."""

    name = "EmptyFolder"

    def targets(self) -> Iterable[Element]:
        """The folders to empty."""
        return xml.need(self.request, "FolderIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Empty one folder."""
        folder, how = self.call.folder(target), xml.attribute(self.request, "DeleteType")
        for number in items.numbers_in(self.call.session, folder.id):
            discard(self.call, self.call.known(number), how)
        if xml.is_true(xml.attribute(self.request, "DeleteSubFolders")):
            for row in list(self.call.session.rows("select id from folder where parent = ?", folder.id)):
                child = folders.get(self.call.session, row[0])
                if child is not None:
                    remove(self, child, how)
        return ()


def remove(operation: Operation, folder: Folder, how: str) -> None:
    """Delete a folder in one of the three ways."""
    session = operation.call.session
    bins = {"MoveToDeletedItems": "deleteditems", "SoftDelete": "recoverableitemsdeletions"}
    target = folders.distinguished(session, folder.mailbox, bins[how]) if how in bins else None
    try:
        if target is None or folder.parent == target.id:
            folders.delete(session, folder)
            return
        name = folders.free_name(session, target.id, folder.name)
        renamed = folders.rename(session, folder, name) if name != folder.name else folder
        folders.move(session, renamed, target)
    except folders.ProtectedFolderError:
        raise EwsError("ErrorDeleteDistinguishedFolder") from None
