"""The operations, one small class each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.mail.words import words

from . import (
    attaching,
    creating,
    emptying,
    finding,
    foldering,
    moving,
    naming,
    reading,
    ruling,
    streaming,
    subscribing,
    syncing,
    timezones,
    updating,
)

if TYPE_CHECKING:
    from .base import Operation

_ALL: Final[tuple[type[Operation], ...]] = (
    attaching.CreateAttachment,
    attaching.DeleteAttachment,
    attaching.GetAttachment,
    creating.CreateItem,
    creating.SendItem,
    emptying.DeleteFolder,
    emptying.EmptyFolder,
    finding.FindFolder,
    finding.FindItem,
    foldering.CopyFolder,
    foldering.CreateFolder,
    foldering.MoveFolder,
    foldering.UpdateFolder,
    moving.CopyItem,
    moving.DeleteItem,
    moving.MoveItem,
    naming.ConvertId,
    naming.GetUserConfiguration,
    naming.ResolveNames,
    reading.GetFolder,
    reading.GetItem,
    ruling.GetInboxRules,
    streaming.GetStreamingEvents,
    subscribing.GetEvents,
    subscribing.Subscribe,
    subscribing.Unsubscribe,
    syncing.SyncFolderHierarchy,
    syncing.SyncFolderItems,
    timezones.GetServerTimeZones,
    updating.UpdateItem,
)
OPERATIONS: Final = {operation.name: operation for operation in _ALL}
# Exchange answers these; the lab says by name that it does not.
UNSUPPORTED: Final = frozenset(
    words(
        """
        AddDelegate ApplyConversationAction ArchiveItem CreateManagedFolder CreateUserConfiguration
        DeleteUserConfiguration ExpandDL ExportItems FindConversation FindPeople GetConversationItems
        GetDelegate GetMailTips GetPersona GetReminders GetRoomLists GetRooms
        GetSearchableMailboxes GetServiceConfiguration GetUserAvailabilityRequest
        GetUserOofSettingsRequest GetUserPhoto MarkAllItemsAsRead MarkAsJunk PlayOnPhone RemoveDelegate
        SearchMailboxes SetUserOofSettingsRequest UpdateDelegate UpdateInboxRules
        UpdateUserConfiguration UploadItems
        """
    )
)
