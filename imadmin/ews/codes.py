"""What the ResponseCodes of Exchange mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.ews.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["kind_of"]

_CODES: Final[Mapping[Kind, str]] = {
    Kind.THROTTLED: "ErrorServerBusy ErrorExceededConnectionCount ErrorTooManyObjectsOpened",
    Kind.UNAVAILABLE: "ErrorInternalServerTransientError ErrorConnectionFailedTransientError"
    " ErrorConnectionFailed ErrorTimeoutExpired ErrorClientDisconnected",
    Kind.SERVER_ERROR: "ErrorInternalServerError ErrorInsufficientResources Server Receiver",
    Kind.NO_MAILBOX: "ErrorNonExistentMailbox ErrorNonPrimarySmtpAddress ErrorInvalidMailbox"
    " ErrorMissingEmailAddress ErrorUserNotFound",
    Kind.MAILBOX_MOVING: "ErrorMailboxMoveInProgress",
    Kind.MAILBOX_UNAVAILABLE: "ErrorMailboxStoreUnavailable ErrorMailboxFailover ErrorMailboxLogonFailed",
    Kind.ACCESS_DENIED: "ErrorAccessDenied ErrorSendAsDenied ErrorCreateItemAccessDenied"
    " ErrorRecoverableItemsAccessDenied ErrorCannotDeleteObject",
    Kind.IMPERSONATION_DENIED: "ErrorImpersonateUserDenied ErrorImpersonationDenied ErrorImpersonationFailed",
    Kind.NO_FOLDER: "ErrorFolderNotFound ErrorParentFolderNotFound",
    Kind.OLD_SERVER: "ErrorInvalidServerVersion ErrorIncorrectSchemaVersion"
    " ErrorInvalidSchemaVersionForMailboxVersion ErrorWrongServerVersion",
}
_KINDS: Final = {code: kind for kind, codes in _CODES.items() for code in codes.split()}


def kind_of(code: str) -> Kind:
    """The kind of failure that a ResponseCode stands for; `OTHER` for one that is not known."""
    return _KINDS.get(code, Kind.OTHER)
