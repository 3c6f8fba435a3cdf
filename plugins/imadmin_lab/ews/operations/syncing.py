"""SyncFolderItems, SyncFolderHierarchy."""

from __future__ import annotations

import base64
import binascii
import struct
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from imadmin_lab.ews import ids, xml
from imadmin_lab.ews.errors import EwsError, schema_violation
from imadmin_lab.ews.properties.folder import FOLDER
from imadmin_lab.ews.properties.item import ITEM
from imadmin_lab.ews.shapes import folder_element, item_element, read_shape
from imadmin_lab.mail import events, folders, items

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Event, Folder

_STATE: Final = struct.Struct(">4sqqq")
_MAGIC: Final = b"SYN1"
_MOST: Final = 512


class State(NamedTuple):
    """How far a client is: the folder, the newest event it knows, and the last item of the first round."""

    folder: int
    event: int
    first_round: int

    def text(self) -> str:
        """Give the SyncState."""
        return base64.b64encode(_STATE.pack(_MAGIC, *self)).decode("ascii")


def read_state(text: str) -> State:
    """Read a SyncState."""
    try:
        magic, *numbers = _STATE.unpack(base64.b64decode(text, validate=True))
    except (binascii.Error, struct.error, ValueError):
        raise EwsError("ErrorInvalidSyncStateData") from None
    if magic != _MAGIC:
        raise EwsError("ErrorInvalidSyncStateData")
    return State(*numbers)


class _Sync(Operation):
    writes = False
    range_name: ClassVar[str]

    def failure(self, error: EwsError, severity: str = "Error") -> Element:
        """Give a response message that tells an error: with an empty state, as Exchange does."""
        message = super().failure(error, severity)
        message.append(xml.m("SyncState"))
        message.append(xml.m(self.range_name, "true"))
        return message


class SyncFolderItems(_Sync):
    """Give what changed in a folder since the last time."""

    name = "SyncFolderItems"
    range_name = "IncludesLastItemInRange"

    def prepare(self) -> None:
        """Read the shape, and how much is wanted."""
        self.shape = read_shape(xml.need(self.request, "ItemShape"), ITEM, finding=True)
        self.limit = int(xml.text(self.request, "MaxChangesReturned") or "0")
        if not 1 <= self.limit <= _MOST:
            raise schema_violation("The 'm:MaxChangesReturned' element is invalid: it must be from 1 to 512.")

    def one(self, target: Element) -> Iterable[Element]:
        """Give the next changes."""
        folder = self.call.target(xml.need(target, "SyncFolderId"))
        text = xml.text(target, "SyncState")
        state = read_state(text) if text else State(folder.id, events.newest(self.call.session), 1)
        if state.folder != folder.id:
            raise EwsError("ErrorInvalidSyncStateData")
        changes, state, complete = (
            self._first(folder, state) if state.first_round else self._later(folder, state)
        )
        yield xml.m("SyncState", state.text())
        yield xml.m("IncludesLastItemInRange", xml.boolean(complete))
        yield xml.m("Changes", *changes)

    def _first(self, folder: Folder, state: State) -> tuple[list[Element], State, bool]:
        statement = (
            "select * from item where folder = ? and id >= ? and is_associated = 0 order by id limit ?"
        )
        rows = list(self.call.session.rows(statement, folder.id, state.first_round, self.limit + 1))
        guid = self.call.guid(folder.mailbox)
        found = items.load(self.call.session, rows[: self.limit])
        changes = [xml.t("Create", item_element(self.shape, item, guid)) for item in found]
        complete = len(rows) <= self.limit
        return changes, state._replace(first_round=0 if complete else rows[-1]["id"]), complete

    def _later(self, folder: Folder, state: State) -> tuple[list[Element], State, bool]:
        seen: dict[int, bool] = {}
        last = state.event
        for event in events.since(self.call.session, folder.mailbox, state.event):
            known = _item_in(event, folder.id)
            if known and known not in seen and len(seen) == self.limit:
                return self._changes(folder, seen), state._replace(event=last), False
            if known:
                seen.setdefault(known, _was_there(event, folder.id))
            last = event.id
        return self._changes(folder, seen), state._replace(event=last), True

    def _changes(self, folder: Folder, seen: dict[int, bool]) -> list[Element]:
        return [
            change for number, known in seen.items() for change in self._change(folder, number, known=known)
        ]

    def _change(self, folder: Folder, number: int, *, known: bool) -> Iterator[Element]:
        guid = self.call.guid(folder.mailbox)
        item = items.get(self.call.session, number)
        if item is not None and item.folder == folder.id:
            yield xml.t("Update" if known else "Create", item_element(self.shape, item, guid))
        elif known:
            yield xml.t("Delete", xml.t("ItemId", Id=ids.item_id(guid, folder.id, number)))


class SyncFolderHierarchy(_Sync):
    """Give which folders changed since the last time."""

    name = "SyncFolderHierarchy"
    range_name = "IncludesLastFolderInRange"

    def prepare(self) -> None:
        """Read the shape."""
        self.shape = read_shape(xml.need(self.request, "FolderShape"), FOLDER)

    def one(self, target: Element) -> Iterable[Element]:
        """Give the changes."""
        named = xml.child(target, "SyncFolderId")
        root = (
            self.call.distinguished(self.call.own, "msgfolderroot")
            if named is None
            else self.call.target(named)
        )
        text = xml.text(target, "SyncState")
        state = read_state(text) if text else State(root.id, events.newest(self.call.session), 1)
        if state.folder != root.id:
            raise EwsError("ErrorInvalidSyncStateData")
        changes = self._all(root) if state.first_round else self._later(root, state)
        newest = events.newest(self.call.session)
        yield xml.m("SyncState", State(root.id, newest, 0).text())
        yield xml.m("IncludesLastFolderInRange", "true")
        yield xml.m("Changes", *changes)

    def _all(self, root: Folder) -> Iterator[Element]:
        for number in folders.below(self.call.session, root.id):
            found = folders.get(self.call.session, number)
            if found is not None:
                yield xml.t("Create", self._shown(found))

    def _later(self, root: Folder, state: State) -> Iterator[Element]:
        below = set(folders.below(self.call.session, root.id))
        touched: dict[int, str] = {}
        for event in events.since(self.call.session, root.mailbox, state.event):
            if event.is_folder:
                touched.setdefault(event.object, event.kind)
        for number, kind in touched.items():
            found = folders.get(self.call.session, number) if number in below else None
            if found is not None:
                yield xml.t("Create" if kind == "CreatedEvent" else "Update", self._shown(found))
            elif kind != "CreatedEvent":
                guid = self.call.guid(root.mailbox)
                yield xml.t("Delete", xml.t("FolderId", Id=ids.folder_id(guid, number)))

    def _shown(self, folder: Folder) -> Element:
        return folder_element(self.shape, folder, self.call.guid(folder.mailbox), self.call.history(folder))


def _was_there(event: Event, folder: int) -> bool:
    """Tell whether the item was in this folder before the event."""
    left = event.kind == "MovedEvent" and event.folder != folder
    return left or event.kind in ("ModifiedEvent", "DeletedEvent")


def _item_in(event: Event, folder: int) -> int:
    """Give the item that an event says something of in this folder; 0 where it says nothing."""
    if event.is_folder:
        return 0
    if event.kind == "MovedEvent" and event.old_folder == folder and event.folder != folder:
        return event.old_object or 0
    return event.object if event.folder == folder else 0
