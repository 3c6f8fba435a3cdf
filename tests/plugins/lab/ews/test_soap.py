"""Plain SOAP over requests, as other libraries write it."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest
import requests
from lxml import etree
from requests_ntlm import HttpNtlmAuth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.web import Authority, WebServer

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"

PREFIXED = f"""<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:soap="{SOAP}" xmlns:ty="{TYPES}"
    xmlns:msg="{MESSAGES}">
  <soap:Header><ty:RequestServerVersion Version="Exchange2013_SP1"/></soap:Header>
  <soap:Body>
    <msg:GetFolder><msg:FolderShape><ty:BaseShape>Default</ty:BaseShape></msg:FolderShape>
      <msg:FolderIds><ty:DistinguishedFolderId Id="inbox"/></msg:FolderIds></msg:GetFolder>
  </soap:Body>
</soap:Envelope>"""
DEFAULTS = f"""<Envelope xmlns="{SOAP}"><Header>
<RequestServerVersion xmlns="{TYPES}" Version="Exchange2010_SP2"/>
</Header><Body><GetFolder xmlns="{MESSAGES}"><FolderShape><BaseShape xmlns="{TYPES}">IdOnly</BaseShape>
</FolderShape><FolderIds><DistinguishedFolderId xmlns="{TYPES}" Id="inbox"/></FolderIds></GetFolder></Body>
</Envelope>"""
MIXED = f"""<s:Envelope xmlns:s="{SOAP}"><s:Body xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<GetFolder xmlns="{MESSAGES}" xmlns:t="{TYPES}"><FolderShape><t:BaseShape>AllProperties</t:BaseShape>
</FolderShape><FolderIds><t:DistinguishedFolderId Id='inbox'><t:Mailbox>
<t:EmailAddress>bert@contoso.com</t:EmailAddress>
</t:Mailbox></t:DistinguishedFolderId></FolderIds></GetFolder></s:Body></s:Envelope>"""
HEADERS = f"""<s:Envelope xmlns:s="{SOAP}" xmlns:t="{TYPES}" xmlns:m="{MESSAGES}"><s:Header>
<t:TimeZoneContext><t:TimeZoneDefinition Id="W. Europe Standard Time"/></t:TimeZoneContext>
<t:ExchangeImpersonation><t:ConnectingSID><t:SmtpAddress>bert@contoso.com</t:SmtpAddress></t:ConnectingSID>
</t:ExchangeImpersonation><t:MailboxCulture>de-DE</t:MailboxCulture>
<t:RequestServerVersion Version="Exchange2016"/>
<w:Action xmlns:w="http://www.w3.org/2005/08/addressing">GetFolder</w:Action></s:Header><s:Body>
<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>
<t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>"""


class Soap:
    """A session that is logged in."""

    def __init__(self, session: requests.Session, url: str) -> None:
        self.session = session
        self.url = url

    def post(self, body: Any, **headers: str) -> requests.Response:
        sent = {"Content-Type": "text/xml; charset=utf-8"} | {
            k.replace("_", "-"): v for k, v in headers.items()
        }
        return self.session.post(self.url, data=body, headers=sent)

    def ask(self, body: Any, **headers: str) -> Any:
        answer = self.post(body, **headers)
        assert answer.status_code == 200, answer.text
        return etree.fromstring(answer.content)


@pytest.fixture
def soap(server: WebServer, authority: Authority) -> Iterator[Soap]:
    with requests.Session() as session:
        session.trust_env, session.verify = False, str(authority.ca_file)
        session.auth = ("anna@contoso.com", "secret")
        yield Soap(session, server.url("/EWS/Exchange.asmx"))


def names(answer: Any) -> list[str]:
    return [element.text for element in answer.iter(f"{{{TYPES}}}DisplayName")]


@pytest.mark.parametrize("body", [PREFIXED, DEFAULTS])
def test_spellings_of_one_request(soap: Soap, body: str) -> None:
    answer = soap.ask(body.encode())
    assert [e.text for e in answer.iter(f"{{{MESSAGES}}}ResponseCode")] == ["NoError"]
    assert answer.find(f".//{{{TYPES}}}FolderId").get("Id")
    assert answer.find(f".//{{{TYPES}}}ServerVersionInfo").get("MajorVersion") == "15"


def test_somebody_elses_folder(soap: Soap) -> None:
    answer = soap.ask(MIXED.encode())
    assert [e.text for e in answer.iter(f"{{{MESSAGES}}}ResponseCode")] == ["ErrorAccessDenied"]
    soap.session.auth = ("CONTOSO\\admin", "secret")
    assert names(soap.ask(MIXED.encode())) == ["Posteingang"]


def test_headers_in_any_order_and_unknown_ones(soap: Soap) -> None:
    soap.session.auth = ("CONTOSO\\svc", "secret")
    assert names(soap.ask(HEADERS.encode())) == ["Posteingang"]


def test_encodings_of_the_body(soap: Soap) -> None:
    packed = gzip.compress(PREFIXED.encode())
    assert names(soap.ask(packed, Content_Encoding="gzip")) == ["Inbox"]
    assert names(soap.ask(iter([PREFIXED[:100].encode(), PREFIXED[100:].encode()]))) == ["Inbox"]
    wide = PREFIXED.replace("utf-8", "utf-16").encode("utf-16")
    assert names(soap.ask(wide, Content_Type="text/xml; charset=utf-16")) == ["Inbox"]
    marked = b"\xef\xbb\xbf" + PREFIXED.encode()
    assert names(soap.ask(marked, Content_Type='text/xml;charset="utf-8"', SOAPAction='"GetFolder"')) == [
        "Inbox"
    ]


def test_an_answer_is_packed_for_who_asks_for_that(soap: Soap) -> None:
    answer = soap.post(PREFIXED.encode(), Accept_Encoding="gzip, deflate")
    assert names(etree.fromstring(answer.content)) == ["Inbox"]
    plain = soap.post(PREFIXED.encode(), Accept_Encoding="identity")
    assert "Content-Encoding" not in plain.headers


def test_ntlm_on_one_connection(soap: Soap) -> None:
    soap.session.auth = HttpNtlmAuth("anna@contoso.com", "secret")
    for _ in range(3):
        assert names(soap.ask(PREFIXED.encode())) == ["Inbox"]


def test_other_paths_and_methods(soap: Soap) -> None:
    base = soap.url.rpartition("/")[0]
    assert soap.session.get(soap.url).status_code in {200, 405}
    assert soap.session.post(f"{base}/exchange.ASMX", PREFIXED, headers={"Content-Type": "text/xml"}).ok
    assert soap.session.post(f"{base}/Other.asmx", PREFIXED).status_code == 404
    assert soap.post(b"<nonsense").status_code in {400, 500}
    assert soap.post(PREFIXED.replace(SOAP, "http://www.w3.org/2003/05/soap-envelope")).status_code == 500


def test_a_refusal_is_a_soap_fault(soap: Soap) -> None:
    answer = soap.post(PREFIXED.replace("GetFolder", "GetNonsense").encode())
    assert answer.status_code == 500
    fault = etree.fromstring(answer.content).find(f".//{{{SOAP}}}Fault")
    assert fault is not None
    assert fault.findtext("faultcode") == "a:ErrorSchemaValidation"
    assert fault.find("detail") is not None
    bad = PREFIXED.replace("Exchange2013_SP1", "Exchange2099").encode()
    assert b"ErrorInvalidServerVersion" in soap.post(bad).content


def test_sending_and_finding_by_hand(soap: Soap) -> None:
    create = f"""<CreateItem xmlns="{MESSAGES}" xmlns:t="{TYPES}" MessageDisposition="SendAndSaveCopy">
        <SavedItemFolderId><t:DistinguishedFolderId Id="sentitems"/></SavedItemFolderId><Items><t:Message>
        <t:ItemClass>IPM.Note.Microsoft.Missed</t:ItemClass><t:Subject>token-1</t:Subject>
        <t:Body BodyType="Text">x</t:Body><t:ToRecipients><t:Mailbox>
        <t:EmailAddress>anna@contoso.com</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></Items></CreateItem>"""
    find = f"""<FindItem xmlns="{MESSAGES}" xmlns:t="{TYPES}" Traversal="Shallow"><ItemShape>
        <t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:ItemClass"/>
        <t:FieldURI FieldURI="item:Subject"/></t:AdditionalProperties></ItemShape>
        <IndexedPageItemView MaxEntriesReturned="10" Offset="0" BasePoint="Beginning"/>
        <Restriction><t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase">
        <t:FieldURI FieldURI="item:Subject"/><t:Constant Value="TOKEN"/></t:Contains></Restriction>
        <SortOrder><t:FieldOrder Order="Descending"><t:FieldURI FieldURI="item:DateTimeReceived"/>
        </t:FieldOrder></SortOrder><ParentFolderIds><t:DistinguishedFolderId Id="inbox"/>
        <t:DistinguishedFolderId Id="sentitems"/></ParentFolderIds></FindItem>"""
    soap.ask(enveloped(create))
    answer = soap.ask(enveloped(find))
    assert [e.text for e in answer.iter(f"{{{TYPES}}}ItemClass")] == ["IPM.Note.Microsoft.Missed"] * 2
    identity = answer.find(f".//{{{TYPES}}}ItemId")
    delete = f"""<DeleteItem xmlns="{MESSAGES}" xmlns:t="{TYPES}" DeleteType="HardDelete"><ItemIds>
        <t:ItemId Id="{identity.get("Id")}" ChangeKey="{identity.get("ChangeKey")}"/></ItemIds>
        </DeleteItem>"""
    codes = [[e.text for e in soap.ask(enveloped(delete)).iter(f"{{{MESSAGES}}}ResponseCode")] for _ in "ab"]
    assert codes == [["NoError"], ["ErrorItemNotFound"]]


def enveloped(operation: str) -> bytes:
    return f'<Envelope xmlns="{SOAP}"><Body>{operation}</Body></Envelope>'.encode()
