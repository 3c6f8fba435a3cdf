"""FindItem, FindFolder."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from imadmin_lab.ews import xml
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.ews.paging import read_page
from imadmin_lab.ews.properties.folder import FOLDER, element_name
from imadmin_lab.ews.properties.item import ITEM
from imadmin_lab.ews.querystring import read_query
from imadmin_lab.ews.restrictions import Sql, read_order, read_restriction
from imadmin_lab.ews.shapes import folder_element, item_element, read_shape
from imadmin_lab.mail import folders, items

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Folder

_UNSUPPORTED = ("GroupBy", "DistinguishedGroupBy", "SeekToConditionPageItemView", "ContactsView")
_NEWEST_FIRST = "item.received desc, item.id desc"


class _Find(Operation):
    writes = False
    views: ClassVar[Sequence[str]] = ()

    def targets(self) -> Iterable[Element]:
        """The folders to look in."""
        return xml.need(self.request, "ParentFolderIds")

    def view(self) -> Element | None:
        """Give the element that says which page is wanted."""
        return next((one for one in self.request if xml.local(one) in self.views), None)


class FindItem(_Find):
    """Look for items in folders."""

    name = "FindItem"
    views = ("IndexedPageItemView", "FractionalPageItemView")

    def prepare(self) -> None:
        """Read the shape."""
        self.shape = read_shape(xml.need(self.request, "ItemShape"), ITEM, finding=True)

    def one(self, target: Element) -> Iterable[Element]:
        """Look in one folder."""
        folder = self.call.folder(target)
        condition, order = self._condition(folder), self._order()
        total = self.call.session.value(
            f"select count(*) from item where {condition.text}", *condition.values
        )
        page, attributes = read_page(self.view(), total)
        rows = self.call.session.rows(
            f"select * from item where {condition.text} order by {order.text} limit ? offset ?",
            *(*condition.values, *order.values, max(page.end - page.start, 0), page.start),
        )
        guid = self.call.guid(folder.mailbox)
        found = (item_element(self.shape, item, guid) for item in items.load(self.call.session, rows))
        yield xml.m("RootFolder", xml.t("Items", *found), **attributes)

    def _condition(self, folder: Folder) -> Sql:
        self._refuse_unsupported()
        query = xml.child(self.request, "QueryString")
        restriction = xml.child(self.request, "Restriction")
        if query is not None and restriction is not None:
            raise EwsError("ErrorInvalidRequest", "Restriction and QueryString exclude each other.")
        wanted = read_restriction(restriction, ITEM) if query is None else read_query(query.text or "")
        traversal = xml.attribute(self.request, "Traversal")
        values = (folder.id, int(traversal == "Associated"), *wanted.values)
        some = int(traversal != "SoftDeleted" and not self._in_calendar(folder))
        return Sql(f"{some} and folder = ? and is_associated = ? and {wanted.text}", values)

    def _refuse_unsupported(self) -> None:
        for name in _UNSUPPORTED:
            if xml.child(self.request, name) is not None:
                raise EwsError("ErrorInvalidRequest", f"The lab does not support {name}.")

    def _in_calendar(self, folder: Folder) -> bool:
        """Tell whether appointments are looked for, of which the lab has none."""
        if xml.child(self.request, "CalendarView") is None:
            return False
        if element_name(folder) != "CalendarFolder":
            raise EwsError("ErrorCalendarFolderIsInvalidForCalendarView", "The folder is not a calendar.")
        return True

    def _order(self) -> Sql:
        order = xml.child(self.request, "SortOrder")
        return Sql(_NEWEST_FIRST) if order is None else read_order(order, ITEM, "item.id desc")


class FindFolder(_Find):
    """Look for folders below folders."""

    name = "FindFolder"
    views = ("IndexedPageFolderView", "FractionalPageFolderView")

    def prepare(self) -> None:
        """Read the shape."""
        self.shape = read_shape(xml.need(self.request, "FolderShape"), FOLDER)

    def one(self, target: Element) -> Iterable[Element]:
        """Look below one folder."""
        parent = self.call.folder(target)
        found = self._found(parent)
        page, attributes = read_page(self.view(), len(found))
        guid, history = self.call.guid(parent.mailbox), self.call.history(parent)
        shown = (folder_element(self.shape, one, guid, history) for one in found[page.start : page.end])
        yield xml.m("RootFolder", xml.t("Folders", *shown), **attributes)

    def _found(self, parent: Folder) -> list[Folder]:
        condition = read_restriction(xml.child(self.request, "Restriction"), FOLDER)
        rows = self.call.session.rows(
            f"select * from (select {folders.COLUMNS} from folder where folder.mailbox = ?)"
            f" where {condition.text} order by name collate nocase, id",
            *(parent.mailbox, *condition.values),
        )
        below = self._below(parent)
        return [folder for folder in map(folders.read, rows) if folder.id in below]

    def _below(self, parent: Folder) -> set[int]:
        traversal = xml.attribute(self.request, "Traversal")
        if traversal == "SoftDeleted":
            return set()
        if traversal == "Deep":
            return set(folders.below(self.call.session, parent.id))
        rows = self.call.session.rows("select id from folder where parent = ?", parent.id)
        return {row[0] for row in rows}
