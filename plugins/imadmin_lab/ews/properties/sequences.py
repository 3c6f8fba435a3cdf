"""The elements that the schema allows in items and folders, in its order."""

from __future__ import annotations

from typing import Final

from imadmin_lab.mail.words import words

ITEM: Final = words(
    """
    MimeContent ItemId ParentFolderId ItemClass Subject Sensitivity Body Attachments
    DateTimeReceived Size Categories Importance InReplyTo IsSubmitted IsDraft IsFromMe IsResend
    IsUnmodified InternetMessageHeaders DateTimeSent DateTimeCreated ResponseObjects ReminderDueBy
    ReminderIsSet ReminderNextTime ReminderMinutesBeforeStart DisplayCc DisplayTo HasAttachments
    ExtendedProperty Culture EffectiveRights LastModifiedName LastModifiedTime IsAssociated
    WebClientReadFormQueryString WebClientEditFormQueryString ConversationId UniqueBody Flag
    StoreEntryId InstanceKey NormalizedBody EntityExtractionResult PolicyTag ArchiveTag
    RetentionDate Preview RightsManagementLicenseData PredictedActionReasons IsClutter
    NextPredictedAction GroupingAction BlockStatus HasBlockedImages TextBody IconIndex
    MimeContentUTF8
    """
)
MESSAGE: Final = (
    *ITEM,
    *words(
        """
        Sender ToRecipients CcRecipients BccRecipients IsReadReceiptRequested IsDeliveryReceiptRequested
        ConversationIndex ConversationTopic From InternetMessageId IsRead IsResponseRequested References
        ReplyTo ReceivedBy ReceivedRepresenting ApprovalRequestData VotingInformation
        ReminderMessageData
        """
    ),
)
FOLDER: Final = words(
    """
    FolderId ParentFolderId FolderClass DisplayName TotalCount ChildFolderCount ExtendedProperty
    ManagedFolderInformation EffectiveRights DistinguishedFolderId PolicyTag ArchiveTag ReplicaList
    SharingEffectiveRights PermissionSet UnreadCount
    """
)
REPEATED: Final = frozenset({"ExtendedProperty"})
