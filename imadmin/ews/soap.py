"""Reading a SOAP answer: strictly, and without trusting who sent it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from imadmin.ews.codes import kind_of
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.statuses import refusal_of

if TYPE_CHECKING:
    from imadmin.ews.wire import Reply

__all__ = ["Answer", "Part", "body_of", "read_answer", "read_single"]

SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
MESSAGES: Final = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
TYPES: Final = "{http://schemas.microsoft.com/exchange/services/2006/types}"
ERRORS: Final = "{http://schemas.microsoft.com/exchange/services/2006/errors}"
_VERSION: Final = ("MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber")
_CONTENT_TYPES: Final = ("text/xml", "application/xml", "application/soap+xml")
_NO_ERROR: Final = "NoError"
_UNNAMED: Final = "an error without a code"


@dataclass(frozen=True, slots=True)
class Part:
    """The answer for one folder or item that was asked about.

    Attributes:
        code: empty where all is well, else the ResponseCode.
        text: what the server says about it.
        element: the response message.
    """

    code: str
    text: str
    element: etree._Element

    def error(self, where: str) -> EwsError:
        """The error that the code stands for."""
        return _coded(self.code, self.text, where)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, with a part for each folder or item in the order in which they were asked about.

    Attributes:
        parts: one for each.
        server: the build that answered, such as `15.2.1748.10`; empty where it did not say.
    """

    parts: tuple[Part, ...]
    server: str


def read_answer(reply: Reply, operation: str, expected: int, where: str) -> Answer:
    """The answer to *operation*.

    Args:
        reply: of the server.
        operation: such as `GetFolder`.
        expected: how many parts there must be.
        where: the endpoint, for messages.

    Raises:
        EwsError: it is no answer, or an error as a whole.
    """
    envelope, body = body_of(reply, where)
    response = body.find(f"{MESSAGES}{operation}Response/{MESSAGES}ResponseMessages")
    found = [] if response is None else list(response.iterchildren(f"{MESSAGES}{operation}ResponseMessage"))
    if len(found) != expected:
        raise EwsError.of(Kind.MALFORMED, where, f"{operation}: {len(found)} of {expected} parts")
    return Answer(tuple(map(_part, found)), _server(envelope))


def read_single(reply: Reply, operation: str, where: str) -> Part:
    """The answer to an *operation* whose response is its only message.

    Raises:
        EwsError: it is no answer, or an error.
    """
    _, body = body_of(reply, where)
    response = body.find(f"{MESSAGES}{operation}Response")
    if response is None:
        raise EwsError.of(Kind.MALFORMED, where, f"{operation}: no answer to it")
    part = _part(response)
    if part.code:
        raise part.error(where)
    return part


def body_of(reply: Reply, where: str) -> tuple[etree._Element, etree._Element]:
    """The envelope of an answer and its body, which holds no fault.

    Raises:
        EwsError: it is no SOAP answer, or a fault.
    """
    refusal = refusal_of(reply, where)
    if refusal is not None:
        raise refusal
    envelope = _parsed(reply, where)
    body = envelope.find(f"{SOAP}Body")
    if envelope.tag != f"{SOAP}Envelope" or body is None:
        raise EwsError.of(Kind.NOT_EWS, where, "XML, but no SOAP")
    fault = body.find(f"{SOAP}Fault")
    if fault is not None:
        raise _from_fault(fault, where)
    return envelope, body


def _parsed(reply: Reply, where: str) -> etree._Element:
    """The root of an answer that is XML."""
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _CONTENT_TYPES:
        raise EwsError.of(Kind.NOT_EWS, where, f"HTTP {reply.status}, {kind or 'no content type'}")
    if not reply.body.strip():
        raise EwsError.of(Kind.NOT_EWS, where, f"HTTP {reply.status}, an empty answer")
    root, wrong = _recovered(reply.body)
    if root is None or wrong:
        raise EwsError.of(Kind.MALFORMED, where, wrong or "no XML")
    if root.getroottree().docinfo.internalDTD is not None:
        raise EwsError.of(Kind.MALFORMED, where, "it declares a document type")
    return root


def _recovered(body: bytes) -> tuple[etree._Element | None, str]:
    """The root of a document, and what is wrong with it.

    Exchange writes control characters of a subject as they are (`&#x1F;`), which XML does not know. They are
    therefore recovered from, and nothing else is.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return None, error.msg or ""
    wrong = (one.message for one in parser.error_log if one.type != etree.ErrorTypes.ERR_INVALID_CHAR)
    return root, next(wrong, "")


def _part(element: etree._Element) -> Part:
    code = (element.findtext(f"{MESSAGES}ResponseCode") or "").strip()
    text = element.findtext(f"{MESSAGES}MessageText") or ""
    if element.get("ResponseClass") in ("Success", "Warning") and code == _NO_ERROR:
        return Part("", "", element)
    return Part(_UNNAMED if code in ("", _NO_ERROR) else code, text, element)


def _coded(code: str, text: str, where: str, back_off: float | None = None) -> EwsError:
    return EwsError.of(kind_of(code), where, f"{code}: {text}" if text.strip() else code, back_off)


def _from_fault(fault: etree._Element, where: str) -> EwsError:
    code = fault.findtext(f"detail/{ERRORS}ResponseCode") or fault.findtext("faultcode") or "a SOAP fault"
    text = fault.findtext(f"detail/{ERRORS}Message") or fault.findtext("faultstring") or ""
    return _coded(code.strip().rpartition(":")[2], text, where, _back_off(fault))


def _back_off(fault: etree._Element) -> float | None:
    """Seconds, from the milliseconds in a fault."""
    for value in fault.iterfind(f"detail/{TYPES}MessageXml/{TYPES}Value"):
        text = (value.text or "").strip()
        if value.get("Name") == "BackOffMilliseconds" and text.isascii() and text.isdecimal():
            return int(text[:12]) / 1000
    return None


def _server(envelope: etree._Element) -> str:
    info = envelope.find(f"{SOAP}Header/{TYPES}ServerVersionInfo")
    numbers = [] if info is None else [info.get(name, "") for name in _VERSION]
    return ".".join(numbers) if all(number.isdecimal() for number in numbers) else ""
