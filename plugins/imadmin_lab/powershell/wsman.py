"""WS-Management messages: reading requests strictly, writing answers and faults ([MS-WSMV])."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from lxml.etree import _Element

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
WSMAN: Final = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
WSMAN_FAULT: Final = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
POWERSHELL: Final = "http://schemas.microsoft.com/powershell"
TRANSFER: Final = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
ENUMERATION: Final = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
CONFIG: Final = "http://schemas.microsoft.com/wbem/wsman/1/config"
_NAMESPACES: Final = {"s": SOAP, "a": ADDRESSING, "w": WSMAN, "rsp": SHELL}
_DECLARED: Final = (
    f'xmlns:s="{SOAP}" xmlns:a="{ADDRESSING}" xmlns:w="{WSMAN}" xmlns:x="{TRANSFER}"'
    f' xmlns:n="{ENUMERATION}" xmlns:rsp="{SHELL}"'
)
CONTENT_TYPE: Final = "application/soap+xml;charset=UTF-8"
_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$")
_DEFAULT_TIMEOUT: Final = 60.0
_DEFAULT_ENVELOPE: Final = 153600
_SMALLEST_ENVELOPE: Final = 8192


@dataclass(frozen=True)
class Problem:
    """A kind of fault.

    Attributes:
        code: The number in the WSManFault element, which clients go by.
        subcode: The WS-Management or WS-Addressing subcode.
        receiver: Whether it is the server's, and not the client's.
    """

    code: int
    subcode: str
    receiver: bool = False


TIMED_OUT: Final = Problem(2150858793, "w:TimedOut", receiver=True)
INVALID_RESOURCE: Final = Problem(2150858811, "a:DestinationUnreachable")
UNKNOWN_SHELL: Final = Problem(2150858843, "w:InvalidSelectors")
INVALID_XML: Final = Problem(2150858817, "w:SchemaValidationError")
UNKNOWN_ACTION: Final = Problem(2150858753, "a:ActionNotSupported")
TOO_LARGE: Final = Problem(2150858798, "w:EncodingLimit")
ACCESS_DENIED: Final = Problem(5, "w:AccessDenied")
ABORTED: Final = Problem(995, "w:InternalError", receiver=True)
INTERNAL: Final = Problem(1359, "w:InternalError", receiver=True)
TOO_MANY_SHELLS: Final = Problem(2150859173, "w:QuotaLimit")


class WSManError(Exception):
    """A request that is answered with a fault.

    Args:
        problem: What kind.
        text: What it says.
    """

    def __init__(self, problem: Problem, text: str) -> None:
        super().__init__(text)
        self.problem: Final = problem


@dataclass(frozen=True)
class Message:
    """A request.

    Attributes:
        action: What is asked for.
        resource: The ResourceURI.
        message_id: What the answer relates to.
        timeout: In seconds: how long the client wants to wait.
        max_envelope: The largest answer that it takes, in bytes.
        selectors: Which shell.
        options: The option set.
        body: The soap body.
    """

    action: str
    resource: str
    message_id: str
    timeout: float
    max_envelope: int
    selectors: dict[str, str]
    options: dict[str, str]
    body: _Element

    def child(self, path: str) -> _Element:
        """An element of the body that must be there; `rsp:` is the shell's namespace.

        Raises:
            WSManError: It is not.
        """
        found = self.body.find(path, _NAMESPACES)
        if found is None:
            raise WSManError(
                INVALID_XML, f"The {self.action.rpartition('/')[2]} request has no {path} element."
            )
        return found


def read_message(body: bytes) -> Message:
    """The request in an HTTP body.

    Raises:
        WSManError: It is not a WS-Management request.
    """
    envelope = _parse(body)
    header, content = envelope.find("s:Header", _NAMESPACES), envelope.find("s:Body", _NAMESPACES)
    if envelope.tag != f"{{{SOAP}}}Envelope" or header is None or content is None:
        raise WSManError(INVALID_XML, "The request is not a SOAP 1.2 envelope with a header and a body.")
    limit = _text(header, "w:MaxEnvelopeSize", str(_DEFAULT_ENVELOPE))
    if not limit.isdecimal() or int(limit) < _SMALLEST_ENVELOPE:
        raise WSManError(TOO_LARGE, f"MaxEnvelopeSize must be at least {_SMALLEST_ENVELOPE}; it is {limit}.")
    return Message(
        _text(header, "a:Action"),
        _text(header, "w:ResourceURI"),
        _text(header, "a:MessageID"),
        _seconds(_text(header, "w:OperationTimeout", "")),
        int(limit),
        _pairs(header, "w:SelectorSet/w:Selector"),
        _pairs(header, "w:OptionSet/w:Option"),
        content,
    )


def _parse(body: bytes) -> _Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    if body.startswith((b"\xff\xfe", b"<\0")):  # as Windows sends it
        body = body.decode("utf-16-le", "replace").removeprefix("\ufeff").encode()
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise WSManError(INVALID_XML, f"The XML in the request is not well-formed: {error}") from None
    if envelope.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # lxml-stubs knows no docinfo
        raise WSManError(INVALID_XML, "The XML in the request has a document type declaration.")
    return envelope


def _text(header: _Element, path: str, default: str | None = None) -> str:
    text = header.findtext(path, default, _NAMESPACES)
    if text is None or (default is None and not text.strip()):
        raise WSManError(INVALID_XML, f"The request has no {path} header.")
    return text.strip()


def _seconds(duration: str) -> float:
    if not duration:
        return _DEFAULT_TIMEOUT
    match = _DURATION.match(duration)
    if match is None:
        raise WSManError(INVALID_XML, f"OperationTimeout {duration!r} is not a duration.")
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _pairs(header: _Element, path: str) -> dict[str, str]:
    found = header.findall(path, _NAMESPACES)
    return {element.get("Name", ""): (element.text or "").strip() for element in found}


def answer(message: Message, action: str, body: str) -> bytes:
    """The answer to a request.

    Args:
        message: The request.
        action: What the answer says.
        body: The XML inside the soap body; prefixes `x` (transfer), `n` (enumeration), `rsp`, `w`, `a`, `s`.
    """
    return _envelope(action, message.message_id, body)


def fault(error: WSManError, message_id: str, machine: str) -> bytes:
    """The fault that tells a client of an error."""
    problem = error.problem
    text = escape(str(error))
    code = "s:Receiver" if problem.receiver else "s:Sender"
    detail = (
        f'<f:WSManFault xmlns:f="{WSMAN_FAULT}" Code="{problem.code}" Machine={quoteattr(machine)}>'
        f"<f:Message>{text}</f:Message></f:WSManFault>"
    )
    body = (
        f"<s:Fault><s:Code><s:Value>{code}</s:Value>"
        f"<s:Subcode><s:Value>{problem.subcode}</s:Value></s:Subcode></s:Code>"
        "<s:Reason><s:Text"
        f' xml:lang="en-US">{text}</s:Text></s:Reason><s:Detail>{detail}</s:Detail></s:Fault>'
    )
    return _envelope(f"{WSMAN.removesuffix('.xsd')}/fault", message_id, body)


def _envelope(action: str, message_id: str, body: str) -> bytes:
    related = f"<a:RelatesTo>{escape(message_id)}</a:RelatesTo>" if message_id else ""
    return (
        f'<s:Envelope xml:lang="en-US" {_DECLARED}><s:Header><a:Action>{action}</a:Action>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"<a:To>{ADDRESSING}/role/anonymous</a:To>{related}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    ).encode()
