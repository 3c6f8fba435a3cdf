"""One call: who makes it, in whose name, on which mailbox, and what its ids lead to."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imadmin_lab.mail import directory, folders, items

from . import ids, xml
from .errors import EwsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.mail import Account, Attachment, Folder, Item, Mailbox, MailStore, Session

    from .access import Access
    from .subscriptions import Subscriptions
    from .xml import Element


@dataclass(frozen=True)
class Call:
    """What an operation works with.

    Attributes:
        session: The transaction on the mail store.
        caller: Whose rights count: who logged in, or whom he impersonates.
        login: Who logged in.
        access: Whether a mailbox may be used by this client at all.
        subscriptions: The subscriptions of all callers.
        store: What the session is of.
    """

    session: Session
    caller: Account
    login: str
    access: Access
    subscriptions: Subscriptions
    store: MailStore

    @property
    def own(self) -> Mailbox:
        """The caller's own mailbox."""
        if self.caller.mailbox is None:
            raise EwsError("ErrorNonExistentMailbox", f"The account {self.caller.login} has no mailbox.")
        return self.caller.mailbox

    @contextmanager
    def part(self) -> Iterator[None]:
        """Undo what was done for one item or folder where an error passes."""
        self.session.execute("savepoint part")
        try:
            yield
        except EwsError:
            self.session.execute("rollback to part")
            raise
        finally:
            self.session.execute("release part")

    def opened(self, target: Mailbox) -> Mailbox:
        """Give *target* where the caller may open it."""
        if not directory.may_open(self.session, self.caller, target) or not self.access.allows(target):
            raise EwsError("ErrorAccessDenied")
        return target

    def folder(self, element: Element) -> Folder:
        """Give the folder that a FolderId or DistinguishedFolderId means."""
        if xml.local(element) == "DistinguishedFolderId":
            return self._distinguished(element)
        found = ids.decode(xml.attribute(element, "Id"))
        if found.item:
            raise EwsError("ErrorInvalidIdMalformed")
        owner = self._owner(found.mailbox)
        folder = folders.get(self.session, found.folder)
        if folder is None or folder.mailbox != owner.id:
            raise EwsError("ErrorFolderNotFound")
        return folder

    def target(self, element: Element) -> Folder:
        """Give the folder that a TargetFolderId holds."""
        return self.folder(element[0])

    def item(self, element: Element) -> Item:
        """Give the item that an ItemId means."""
        if xml.local(element) not in ("ItemId", "ParentItemId"):
            raise EwsError("ErrorInvalidRequest", "The lab keeps no recurring items.")
        found = self.item_of(xml.attribute(element, "Id"))
        key = element.get("ChangeKey")
        if key is not None:
            ids.read_key(str(key))
        return found

    def item_of(self, text: str) -> Item:
        """Give the item that the text of an id means."""
        found = ids.decode(text)
        if not found.item or found.attachment:
            raise EwsError("ErrorInvalidIdMalformed")
        return self._item(found)

    def attachment(self, element: Element) -> tuple[Item, Attachment]:
        """Give the attachment that an AttachmentId means, and its item."""
        found = ids.decode(xml.attribute(element, "Id"))
        if not found.attachment:
            raise EwsError("ErrorInvalidAttachmentId")
        item = self._item(found)
        for one in item.content.attachments:
            if one.id == found.attachment:
                return item, one
        raise EwsError("ErrorItemNotFound")

    def known(self, number: int) -> Item:
        """Give an item that was just written."""
        found = items.get(self.session, number)
        if found is None:
            raise EwsError("ErrorItemNotFound")
        return found

    def guid(self, mailbox: int) -> str:
        """Give what ids of this mailbox carry."""
        return directory.mailbox(self.session, mailbox).guid

    def history(self, folder: Folder) -> int | None:
        """Give the Conversation History folder of the mailbox that *folder* is in."""
        found = folders.distinguished(self.session, folder.mailbox, "conversationhistory")
        return None if found is None else found.id

    def distinguished(self, mailbox: Mailbox, name: str) -> Folder:
        """Give a folder by its distinguished id."""
        found = folders.distinguished(self.session, mailbox.id, name)
        if found is None:
            raise EwsError("ErrorFolderNotFound")
        return found

    def owner_of(self, folder: Folder) -> Mailbox:
        """Give the mailbox that a folder is in."""
        return directory.mailbox(self.session, folder.mailbox)

    def _distinguished(self, element: Element) -> Folder:
        named = xml.child(element, "Mailbox")
        mailbox = self.own if named is None else self._by_address(xml.text(named, "EmailAddress") or "")
        return self.distinguished(mailbox, xml.attribute(element, "Id"))

    def _by_address(self, address: str) -> Mailbox:
        found = directory.by_address(self.session, address)
        if found is None:
            raise EwsError("ErrorNonExistentMailbox")
        return self.opened(found)

    def _owner(self, guid: str) -> Mailbox:
        found = directory.by_guid(self.session, guid)
        if found is None:
            raise EwsError("ErrorItemNotFound")
        return self.opened(found)

    def _item(self, found: ids.ObjectId) -> Item:
        owner = self._owner(found.mailbox)
        item = items.get(self.session, found.item)
        if item is None or item.mailbox != owner.id or item.folder != found.folder:
            raise EwsError("ErrorItemNotFound")
        return item
