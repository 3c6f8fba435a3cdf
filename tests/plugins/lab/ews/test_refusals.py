"""What is refused, and how: faults, response codes and HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from exchangelib import IMPERSONATION  # type: ignore[import-untyped]
from exchangelib.errors import ErrorImpersonateUserDenied, ErrorNonExistentMailbox  # type: ignore[import-untyped]

from imadmin_lab.ews import EwsApplication

INBOX = (
    "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
    '<m:FolderIds><t:DistinguishedFolderId Id="inbox">{}</t:DistinguishedFolderId></m:FolderIds>'
    "</m:GetFolder>"
)
SAVE = (
    '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message>{}</t:Message></m:Items></m:CreateItem>'
)
MAILBOX = "<t:Mailbox><t:EmailAddress>{}</t:EmailAddress></t:Mailbox>"
ITEM = (
    "<m:GetItem><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
    '<m:ItemIds><t:ItemId Id="{}"/></m:ItemIds></m:GetItem>'
)
DEEP = b"<a>" * 100_000 + b"</a>" * 100_000
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<x>&b;</x>"
)


def impersonating(address: str) -> str:
    return (
        "<t:ExchangeImpersonation><t:ConnectingSID>"
        f"<t:PrimarySmtpAddress>{address}</t:PrimarySmtpAddress></t:ConnectingSID></t:ExchangeImpersonation>"
    )


@pytest.mark.parametrize(
    "body", [b"", b"<a>", b"\x00\xff", DEEP, BOMB, BOMB.decode().encode("utf-16"), b"hello"]
)
def test_what_is_no_good_xml_is_a_bad_request(raw: Any, body: bytes) -> None:
    assert raw.post(body).status == 400


def test_a_body_beyond_the_cap_is_not_read(store: Any, raw: Any) -> None:
    raw.application = EwsApplication(store, largest=1000)
    assert raw.post(b"x" * 1001).status == 413


def test_http(raw: Any) -> None:
    good = raw.body(INBOX.format(""))
    assert raw.post(good, user=None).status == 401
    assert raw.post(good, method="GET").status == 405
    assert raw.post(good, Content_Type="application/json").status == 415


@pytest.mark.parametrize(
    "operation",
    [
        "<m:GetFolder/>",
        "<m:Nonsense/>",
        "<t:GetFolder/>",
        INBOX.replace("IdOnly", "Everything").format(""),
        INBOX.replace('"inbox"', '"nowhere"').format(""),
        INBOX.replace("<m:FolderShape>", '<m:FolderShape Colour="red">').format(""),
        INBOX.replace("m:FolderIds", "t:FolderIds").format(""),
        INBOX.format("").replace("</m:GetFolder>", "stray</m:GetFolder>"),
        '<m:DeleteItem><m:ItemIds><t:ItemId Id="x"/></m:ItemIds></m:DeleteItem>',
        SAVE.format('<t:Body BodyType="Text">x</t:Body><t:Subject>too late</t:Subject>'),
        SAVE.format("<t:IsRead>maybe</t:IsRead>"),
    ],
)
def test_what_the_schema_does_not_allow_is_a_fault(raw: Any, operation: str) -> None:
    response = raw.post(raw.body(operation))
    assert response.status == 500
    assert b"a:ErrorSchemaValidation" in response.body
    assert b"<t:Value" in response.body


def test_versions(raw: Any) -> None:
    body = raw.body(INBOX.format("")).replace(b"Exchange2016", b"Exchange1999")
    response = raw.post(body)
    assert (response.status, b"ErrorInvalidServerVersion" in response.body) == (500, True)
    assert b'MajorVersion="15"' in raw.post(raw.body(INBOX.format(""))).body


def test_unsupported_operations_are_named(raw: Any) -> None:
    response = raw.post(raw.body("<m:GetMailTips/>"))
    assert b"ErrorInvalidOperation" in response.body
    assert b"GetMailTips" in response.body


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (INBOX.format(MAILBOX.format("bert@contoso.com")), "ErrorAccessDenied"),
        (INBOX.format(MAILBOX.format("nobody@contoso.com")), "ErrorNonExistentMailbox"),
        (INBOX.replace('"inbox"', '"voicemail"').format(""), "ErrorFolderNotFound"),
        (ITEM.format("no base64"), "ErrorInvalidIdMalformed"),
        (ITEM.format("AAMk"), "ErrorInvalidIdMalformed"),
    ],
)
def test_response_codes(raw: Any, operation: str, code: str) -> None:
    assert raw.codes(operation) == [code]


def test_an_alias_is_the_mailbox(raw: Any) -> None:
    assert raw.codes(INBOX.format(MAILBOX.format("A.Arndt@Contoso.com"))) == ["NoError"]


def test_a_class_must_fit_its_element(raw: Any) -> None:
    codes = raw.codes(SAVE.format("<t:ItemClass>IPM.Contact</t:ItemClass>"))
    assert codes == ["ErrorObjectTypeChanged"]


def test_sending_as_somebody_else(raw: Any) -> None:
    bert = MAILBOX.format("bert@contoso.com")
    content = f"<t:ToRecipients>{bert}</t:ToRecipients><t:From>{bert}</t:From>"
    codes = raw.codes(SAVE.replace("SaveOnly", "SendOnly").format(content))
    assert codes == ["ErrorSendAsDenied"]


def test_one_bad_item_does_not_undo_the_good(raw: Any) -> None:
    codes = raw.codes(
        '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message><t:Subject>a</t:Subject></t:Message>'
        "<t:Message><t:ItemClass>IPM.Task</t:ItemClass></t:Message><t:Message/></m:Items></m:CreateItem>"
    )
    assert codes == ["NoError", "ErrorObjectTypeChanged", "NoError"]


def test_impersonation(client: Any) -> None:
    account = client.account("anna@contoso.com", login="CONTOSO\\svc", access=IMPERSONATION)
    assert account.inbox.name == "Inbox"
    with pytest.raises(ErrorNonExistentMailbox):
        _ = client.account("nobody@contoso.com", login="CONTOSO\\svc", access=IMPERSONATION).inbox
    with pytest.raises(ErrorImpersonateUserDenied):
        _ = client.account("fred@fabrikam.com", login="CONTOSO\\svc", access=IMPERSONATION).inbox
    with pytest.raises(ErrorImpersonateUserDenied):
        _ = client.account("bert@contoso.com", login="anna@contoso.com", access=IMPERSONATION).inbox


def test_impersonation_denied_is_a_fault(raw: Any) -> None:
    response = raw.post(raw.body(INBOX.format(""), impersonating("bert@contoso.com")))
    assert (response.status, b"a:ErrorImpersonateUserDenied" in response.body) == (500, True)


def test_ews_may_be_closed_for_a_mailbox_or_a_client(store: Any, raw: Any) -> None:
    raw.application = EwsApplication(
        store, allowed=lambda mailbox, agent: mailbox != "bert@contoso.com" and not agent.startswith("OC/")
    )
    good = raw.body(INBOX.format(""))
    assert raw.post(good).status == 200
    assert raw.post(good, user="bert@contoso.com").status == 403
    assert raw.post(good, User_Agent="OC/16.0 (Skype for Business)").status == 403
    other = raw.body(INBOX.format(MAILBOX.format("bert@contoso.com")))
    assert b"ErrorAccessDenied" in raw.post(other, user="CONTOSO\\admin").body


def test_ids_convert_and_the_version_can_be_guessed(client: Any) -> None:
    account = client.account(version=None)
    assert account.version.build.major_version == 15
    from exchangelib.properties import AlternateId  # type: ignore[import-untyped]

    number = AlternateId(id=account.inbox.id, format="EwsId", mailbox="anna@contoso.com")
    for wanted in ("EntryId", "HexEntryId", "OwaId"):
        other = next(iter(account.protocol.convert_ids([number], destination_format=wanted)))
        back = next(iter(account.protocol.convert_ids([other], destination_format="EwsId")))
        assert back.id == account.inbox.id
