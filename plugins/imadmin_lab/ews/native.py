"""Extended properties that are other names for properties with a FieldURI, by their MAPI tag."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from . import ids, xml

if TYPE_CHECKING:
    from .paths import ExtendedPath
    from .properties.folder import FolderView
    from .properties.item import ItemView
    from .properties.registry import Property, Registry

_ITEM_TAGS: Final = {
    (0x001A, "String"): "item:ItemClass",
    (0x0037, "String"): "item:Subject",
    (0x0039, "SystemTime"): "item:DateTimeSent",
    (0x0070, "String"): "message:ConversationTopic",
    (0x0E03, "String"): "item:DisplayCc",
    (0x0E04, "String"): "item:DisplayTo",
    (0x0E06, "SystemTime"): "item:DateTimeReceived",
    (0x0E08, "Integer"): "item:Size",
    (0x1035, "String"): "message:InternetMessageId",
    (0x1039, "String"): "message:References",
    (0x1042, "String"): "item:InReplyTo",
    (0x3007, "SystemTime"): "item:DateTimeCreated",
    (0x3008, "SystemTime"): "item:LastModifiedTime",
}
_FOLDER_TAGS: Final = {
    (0x3001, "String"): "folder:DisplayName",
    (0x3613, "String"): "folder:FolderClass",
    (0x3602, "Integer"): "folder:TotalCount",
    (0x3603, "Integer"): "folder:UnreadCount",
}
_CONVERSATION_HISTORY: Final = (0x35E9, "Binary")


def of_item(path: ExtendedPath, registry: Registry) -> Property | None:
    """Give the property of items that *path* is another name for."""
    return _known(_ITEM_TAGS, path, registry)


def of_folder(path: ExtendedPath, registry: Registry) -> Property | None:
    """Give the property of folders that *path* is another name for."""
    return _known(_FOLDER_TAGS, path, registry)


def text(value: Any) -> str:
    """Give a value as text of an extended property."""
    if isinstance(value, datetime):
        return xml.time(value)
    return xml.boolean(value) if isinstance(value, bool) else str(value)


def item_value(path: ExtendedPath, view: ItemView, registry: Registry) -> tuple[str, ...] | None:
    """Give the texts of an extended property of an item, None where it has none."""
    known = of_item(path, registry)
    if known is None:
        found = view.content.extended.get(path.key)
        return None if found is None else found.values
    value = known.get(view)
    return None if value is None else (text(value),)


def folder_value(path: ExtendedPath, view: FolderView, registry: Registry) -> tuple[str, ...] | None:
    """Give the texts of an extended property of a folder, None where it has none."""
    if (path.tag, path.type) == _CONVERSATION_HISTORY:
        return _conversation_history(view)
    known = of_folder(path, registry)
    value = None if known is None else known.get(view)
    return None if value is None else (text(value),)


def _conversation_history(view: FolderView) -> tuple[str, ...] | None:
    if view.folder.distinguished not in ("inbox", "root") or view.history is None:
        return None
    return (base64.b64encode(ids.folder_entry(view.guid, view.history)).decode("ascii"),)


def _known(tags: dict[tuple[int, str], str], path: ExtendedPath, registry: Registry) -> Property | None:
    uri = None if path.tag is None else tags.get((path.tag, path.type))
    return registry.by_uri[uri] if uri else None
