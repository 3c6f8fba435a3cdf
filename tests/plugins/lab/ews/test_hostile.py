"""Requests that were tampered with: refused or answered, never a bug."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from imadmin_lab.ews import EwsApplication
from imadmin_lab.mail import MailStore

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGET = '<t:DistinguishedFolderId Id="inbox"/>'
SHAPE = "<m:{0}Shape><t:BaseShape>AllProperties</t:BaseShape></m:{0}Shape>"
EQUAL = (
    '<t:IsEqualTo><t:FieldURI FieldURI="item:Size"/><t:FieldURIOrConstant><t:Constant Value="1"/>'
    "</t:FieldURIOrConstant></t:IsEqualTo>"
)
RECIPIENT = "<t:Mailbox><t:EmailAddress>bert@contoso.com</t:EmailAddress></t:Mailbox>"
MESSAGE = (
    "<t:MimeContent>U3ViamVjdDogeA==</t:MimeContent><t:ItemClass>IPM.Note</t:ItemClass>"
    "<t:Subject>s</t:Subject>"
    '<t:Body BodyType="Text">b</t:Body><t:ExtendedProperty>'
    '<t:ExtendedFieldURI PropertyTag="0x6000" PropertyType="Integer"/><t:Value>1</t:Value>'
    "</t:ExtendedProperty>"
    f"<t:ToRecipients>{RECIPIENT}</t:ToRecipients><t:IsRead>true</t:IsRead>"
)
GET = f"<m:GetFolder>{SHAPE.format('Folder')}<m:FolderIds>{TARGET}</m:FolderIds></m:GetFolder>"
FIND = (
    f'<m:FindItem Traversal="Shallow">{SHAPE.format("Item")}'
    '<m:IndexedPageItemView MaxEntriesReturned="5" Offset="0" BasePoint="Beginning"/>'
    f"<m:Restriction><t:And>{EQUAL}<t:Not>{EQUAL}</t:Not></t:And></m:Restriction>"
    '<m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:Subject"/></t:FieldOrder>'
    f"</m:SortOrder><m:ParentFolderIds>{TARGET}</m:ParentFolderIds></m:FindItem>"
)
CREATE = (
    f'<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:Message>{MESSAGE}</t:Message></m:Items>'
    "</m:CreateItem>"
)
SYNC = (
    f"<m:SyncFolderItems>{SHAPE.format('Item')}<m:SyncFolderId>{TARGET}</m:SyncFolderId>"
    "<m:SyncState>U1lOMQAAAAAAAAAEAAAAAAAAAnUAAAAAAAAAAA==</m:SyncState>"
    "<m:MaxChangesReturned>5</m:MaxChangesReturned></m:SyncFolderItems>"
)
SUBSCRIBE = (
    f"<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds>{TARGET}</t:FolderIds><t:EventTypes>"
    "<t:EventType>NewMailEvent</t:EventType></t:EventTypes><t:Timeout>5</t:Timeout></m:PullSubscriptionRequest>"
    "</m:Subscribe>"
)
FOLDER = (
    f"<m:CreateFolder><m:ParentFolderId>{TARGET}</m:ParentFolderId><m:Folders><t:Folder>"
    "<t:DisplayName>x</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>"
)
RESOLVE = (
    '<m:ResolveNames ReturnFullContactData="true"><m:UnresolvedEntry>an</m:UnresolvedEntry></m:ResolveNames>'
)
CONVERT = (
    '<m:ConvertId DestinationFormat="EntryId"><m:SourceIds>'
    '<t:AlternateId Format="EwsId" Id="AAMk" Mailbox="x"/></m:SourceIds></m:ConvertId>'
)
REQUESTS = (GET, FIND, CREATE, SYNC, SUBSCRIBE, FOLDER, RESOLVE, CONVERT)
VALUES = st.sampled_from(
    ["", "0", "-1", "99999999999999999999", "NaN", "AAAA", "true", "IPM.Contact", "x" * 300]
)
WAYS = st.sampled_from(["drop", "double", "text", "attribute", "rename"])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, filled: Any) -> Iterator[EwsApplication]:
    with MailStore(tmp_path_factory.mktemp("mail") / "mail.db") as store:
        with store.writing() as session:
            filled(session)
        yield EwsApplication(store)


def tampered(root: Any, way: str, place: int, value: str) -> None:
    elements = list(root.iter())
    one = elements[place % len(elements)]
    parent = one.getparent()
    if way == "text":
        one.text = value
    elif way == "attribute" and one.attrib:
        one.set(list(one.attrib)[place % len(one.attrib)], value)
    elif way == "rename":
        one.tag = elements[(place * 7) % len(elements)].tag
    elif way == "double" and parent is not None:
        parent.append(copy.deepcopy(one))
    elif way == "drop" and parent is not None:
        parent.remove(one)


@settings(max_examples=400, deadline=None)
@given(
    request=st.sampled_from(REQUESTS),
    changes=st.lists(st.tuples(WAYS, st.integers(0, 200), VALUES), max_size=3),
)
def test_no_request_finds_a_bug(
    app: EwsApplication, by_hand: Any, request: str, changes: list[tuple[str, int, str]]
) -> None:
    raw = by_hand(app)
    root = etree.fromstring(raw.body(request))
    operation = root[1][0]
    for change in changes:
        tampered(operation, *change)
    response = raw.post(etree.tostring(root))
    assert response.status in (200, 500)
    assert b"ErrorInternalServerError" not in response.body
