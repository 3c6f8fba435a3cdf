"""SOAP envelopes: what a request's header says, and answers and faults in theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from imadmin_lab.mail.words import words

from . import xml
from .errors import FaultError, schema_violation

if TYPE_CHECKING:
    from .errors import EwsError
    from .xml import Element

VERSIONS: Final = words(
    """
    Exchange2007 Exchange2007_SP1 Exchange2010 Exchange2010_SP1 Exchange2010_SP2 Exchange2013
    Exchange2013_SP1 Exchange2015 Exchange2016
    """
)
_OLDEST: Final = "Exchange2007"
_FAULT_CODES: Final = "http://schemas.microsoft.com/exchange/services/2006/types"


@dataclass(frozen=True)
class ServerVersion:
    """The build that the server says it is."""

    major: int = 15
    minor: int = 2
    build: int = 1748
    revision: int = 10
    schema: str = "V2017_07_11"


@dataclass(frozen=True)
class Incoming:
    """A request out of its envelope.

    Attributes:
        operation: The element in the body.
        version: The schema version that the client speaks.
        impersonated: The address, login or SID to act as, with the name of its element; None: nobody.
    """

    operation: Element
    version: str = _OLDEST
    impersonated: tuple[str, str] | None = None


def unwrap(root: Element) -> Incoming:
    """Take a request out of its envelope."""
    if root.tag != f"{{{xml.SOAP}}}Envelope":
        raise schema_violation(f"The element '{xml.prefixed(root)}' is not a SOAP 1.1 envelope.")
    body = xml.child(root, "Body")
    if body is None or len(body) != 1:
        raise schema_violation("The SOAP body must hold one operation.")
    header = xml.child(root, "Header")
    return Incoming(body[0]) if header is None else _with_header(body[0], header)


def _with_header(operation: Element, header: Element) -> Incoming:
    version = _OLDEST
    named = xml.child(header, "RequestServerVersion")
    if named is not None:
        version = xml.attribute(named, "Version")
        if version not in VERSIONS:
            raise FaultError("ErrorInvalidServerVersion")
    return Incoming(operation, version, _impersonated(xml.child(header, "ExchangeImpersonation")))


def _impersonated(element: Element | None) -> tuple[str, str] | None:
    if element is None:
        return None
    connecting = xml.child(element, "ConnectingSID")
    if connecting is None or len(connecting) != 1:
        raise schema_violation("The element 't:ConnectingSID' must hold one name.")
    return xml.local(connecting[0]), (connecting[0].text or "").strip()


def wrap(content: Element, version: ServerVersion | None) -> Element:
    """Put an answer into an envelope with the server's version, if it tells it."""
    header = xml.soap("Header", None if version is None else _server_version(version))
    return xml.soap("Envelope", header, xml.soap("Body", content))


def fault(error: EwsError) -> Element:
    """Give a refusal of the whole request."""
    body = etree.Element(f"{{{xml.SOAP}}}Fault", nsmap={"s": xml.SOAP})
    code = etree.SubElement(body, "faultcode", nsmap={"a": _FAULT_CODES})
    code.text = f"a:{error.code}"
    text = etree.SubElement(body, "faultstring")
    text.set("{http://www.w3.org/XML/1998/namespace}lang", "en-US")
    text.text = error.text
    detail = etree.SubElement(body, "detail")
    for name, value in (("ResponseCode", error.code), ("Message", error.text)):
        part = etree.SubElement(detail, f"{{{xml.ERRORS}}}{name}", nsmap={"e": xml.ERRORS})
        part.text = value
    if error.values:
        values = (xml.t("Value", value, Name=name) for name, value in error.values.items())
        detail.append(xml.t("MessageXml", *values))
    return xml.soap("Envelope", xml.soap("Body", body))


def _server_version(version: ServerVersion) -> Element:
    return xml.t(
        "ServerVersionInfo",
        MajorVersion=str(version.major),
        MinorVersion=str(version.minor),
        MajorBuildNumber=str(version.build),
        MinorBuildNumber=str(version.revision),
        Version=version.schema,
    )
