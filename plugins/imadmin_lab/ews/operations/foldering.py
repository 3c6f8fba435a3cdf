"""CreateFolder, UpdateFolder, MoveFolder, CopyFolder."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from imadmin_lab.ews import xml
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.ews.paths import read_path
from imadmin_lab.ews.properties.folder import FOLDER, FolderView, element_name, folder_id
from imadmin_lab.mail import folders, items

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin_lab.ews.call import Call
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Folder

_CLASSES: Final[dict[str, str | None]] = {
    "Folder": None,
    "CalendarFolder": "IPF.Appointment",
    "ContactsFolder": "IPF.Contact",
    "TasksFolder": "IPF.Task",
}
_SETTABLE = ("folder:DisplayName", "folder:FolderClass")


class CreateFolder(Operation):
    """Make folders."""

    name = "CreateFolder"
    container = "Folders"

    def targets(self) -> Iterable[Element]:
        """The folders to make."""
        return xml.need(self.request, "Folders")

    def one(self, target: Element) -> Iterable[Element]:
        """Make one folder."""
        parent = self.call.target(xml.need(self.request, "ParentFolderId"))
        kind = xml.local(target)
        if kind not in _CLASSES:
            raise EwsError("ErrorInvalidOperation", f"The lab makes no {kind}.")
        name = _name(xml.text(target, "DisplayName"))
        with _told():
            made = folders.create(
                self.call.session, parent, name, _class(kind, xml.text(target, "FolderClass"))
            )
        yield xml.m("Folders", shown_id(self.call, made))


class UpdateFolder(Operation):
    """Rename folders, or change their class."""

    name = "UpdateFolder"
    container = "Folders"

    def targets(self) -> Iterable[Element]:
        """The changes, one for each folder."""
        return xml.need(self.request, "FolderChanges")

    def one(self, target: Element) -> Iterable[Element]:
        """Change one folder."""
        folder = self.call.folder(target[0])
        for update in xml.need(target, "Updates"):
            folder = self._updated(folder, update)
        yield xml.m("Folders", shown_id(self.call, folder))

    def _updated(self, folder: Folder, update: Element) -> Folder:
        path = read_path(update[0], FOLDER)
        uri = getattr(path, "uri", "")
        if xml.local(update) == "DeleteFolderField" and uri == "folder:PermissionSet":
            return folder  # the lab keeps no permissions of folders: there are none to delete
        if xml.local(update) != "SetFolderField" or uri not in _SETTABLE:
            raise EwsError("ErrorInvalidPropertySet", values={"FieldURI": uri})
        value = xml.text(update[1], uri.partition(":")[2])
        with _told():
            if uri == "folder:DisplayName":
                return folders.rename(self.call.session, folder, _name(value))
            return folders.reclassify(self.call.session, folder, _class(element_name(folder), value))


class MoveFolder(Operation):
    """Move folders with all below them; their ids stay."""

    name = "MoveFolder"
    container = "Folders"

    def targets(self) -> Iterable[Element]:
        """The folders to move."""
        return xml.need(self.request, "FolderIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Move one folder."""
        folder, parent = self.call.folder(target), self.call.target(xml.need(self.request, "ToFolderId"))
        if folder.mailbox != parent.mailbox:
            raise EwsError("ErrorMoveCopyFailed")
        with _told(protected="ErrorMoveDistinguishedFolder"):
            yield xml.m("Folders", shown_id(self.call, folders.move(self.call.session, folder, parent)))


class CopyFolder(Operation):
    """Copy folders with all in and below them."""

    name = "CopyFolder"
    container = "Folders"

    def targets(self) -> Iterable[Element]:
        """The folders to copy."""
        return xml.need(self.request, "FolderIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Copy one folder."""
        folder, parent = self.call.folder(target), self.call.target(xml.need(self.request, "ToFolderId"))
        if parent.id in (folder.id, *folders.below(self.call.session, folder.id)):
            raise EwsError("ErrorMoveCopyFailed")
        yield xml.m("Folders", shown_id(self.call, self._copy(folder, parent)))

    def _copy(self, folder: Folder, parent: Folder) -> Folder:
        with _told():
            made = folders.create(self.call.session, parent, folder.name, folder.folder_class)
        for number in items.numbers_in(self.call.session, folder.id):
            items.copy(self.call.session, self.call.known(number), made)
        for row in list(self.call.session.rows("select id from folder where parent = ?", folder.id)):
            child = folders.get(self.call.session, row[0])
            if child is not None:
                self._copy(child, made)
        return made


def shown_id(call: Call, folder: Folder) -> Element:
    """Give a folder with nothing but its id."""
    return xml.t(element_name(folder), folder_id(FolderView(folder, call.guid(folder.mailbox))))


@contextmanager
def _told(*, protected: str = "ErrorAccessDenied") -> Iterator[None]:
    try:
        yield
    except folders.DuplicateNameError:
        raise EwsError("ErrorFolderExists") from None
    except folders.ProtectedFolderError:
        raise EwsError(protected) from None


def _name(text: str | None) -> str:
    if not (text or "").strip():
        raise EwsError("ErrorFolderSave", "A folder needs a name.")
    return text or ""


def _class(kind: str, wanted: str | None) -> str | None:
    """Give the class of a new folder: as Exchange, none where it is a Folder and none is wanted."""
    expected = _CLASSES[kind]
    if wanted and expected and wanted != expected and not wanted.startswith(f"{expected}."):
        raise EwsError("ErrorObjectTypeChanged")
    return wanted or expected
