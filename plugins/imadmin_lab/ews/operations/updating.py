"""UpdateItem."""

from __future__ import annotations

from dataclasses import MISSING, fields, replace
from typing import TYPE_CHECKING, Any, Final

from imadmin_lab.ews import ids, native, xml
from imadmin_lab.ews.contents import read_extended, read_value, refuse_other_type, with_extended
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.ews.mime import with_mime
from imadmin_lab.ews.paths import ExtendedPath, ForeignPath, read_path
from imadmin_lab.ews.properties.item import ITEM
from imadmin_lab.ews.properties.kinds import BODY, RECIPIENTS, TEXT
from imadmin_lab.ews.shapes import item_element_name
from imadmin_lab.mail import Content, directory, items

from .base import Operation
from .creating import send, shown_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.properties.registry import Property
    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Item

_DEFAULTS: Final = {
    one.name: None if one.default is MISSING else one.default
    for one in fields(Content)
    if one.name != "extended"
}
_REQUIRED: Final = ("item_class",)


class UpdateItem(Operation):
    """Change items, and send them where asked to."""

    name = "UpdateItem"
    container = "Items"

    def targets(self) -> Iterable[Element]:
        """The changes, one for each item."""
        return xml.need(self.request, "ItemChanges")

    def one(self, target: Element) -> Iterable[Element]:
        """Change one item."""
        named = xml.need(target, "ItemId")
        item = self.call.item(named)
        self._refuse_conflict(item, named)
        content = item.content
        for update in xml.need(target, "Updates"):
            content = _updated(content, update)
        refuse_other_type(item_element_name(item.content.item_class), content.item_class)
        disposition = xml.attribute(self.request, "MessageDisposition", "SaveOnly")
        shown = (
            self._saved(item, content)
            if disposition == "SaveOnly"
            else self._sent(item, content, disposition)
        )
        yield xml.m("Items", *shown)
        yield xml.m("ConflictResults", xml.t("Count", "0"))

    def _saved(self, item: Item, content: Content) -> list[Element]:
        items.update(self.call.session, item, content, self._name())
        return [shown_id(self.call, self.call.known(item.id))]

    def _sent(self, item: Item, content: Content, disposition: str) -> list[Element]:
        owner = directory.mailbox(self.call.session, item.mailbox)
        outgoing = send(self.call, owner, content)
        if disposition == "SendAndSaveCopy":
            named = xml.child(self.request, "SavedItemFolderId")
            folder = (
                self.call.target(named) if named is not None else self.call.distinguished(owner, "sentitems")
            )
            items.create(self.call.session, folder, outgoing, self._name())
        items.delete(self.call.session, item)
        return []

    def _refuse_conflict(self, item: Item, named: Element) -> None:
        resolution, key = xml.attribute(self.request, "ConflictResolution"), named.get("ChangeKey")
        if resolution == "AlwaysOverwrite":
            return
        if key is None:
            raise EwsError("ErrorChangeKeyRequiredForWriteOperations")
        if resolution == "NeverOverwrite" and ids.read_key(str(key)) != item.change:
            raise EwsError("ErrorIrresolvableConflict")

    def _name(self) -> str:
        return self.call.caller.mailbox.name if self.call.caller.mailbox else self.call.login


def _updated(content: Content, update: Element) -> Content:
    path = read_path(update[0], ITEM)
    if isinstance(path, ForeignPath):
        raise EwsError("ErrorInvalidPropertySet", values={"FieldURI": path.uri})
    match xml.local(update):
        case "DeleteItemField":
            return _without(content, path)
        case "SetItemField":
            return _with(content, path, _only(update[1]))
    return _appended(content, path, _only(update[1]))


def _only(holder: Element) -> Element:
    if len(holder) != 1:
        raise EwsError("ErrorIncorrectUpdatePropertyCount")
    return holder[0]


def _with(content: Content, path: Property | ExtendedPath, element: Element) -> Content:
    if isinstance(path, ExtendedPath):
        if xml.local(element) != "ExtendedProperty" or read_extended(element)[0].key != path.key:
            raise _mismatch()
        return with_extended(content, [read_extended(element)])
    if xml.local(element) != path.element:
        raise _mismatch()
    if path.uri == "item:MimeContent":
        return with_mime(content, element.text or "")
    return replace(content, **read_value(path, element))


def _without(content: Content, path: Property | ExtendedPath) -> Content:
    if isinstance(path, ExtendedPath):
        known = native.of_item(path, ITEM)
        if known is None:
            kept = {key: value for key, value in content.extended.items() if key != path.key}
            return replace(content, extended=kept)
        path = known
    if not path.field or path.field in _REQUIRED:
        raise EwsError("ErrorInvalidPropertyDelete", values={"FieldURI": path.uri})
    names = ("body", "body_type") if path.kind is BODY else (path.field,)
    defaults: dict[str, Any] = {name: _DEFAULTS[name] for name in names}
    return replace(content, **defaults)


def _appended(content: Content, path: Property | ExtendedPath, element: Element) -> Content:
    if isinstance(path, ExtendedPath) or path.kind not in (BODY, RECIPIENTS, TEXT):
        raise EwsError("ErrorInvalidPropertyAppend", "The property cannot be appended to.")
    if xml.local(element) != path.element:
        raise _mismatch()
    added = read_value(path, element)
    name = "body" if path.kind is BODY else path.field
    before = getattr(content, name) or ("" if path.kind is TEXT else ())
    changes: dict[str, Any] = {name: (before or type(added[name])()) + added[name]}
    return replace(content, **changes)


def _mismatch() -> EwsError:
    return EwsError("ErrorUpdatePropertyMismatch", "The property is not the one that the path names.")
