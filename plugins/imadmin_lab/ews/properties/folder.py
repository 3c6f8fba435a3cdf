"""The properties of folders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imadmin_lab.ews import ids, xml

from .kinds import INTEGER, RAW, TEXT
from .registry import Property, Registry
from .sequences import FOLDER as SEQUENCE

if TYPE_CHECKING:
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Folder


@dataclass(frozen=True)
class FolderView:
    """A folder as somebody looks at it: `guid` is its mailbox's, `history` its Conversation History."""

    folder: Folder
    guid: str
    history: int | None = None


def folder_id(view: FolderView) -> Element:
    """Give the element that names a folder."""
    return xml.t(
        "FolderId", Id=ids.folder_id(view.guid, view.folder.id), ChangeKey=ids.folder_key(view.folder)
    )


def _parent(view: FolderView) -> Element:
    number = view.folder.parent or view.folder.id
    return xml.t("ParentFolderId", Id=ids.folder_id(view.guid, number), ChangeKey=ids.PARENT_KEY)


def _rights(_: FolderView) -> Element:
    names = (
        "CreateAssociated",
        "CreateContents",
        "CreateHierarchy",
        "Delete",
        "Modify",
        "Read",
        "ViewPrivateItems",
    )
    return xml.t("EffectiveRights", *(xml.t(name, "true") for name in names))


def _unread(view: FolderView) -> int | None:
    return view.folder.unread if element_name(view.folder) in ("Folder", "TasksFolder") else None


_ELEMENTS = {
    "IPF.Appointment": "CalendarFolder",
    "IPF.Contact": "ContactsFolder",
    "IPF.Task": "TasksFolder",
}


def element_name(folder: Folder) -> str:
    """Give the element that a folder is shown as."""
    words = (folder.folder_class or "").split(".")
    return _ELEMENTS.get(".".join(words[:2]), "Folder")


_P = Property
FOLDER: Final = Registry(
    SEQUENCE,
    (
        _P("folder:FolderId", RAW, folder_id, default=True),
        _P("folder:ParentFolderId", RAW, _parent),
        _P("folder:FolderClass", TEXT, lambda view: view.folder.folder_class, "folder_class", "class"),
        _P("folder:DisplayName", TEXT, lambda view: view.folder.name, "name", "name", default=True),
        _P("folder:TotalCount", INTEGER, lambda view: view.folder.total, "", "total", default=True),
        _P("folder:ChildFolderCount", INTEGER, lambda v: v.folder.children, "", "children", default=True),
        _P("folder:EffectiveRights", RAW, _rights),
        _P("folder:DistinguishedFolderId", TEXT, lambda view: view.folder.distinguished),
        _P("folder:UnreadCount", INTEGER, _unread, "", "unread", default=True),
    ),
)
