"""The client's conversation with Exchange Web Services, by hand: open the Inbox, leave the message."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape

import requests
from lxml import etree
from requests_ntlm import HttpNtlmAuth

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
_MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
_ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
    f' xmlns:t="{_TYPES}" xmlns:m="{_MESSAGES}"><s:Header>'
    '<t:RequestServerVersion Version="Exchange2016"/></s:Header><s:Body>{}</s:Body></s:Envelope>'
)
MISSED = "IPM.Note.Microsoft.Missed"
"""The class of an offline message."""

_OPEN_INBOX = (
    "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>"
    '<t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder>'
)
_SEND = (
    '<m:CreateItem MessageDisposition="SendOnly"><m:Items><t:Message>'
    "<t:ItemClass>{item_class}</t:ItemClass>"
    "<t:Subject>{subject}</t:Subject>"
    '<t:Body BodyType="Text">Call me when you are back.</t:Body>'
    "<t:ToRecipients><t:Mailbox><t:EmailAddress>{recipient}</t:EmailAddress></t:Mailbox></t:ToRecipients>"
    "</t:Message></m:Items></m:CreateItem>"
)
_LIST = (
    '<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>'
    '<t:FieldURI FieldURI="item:Subject"/><t:FieldURI FieldURI="item:ItemClass"/>'
    "</t:AdditionalProperties></m:ItemShape><m:ParentFolderIds>"
    '<t:DistinguishedFolderId Id="{}"/></m:ParentFolderIds></m:FindItem>'
)
_FOLDERS = ("inbox", "junkemail", "deleteditems", "recoverableitemsdeletions", "drafts", "outbox")
_TIMEOUT = 30
_SERVER_IS_DOWN = (502, 503, 504)


class Network(NamedTuple):
    """Where the servers are, and whom to trust.

    Attributes:
        ews: The address of Exchange Web Services.
        management: An address of the administrators' servers.
        ca_file: The organisation's certificate authority.
    """

    ews: str
    management: str
    ca_file: Path


class Login(NamedTuple):
    """A log-in as `NETBIOS\\account`; never shows the password."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"Login({self.name!r})"


class Outcome(Enum):
    """How a message fared."""

    SENT = "sent"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


def leave_message(
    network: Network, login: Login, user_agent: str, recipient: str, subject: str = "An offline message"
) -> Outcome:
    """Send as the owner of a mailbox; only a success at each question is one."""
    with _session(network, login, user_agent) as session:
        message = _SEND.format(item_class=MISSED, recipient=escape(recipient), subject=escape(subject))
        for question in (_OPEN_INBOX, message):
            outcome = _ask(session, network.ews, question)
            if outcome is not Outcome.SENT:
                return outcome
    return Outcome.SENT


def missed_messages(network: Network, login: Login) -> int:
    """How many missed conversations the Inbox of a mailbox holds."""
    with _session(network, login, "") as session:
        return sum(found == MISSED for _, found in _listed(session, network, "inbox"))


def lying(network: Network, login: Login, token: str) -> list[tuple[str, str]]:
    """Folder and class of every message in a mailbox whose subject holds a token."""
    with _session(network, login, "") as session:
        return [
            (folder, found)
            for folder in _FOLDERS
            for subject, found in _listed(session, network, folder)
            if token in subject
        ]


def _listed(session: requests.Session, network: Network, folder: str) -> Iterator[tuple[str, str]]:
    answer = session.post(network.ews, _ENVELOPE.format(_LIST.format(folder)).encode(), timeout=_TIMEOUT)
    answer.raise_for_status()
    for item in etree.fromstring(answer.content).iterfind(f".//{{{_TYPES}}}Items/*"):
        subject, found = (item.findtext(f"{{{_TYPES}}}{name}") for name in ("Subject", "ItemClass"))
        yield subject or "", found or ""


def trusted(network: Network) -> bool:
    """Whether the administrators' servers can be spoken with: the certificate is good."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            session.get(network.management, verify=str(network.ca_file), timeout=_TIMEOUT)
        except requests.exceptions.SSLError:
            return False
    return True


def _session(network: Network, login: Login, user_agent: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = str(network.ca_file)
    session.auth = HttpNtlmAuth(*login)
    session.headers.update({"User-Agent": user_agent, "Content-Type": "text/xml; charset=utf-8"})
    return session


def _ask(session: requests.Session, url: str, question: str) -> Outcome:
    try:
        answer = session.post(url, _ENVELOPE.format(question).encode(), timeout=_TIMEOUT)
    except (requests.ConnectionError, requests.Timeout):
        return Outcome.UNREACHABLE
    if answer.status_code in _SERVER_IS_DOWN:
        return Outcome.UNREACHABLE
    return Outcome.SENT if answer.ok and _succeeded(answer.content) else Outcome.REFUSED


def _succeeded(content: bytes) -> bool:
    messages = etree.fromstring(content).findall(f".//{{{_MESSAGES}}}ResponseMessages/*")
    return [message.get("ResponseClass") for message in messages] == ["Success"]
