"""Every fault by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from exchangelib import errors  # type: ignore[import-untyped]

from imadmin_lab.ews.faults import KINDS, Fault

if TYPE_CHECKING:
    from imadmin_lab.ews import EwsApplication

EXPECTED = {
    "access-denied": errors.ErrorAccessDenied,
    "busy": errors.ErrorServerBusy,
    "cas-error": errors.CASError,
    "connections": errors.ErrorExceededConnectionCount,
    "empty": errors.SOAPError,
    "forbidden": errors.MalformedResponseError,
    "half": errors.EWSError,
    "impersonation-denied": errors.ErrorImpersonateUserDenied,
    "internal-error": errors.EWSError,
    "login-page": errors.EWSError,
    "login-redirect": errors.RedirectError,
    "mailbox-moving": errors.ErrorMailboxMoveInProgress,
    "mailbox-unavailable": errors.ErrorMailboxStoreUnavailable,
    "malformed": errors.EWSError,
    "no-mailbox": errors.ErrorNonExistentMailbox,
    "no-version": None,
    "not-found": errors.EWSError,
    "old-server": None,
    "other-operation": errors.SOAPError,
    "schema-violation": errors.ErrorSchemaValidation,
    "slow": None,
    "too-large": errors.EWSError,
    "too-many-requests": errors.EWSError,
    "transient": errors.ErrorServerBusy,
    "unauthorized": errors.UnauthorizedError,
    "unavailable": errors.ErrorServerBusy,
    "unknown-code": errors.TransportError,
    "wrong-type": None,
}


def count(account: Any) -> int:
    from exchangelib.folders import FolderCollection, Inbox, Root  # type: ignore[import-untyped]
    from exchangelib.properties import DistinguishedFolderId, Mailbox  # type: ignore[import-untyped]

    mailbox = Mailbox(email_address=account.primary_smtp_address)
    inbox = Inbox(
        root=Root(account=account), _distinguished_id=DistinguishedFolderId(id="inbox", mailbox=mailbox)
    )
    return len(list(FolderCollection(account=account, folders=[inbox]).all().only("subject")))


def test_all_are_expected() -> None:
    assert EXPECTED.keys() == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_each(name: str, anna: Any, application: EwsApplication, schema: Any) -> None:
    application.faults.switch_on(Fault(name, times=1, seconds=0.01))
    expected = EXPECTED[name]
    if expected is None:
        assert count(anna) == 0
    else:
        with pytest.raises(expected):
            count(anna)
    assert not application.faults.active()
    assert count(anna) == 0
    if name in ("unknown-code", "malformed", "other-operation"):
        assert len(schema.wrong) == (schema.schema is not None)
        schema.wrong.clear()


def test_busy_says_how_long(anna: Any, application: EwsApplication) -> None:
    application.faults.switch_on(Fault("busy", times=1, seconds=7))
    with pytest.raises(errors.ErrorServerBusy) as caught:
        count(anna)
    assert caught.value.back_off == 7


def test_one_mailbox_or_operation_only(anna: Any, bert: Any, application: EwsApplication) -> None:
    application.faults.switch_on(Fault("mailbox-moving", mailbox="Bert@contoso.com"))
    application.faults.switch_on(Fault("access-denied", operation="CreateItem"))
    assert count(anna) == 0
    with pytest.raises(errors.ErrorMailboxMoveInProgress):
        count(bert)
    application.faults.switch_off("mailbox-moving")
    assert count(bert) == 0
    assert [fault.name for fault in application.faults.active()] == ["access-denied"]


def test_unknown_names_are_told(application: EwsApplication) -> None:
    with pytest.raises(ValueError, match="unknown fault 'earthquake'; known: access-denied"):
        application.faults.switch_on(Fault("earthquake"))
