"""What requests may look like: the part of the EWS schema that the lab answers.

A line is an element, its attributes (`!` is required), and after `=` what it holds: children as a regular
expression over their names (of the types namespace where no `m:` is given), or `#kind` of text, or a choice
of texts. An indented line goes on. An element is looked up as `Parent/Name` first, then as `Name`; one that
has no line holds text only. Words in capitals are macros of `grammar`.
"""

from __future__ import annotations

from typing import Final

TABLE: Final = """
m:FindItem Traversal!=Shallow|SoftDeleted|Associated = m:ItemShape
    (m:IndexedPageItemView|m:FractionalPageItemView|m:SeekToConditionPageItemView|m:CalendarView
    |m:ContactsView)?
    (m:GroupBy|m:DistinguishedGroupBy)? m:Restriction? m:SortOrder? m:ParentFolderIds m:QueryString?
m:FindFolder Traversal!=Shallow|Deep|SoftDeleted = m:FolderShape
    (m:IndexedPageFolderView|m:FractionalPageFolderView)? m:Restriction? m:ParentFolderIds
m:GetItem = m:ItemShape m:ItemIds
m:GetFolder = m:FolderShape m:FolderIds
m:CreateItem MessageDisposition=SaveOnly|SendOnly|SendAndSaveCopy
    SendMeetingInvitations=SendToNone|SendOnlyToAll|SendToAllAndSaveCopy = m:SavedItemFolderId? m:Items
m:UpdateItem ConflictResolution!=NeverOverwrite|AutoResolve|AlwaysOverwrite
    MessageDisposition=SaveOnly|SendOnly|SendAndSaveCopy SendMeetingInvitationsOrCancellations
    SuppressReadReceipts=#boolean = m:SavedItemFolderId? m:ItemChanges
m:SendItem SaveItemToFolder!=#boolean = m:ItemIds m:SavedItemFolderId?
m:DeleteItem DeleteType!=DELETETYPE SendMeetingCancellations
    AffectedTaskOccurrences=AllOccurrences|SpecifiedOccurrenceOnly SuppressReadReceipts=#boolean = m:ItemIds
m:MoveItem = m:ToFolderId m:ItemIds m:ReturnNewItemIds?
m:CopyItem = m:ToFolderId m:ItemIds m:ReturnNewItemIds?
m:CreateFolder = m:ParentFolderId m:Folders
m:DeleteFolder DeleteType!=DELETETYPE = m:FolderIds
m:EmptyFolder DeleteType!=DELETETYPE DeleteSubFolders!=#boolean = m:FolderIds
m:UpdateFolder = m:FolderChanges
m:MoveFolder = m:ToFolderId m:FolderIds
m:CopyFolder = m:ToFolderId m:FolderIds
m:ResolveNames ReturnFullContactData!=#boolean
    SearchScope=ActiveDirectory|ActiveDirectoryContacts|Contacts|ContactsActiveDirectory
    ContactDataShape=IdOnly|Default|AllProperties = m:ParentFolderIds? m:UnresolvedEntry
m:Subscribe = (m:PullSubscriptionRequest|m:PushSubscriptionRequest|m:StreamingSubscriptionRequest)
m:PullSubscriptionRequest SubscribeToAllFolders=#boolean = FolderIds? EventTypes Watermark? Timeout
m:StreamingSubscriptionRequest SubscribeToAllFolders=#boolean = FolderIds? EventTypes
m:PushSubscriptionRequest SubscribeToAllFolders=#boolean = FolderIds? EventTypes Watermark? StatusFrequency
    URL CallerData?
EventTypes = (EventType)+
EventType = CopiedEvent|CreatedEvent|DeletedEvent|ModifiedEvent|MovedEvent|NewMailEvent|FreeBusyChangedEvent
Timeout = #integer
m:GetEvents = m:SubscriptionId m:Watermark
m:GetStreamingEvents = m:SubscriptionIds m:ConnectionTimeout
m:SubscriptionIds = (SubscriptionId)+
m:ConnectionTimeout = #integer
m:Unsubscribe = m:SubscriptionId
m:GetServerTimeZones ReturnFullTimeZoneData=#boolean = m:Ids?
m:Ids = (Id)+
m:ConvertId DestinationFormat!=IDFORMATS = m:SourceIds
m:SourceIds = (AlternateId|AlternatePublicFolderId|AlternatePublicFolderItemId)+
AlternateId Format!=IDFORMATS Id! Mailbox! IsArchive=#boolean =
m:SyncFolderItems = m:ItemShape m:SyncFolderId m:SyncState? m:Ignore? m:MaxChangesReturned m:SyncScope?
m:GetInboxRules = m:MailboxSmtpAddress?
m:SyncFolderHierarchy = m:FolderShape m:SyncFolderId? m:SyncState?
m:MaxChangesReturned = #integer
m:SyncScope = NormalItems|NormalAndAssociatedItems
m:Ignore = (ItemId)*
m:GetAttachment = m:AttachmentShape? m:AttachmentIds
m:CreateAttachment = m:ParentItemId m:Attachments
m:DeleteAttachment = m:AttachmentIds
m:AttachmentIds = (AttachmentId)+
m:AttachmentShape = IncludeMimeContent? BodyType? FilterHtmlContent? AdditionalProperties?
m:ParentItemId Id! ChangeKey =
m:GetUserConfiguration = m:UserConfigurationName m:UserConfigurationProperties
m:UserConfigurationName Name! = TARGET
m:ItemShape = BaseShape IncludeMimeContent? BodyType? UniqueBodyType? NormalizedBodyType? FilterHtmlContent?
    ConvertHtmlCodePageToUTF8? InlineImageUrlTemplate? BlockExternalImages? AddBlankTargetToLinks?
    MaximumBodySize? AdditionalProperties?
m:FolderShape = BaseShape AdditionalProperties?
BaseShape = IdOnly|Default|AllProperties|PcxPeopleSearch
IncludeMimeContent = #boolean
BodyType = Best|HTML|Text
AdditionalProperties = (PATH)+
FieldURI FieldURI! =
IndexedFieldURI FieldURI! FieldIndex! =
ExtendedFieldURI DistinguishedPropertySetId=PROPERTYSETS PropertySetId PropertyTag PropertyName
    PropertyId=#integer PropertyType!=MAPITYPES =
m:IndexedPageItemView MaxEntriesReturned=#integer Offset!=#integer BasePoint!=Beginning|End =
m:IndexedPageFolderView MaxEntriesReturned=#integer Offset!=#integer BasePoint!=Beginning|End =
m:FractionalPageItemView MaxEntriesReturned=#integer Numerator!=#integer Denominator!=#integer =
m:FractionalPageFolderView MaxEntriesReturned=#integer Numerator!=#integer Denominator!=#integer =
m:CalendarView MaxEntriesReturned=#integer StartDate!=#time EndDate!=#time =
m:QueryString ResetCache=#boolean ReturnHighlightTerms=#boolean ReturnDeletedItems=#boolean = #text
m:Restriction = EXPRESSION
And = (EXPRESSION)(EXPRESSION)+
Or = (EXPRESSION)(EXPRESSION)+
Not = EXPRESSION
Exists = PATH
Contains ContainmentMode=MODES ContainmentComparison=COMPARISONS = PATH Constant
Excludes = PATH Bitmask
Bitmask Value! =
Constant Value! =
IsEqualTo = PATH FieldURIOrConstant
IsNotEqualTo = PATH FieldURIOrConstant
IsGreaterThan = PATH FieldURIOrConstant
IsGreaterThanOrEqualTo = PATH FieldURIOrConstant
IsLessThan = PATH FieldURIOrConstant
IsLessThanOrEqualTo = PATH FieldURIOrConstant
FieldURIOrConstant = PATH|Constant
m:SortOrder = (FieldOrder)+
FieldOrder Order!=Ascending|Descending = PATH
m:ParentFolderIds = (TARGET)+
m:FolderIds = (TARGET)+
FolderIds = (TARGET)+
m:ItemIds = (ItemId|OccurrenceItemId|RecurringMasterItemId)+
m:ToFolderId = TARGET
m:SavedItemFolderId = TARGET
m:ParentFolderId = TARGET
m:SyncFolderId = TARGET
FolderId Id! ChangeKey =
ItemId Id! ChangeKey =
AttachmentId Id! RootItemId RootItemChangeKey =
DistinguishedFolderId Id!=DISTINGUISHED ChangeKey = Mailbox?
Folder/DistinguishedFolderId = #text
m:ReturnNewItemIds = #boolean
m:Items = (ITEM)+
m:Folders = (FOLDER)+
m:ItemChanges = (ItemChange)+
ItemChange = ItemId Updates
ItemChange/Updates = (AppendToItemField|SetItemField|DeleteItemField)+
SetItemField = PATH ITEM
AppendToItemField = PATH ITEM
DeleteItemField = PATH
m:FolderChanges = (FolderChange)+
FolderChange = TARGET Updates
FolderChange/Updates = (AppendToFolderField|SetFolderField|DeleteFolderField)+
SetFolderField = PATH FOLDER
AppendToFolderField = PATH FOLDER
DeleteFolderField = PATH
m:Attachments = (ItemAttachment|FileAttachment)+
Attachments = (ItemAttachment|FileAttachment)+
FileAttachment = AttachmentId? Name? ContentType? ContentId? ContentLocation? Size? LastModifiedTime?
    IsInline? IsContactPhoto? Content?
ItemAttachment = ANY
Mailbox = Name? EmailAddress? RoutingType? MailboxType? ItemId? OriginalDisplayName?
Sender = Mailbox
From = Mailbox
ReceivedBy = Mailbox
ReceivedRepresenting = Mailbox
ToRecipients = Mailbox*
CcRecipients = Mailbox*
BccRecipients = Mailbox*
ReplyTo = Mailbox*
Categories = String*
Body BodyType!=HTML|Text IsTruncated=#boolean = #text
TextBody BodyType!=HTML|Text IsTruncated=#boolean = #text
MimeContent CharacterSet = #base64
ExtendedProperty = ExtendedFieldURI (Value|Values)
Values = Value+
Flag = FlagStatus StartDate? DueDate? CompleteDate?
FlagStatus = NotFlagged|Flagged|Complete
Sensitivity = Normal|Personal|Private|Confidential
Importance = Low|Normal|High
ReminderIsSet = #boolean
ReminderDueBy = #time
ReminderMinutesBeforeStart = #integer
IsRead = #boolean
IsReadReceiptRequested = #boolean
IsDeliveryReceiptRequested = #boolean
IsResponseRequested = #boolean
IsInline = #boolean
DateTimeReceived = #time
DateTimeSent = #time
DateTimeCreated = #time
Content = #base64
ConversationIndex = #base64
InternetMessageHeaders = InternetMessageHeader+
InternetMessageHeader HeaderName! = #text
"""
