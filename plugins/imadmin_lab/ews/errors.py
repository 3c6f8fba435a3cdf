"""What goes wrong, by the ResponseCodes of Exchange."""

from __future__ import annotations

from typing import Final

TEXTS: Final = {
    "ErrorAccessDenied": "Access is denied. Check credentials and try again.",
    "ErrorAttachmentSizeLimitExceeded": "The attachment exceeds the limit on its size.",
    "ErrorCannotDeleteObject": "The object cannot be deleted.",
    "ErrorCannotEmptyFolder": "The folder cannot be emptied.",
    "ErrorChangeKeyRequired": "A change key is required for this operation.",
    "ErrorChangeKeyRequiredForWriteOperations": "A valid change key is required for this operation.",
    "ErrorContainsFilterWrongType": "A Contains filter may be used on text properties only.",
    "ErrorDeleteDistinguishedFolder": "Distinguished folders cannot be deleted.",
    "ErrorFolderExists": "A folder with the specified name already exists.",
    "ErrorFolderNotFound": "The specified folder could not be found in the store.",
    "ErrorImpersonateUserDenied": "The account does not have permission to impersonate the requested user.",
    "ErrorIncorrectUpdatePropertyCount": "Each update may name exactly one property.",
    "ErrorInvalidAttachmentId": "The attachment Id is invalid.",
    "ErrorInvalidChangeKey": "The change key is invalid.",
    "ErrorInvalidExtendedProperty": "The extended property attribute combination is invalid.",
    "ErrorInvalidExtendedPropertyValue": "The extended property value is invalid.",
    "ErrorInvalidIdMalformed": "Id is malformed.",
    "ErrorInvalidItemForOperationSendItem": "The operation can only be performed on a message.",
    "ErrorInvalidOperation": "The operation is not valid.",
    "ErrorInvalidPagingMaxRows": "The maximum number of rows returned must be larger than 0.",
    "ErrorInvalidPropertyForExists": "The property cannot be used in an Exists filter.",
    "ErrorInvalidPropertyRequest": "The request is invalid for this property.",
    "ErrorInvalidPropertySet": "The property cannot be set.",
    "ErrorInvalidPropertyDelete": "The property cannot be deleted.",
    "ErrorInvalidRecipients": "At least one recipient is not valid.",
    "ErrorInvalidRequest": "The request is invalid.",
    "ErrorInvalidSendItemSaveSettings": "SavedItemFolderId may be given only where a copy is saved.",
    "ErrorInvalidServerVersion": "The specified server version is invalid.",
    "ErrorInvalidSubscription": "The subscription is not valid.",
    "ErrorInvalidSyncStateData": "The synchronization state data is corrupt or otherwise invalid.",
    "ErrorInvalidValueForProperty": "The specified value is invalid for property.",
    "ErrorInvalidWatermark": "The watermark used for creating this subscription was not found.",
    "ErrorIrresolvableConflict": "The send or update operation could not be performed because the change key "
    "passed in the request does not match the current change key for the item.",
    "ErrorItemNotFound": "The specified object was not found in the store.",
    "ErrorMissingRecipients": "At least one recipient must be given.",
    "ErrorMoveCopyFailed": "The move or copy operation failed.",
    "ErrorMoveDistinguishedFolder": "A distinguished folder cannot be moved.",
    "ErrorNameResolutionMultipleResults": "Multiple results were found.",
    "ErrorNameResolutionNoResults": "No results were found.",
    "ErrorNonExistentMailbox": "The SMTP address has no mailbox associated with it.",
    "ErrorObjectTypeChanged": "The item class is not consistent with the type of the item.",
    "ErrorSchemaValidation": "The request failed schema validation.",
    "ErrorSendAsDenied": "The user account which was used to submit this request does not have the right to "
    "send mail on behalf of the specified sending account.",
    "ErrorStaleObject": "The object has changed since it was read.",
    "ErrorSubscriptionAccessDenied": "Access is denied to this subscription.",
    "ErrorSubscriptionNotFound": "The subscription was not found.",
    "ErrorUnsupportedPathForQuery": "The property cannot be used in a restriction.",
    "ErrorUnsupportedPathForSortGroup": "The property cannot be used for sorting or grouping.",
}


class EwsError(Exception):
    """An operation, or the part of it that concerns one item or folder, failed.

    Args:
        code: A ResponseCode.
        text: What Exchange says; its usual text for the code where None is given.
        values: Name and value pairs for `MessageXml`.
    """

    def __init__(self, code: str, text: str | None = None, values: dict[str, str] | None = None) -> None:
        self.code: Final = code
        self.text: Final = TEXTS.get(code, code) if text is None else text
        self.values: Final = values or {}
        super().__init__(f"{code}: {self.text}")


class FaultError(EwsError):
    """The request as a whole is refused: a SOAP fault, sent with HTTP 500."""


def schema_violation(violation: str) -> FaultError:
    """Refuse a request that the schema does not allow."""
    text = f"The request failed schema validation: {violation}"
    return FaultError("ErrorSchemaValidation", text, {"Violation": violation})
