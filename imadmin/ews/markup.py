"""From the bytes of an answer to its envelope: liberally in form, and without trusting who sent it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from imadmin.ews.faults import EwsError, Kind

if TYPE_CHECKING:
    from imadmin.ews.wire import Reply

__all__ = ["SOAP", "envelope_in", "holds_envelope", "looks_like_xml"]

SOAP: Final = "{http://schemas.xmlsoap.org/soap/envelope/}"
_CONTENT_TYPES: Final = ("text/xml", "application/xml", "application/soap+xml")
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_BLANK: Final = b" \t\r\n"
_HTML: Final = re.compile(rb"\s*<(?:!doctype\s+html|html)", re.IGNORECASE)
_STARTS: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<", b"<\x00", b"\x00<")


def looks_like_xml(body: bytes) -> bool:
    """Whether a body begins as XML does, in any of its encodings, and is no page of HTML."""
    head = body[:200].lstrip(_BLANK)
    return head.startswith(_STARTS) and not _HTML.match(head)


def holds_envelope(body: bytes) -> bool:
    """Whether a body is XML that mentions a SOAP envelope: what comes with an error status may be a page."""
    return looks_like_xml(body) and b"Envelope" in body.replace(b"\0", b"")


def envelope_in(reply: Reply, where: str, deviations: list[str]) -> etree._Element:
    """The SOAP envelope that an answer is.

    Args:
        reply: of the server.
        where: the endpoint, for messages.
        deviations: to which what is not as Exchange does it is added.

    Raises:
        EwsError: it is none.
    """
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not reply.body.strip():
        raise EwsError.of(Kind.NOT_EWS, where, f"HTTP {reply.status}, an empty answer")
    if kind not in _CONTENT_TYPES:
        _sniffed(reply, kind, where, deviations)
    root = _root(reply, where, deviations)
    name = etree.QName(root)
    if name.localname != "Envelope":
        raise EwsError.of(Kind.NOT_EWS, where, "XML, but no SOAP")
    if f"{{{name.namespace}}}" != SOAP:
        deviations.append(f"the envelope is of {name.namespace or 'no namespace'}")
    return root


def _sniffed(reply: Reply, kind: str, where: str, deviations: list[str]) -> None:
    """Take for XML what begins so, whatever it is called."""
    if not looks_like_xml(reply.body):
        raise EwsError.of(Kind.NOT_EWS, where, f"HTTP {reply.status}, {kind or 'no content type'}")
    deviations.append(f"the content type is {kind}" if kind else "there is no content type")


def _root(reply: Reply, where: str, deviations: list[str]) -> etree._Element:
    body = reply.body.lstrip(_BLANK)
    if len(body) != len(reply.body):
        deviations.append("blanks before the XML declaration")
    root, wrong = _recovered(body)
    charset = _CHARSET.search(reply.headers.get("content-type", ""))
    if (root is None or wrong) and charset:
        root, wrong = _recovered(body, charset[1])
        if not wrong:
            deviations.append(f"the encoding is told by HTTP only: {charset[1]}")
    if wrong and not _is_utf_8(body):
        root, wrong = _recovered(body.decode("utf-8", "replace").encode())
        deviations.append("it holds bytes that are not of its encoding")
    if root is None or wrong:
        raise EwsError.of(Kind.MALFORMED, where, wrong or "no XML")
    if root.getroottree().docinfo.internalDTD is not None:
        raise EwsError.of(Kind.MALFORMED, where, "it declares a document type")
    return root


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _recovered(body: bytes, encoding: str | None = None) -> tuple[etree._Element | None, str]:
    """The root of a document, and what is wrong with it.

    Exchange writes control characters of a subject as they are (`&#x1F;`), which XML does not know. They are
    therefore recovered from, and nothing else is.
    """
    try:
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            recover=True,
            remove_comments=True,
            remove_pis=True,
            encoding=encoding,
        )
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return None, error.msg or ""
    except LookupError:
        return None, f"the encoding {encoding} is not known"
    wrong = (one.message for one in parser.error_log if one.type != etree.ErrorTypes.ERR_INVALID_CHAR)
    return root, next(wrong, "")
