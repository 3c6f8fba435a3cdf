"""Reading a SOAP answer: the parts that were asked for, or the fault; what deviates is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from lxml import etree

from imadmin.ews.codes import kind_of
from imadmin.ews.faults import EwsError, Kind, shortened
from imadmin.ews.markup import SOAP, envelope_in
from imadmin.ews.statuses import refusal_of, retry_after

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.ews.wire import Reply

__all__ = [
    "MESSAGES",
    "SOAP",
    "TYPES",
    "Answer",
    "Part",
    "body_of",
    "child",
    "child_text",
    "read_answer",
    "read_single",
]

MESSAGES: Final = "{http://schemas.microsoft.com/exchange/services/2006/messages}"
TYPES: Final = "{http://schemas.microsoft.com/exchange/services/2006/types}"
_VERSION: Final = ("MajorVersion", "MinorVersion", "MajorBuildNumber", "MinorBuildNumber")
_NUMBER: Final = re.compile(r"[0-9]{1,6}")
_NO_ERROR: Final = "NoError"
_UNNAMED: Final = "an error without a code"
_GOOD: Final = ("success", "warning")
_FORBIDDING: Final = (Kind.ACCESS_DENIED, Kind.OTHER)
"""What comes with HTTP 403 and says no more than that."""


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
        return EwsError.coded(kind_of(self.code), where, self.code, self.text, _back_off(self.element))


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, with a part for each folder or item in the order in which they were asked about.

    Attributes:
        parts: one for each.
        server: the build that answered, such as `15.2.1748.10`; empty where it did not say.
        deviations: what of it is not as Exchange does it, in words.
    """

    parts: tuple[Part, ...]
    server: str
    deviations: tuple[str, ...] = ()


def read_answer(
    reply: Reply, operation: str, expected: int, where: str, *, least: int | None = None
) -> Answer:
    """The answer to *operation*.

    Args:
        reply: of the server.
        operation: such as `GetFolder`.
        expected: how many parts there must be.
        where: the endpoint, for messages.
        least: with how many parts one can do; None: with no fewer than expected.

    Raises:
        EwsError: it is no answer, or an error as a whole.
    """
    deviations: list[str] = []
    envelope, body = body_of(reply, where, deviations)
    found = list(_messages(body, operation, deviations))
    if not (expected if least is None else least) <= len(found) <= expected:
        raise EwsError.of(Kind.MALFORMED, where, f"{operation}: {len(found)} of {expected} parts")
    if len(found) < expected:
        deviations.append(f"{len(found)} of {expected} parts")
    parts = tuple(_part(element, deviations) for element in found)
    server = _server(envelope, deviations)
    return Answer(parts, server, tuple(dict.fromkeys(map(shortened, deviations))))


def read_single(reply: Reply, operation: str, where: str) -> Part:
    """The answer to an *operation* whose response is its only message.

    Raises:
        EwsError: it is no answer, or an error.
    """
    _, body = body_of(reply, where)
    response = child(body, f"{MESSAGES}{operation}Response")
    if response is None:
        raise EwsError.of(Kind.MALFORMED, where, f"{operation}: no answer to it")
    part = _part(response, [])
    if part.code:
        raise part.error(where)
    return part


def body_of(
    reply: Reply, where: str, deviations: list[str] | None = None
) -> tuple[etree._Element, etree._Element]:
    """The envelope of an answer and its body, which holds no fault.

    Args:
        reply: of the server.
        where: who answered, for messages.
        deviations: to which what is not as Exchange does it is added.

    Raises:
        EwsError: it is no SOAP answer, or a fault.
    """
    refusal = refusal_of(reply, where)
    if refusal is not None:
        raise refusal
    envelope = envelope_in(reply, where, [] if deviations is None else deviations)
    body = child(envelope, f"{SOAP}Body")
    if body is None:
        raise EwsError.of(Kind.NOT_EWS, where, "XML, but no SOAP")
    fault = child(body, f"{SOAP}Fault")
    if fault is not None:
        raise _from_fault(fault, reply, where)
    return envelope, body


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The child of this name; else the first that only has another namespace."""
    found = element.find(name)
    return element.find(f"{{*}}{etree.QName(name).localname}") if found is None else found


def child_text(element: etree._Element, name: str) -> str:
    """The text of the child of this name; empty where there is none."""
    found = child(element, name)
    return "" if found is None else (found.text or "")


def _messages(body: etree._Element, operation: str, deviations: list[str]) -> Iterator[etree._Element]:
    """The response messages; where they are not in their place, those of that name anywhere."""
    response = body.find(f"{MESSAGES}{operation}Response/{MESSAGES}ResponseMessages")
    found = [] if response is None else list(response.iterchildren(f"{MESSAGES}{operation}ResponseMessage"))
    if not found:
        found = list(body.iter(f"{{*}}{operation}ResponseMessage"))
        if found:
            deviations.append("the response messages are of another namespace, or in another place")
    return iter(found)


def _part(element: etree._Element, deviations: list[str]) -> Part:
    code, state = child_text(element, f"{MESSAGES}ResponseCode").strip(), element.get("ResponseClass", "")
    text = child_text(element, f"{MESSAGES}MessageText")
    if not code and (state.lower() in _GOOD or (not state and len(element) and not text)):
        deviations.append("a part has no ResponseCode")
        code = _NO_ERROR
    if not state and code == _NO_ERROR:
        deviations.append("a part has no ResponseClass")
        state = _GOOD[0]
    if state.lower() in _GOOD and code == _NO_ERROR:
        return Part("", "", element)
    return Part(_UNNAMED if code in ("", _NO_ERROR) else code, text, element)


def _from_fault(fault: etree._Element, reply: Reply, where: str) -> EwsError:
    """By its ResponseCode; where there is none, by the code that SOAP 1.1 or 1.2 has for it."""
    code = _first_text(fault, "ResponseCode", "faultcode", "Subcode/{*}Value", "Value") or "a SOAP fault"
    code = code.rpartition(":")[2]
    text = _first_text(fault, "Message", "faultstring", "Text")
    back_off = _back_off(fault)
    kind = kind_of(code)
    if reply.status == HTTPStatus.FORBIDDEN and kind in _FORBIDDING:
        return EwsError.of(Kind.FORBIDDEN, where, f"HTTP 403, {code}: {text}")
    return EwsError.coded(kind, where, code, text, retry_after(reply) if back_off is None else back_off)


def _first_text(fault: etree._Element, *names: str) -> str:
    found = (one for name in names for one in fault.iterfind(f".//{{*}}{name}"))
    return next((text for one in found if (text := (one.text or "").strip())), "")


def _back_off(element: etree._Element) -> float | None:
    """Seconds, from the milliseconds in a fault or a response message."""
    for value in element.iter("{*}Value"):
        text = (value.text or "").strip()
        if value.get("Name") == "BackOffMilliseconds" and text.isascii() and text.isdecimal():
            return int(text[:12]) / 1000
    return None


def _server(envelope: etree._Element, deviations: list[str]) -> str:
    header = child(envelope, f"{SOAP}Header")
    info = None if header is None else child(header, f"{TYPES}ServerVersionInfo")
    numbers = [] if info is None else [info.get(name, "") for name in _VERSION]
    if numbers and all(_NUMBER.fullmatch(number) for number in numbers):
        return ".".join(numbers)
    deviations.append("it does not tell its version (ServerVersionInfo)")
    return ""
