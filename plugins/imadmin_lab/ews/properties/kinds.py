"""How values of properties look on the wire, and what they are compared as."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from imadmin_lab.ews import xml
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.mail import Address
from imadmin_lab.mail.session import to_stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from imadmin_lab.ews.xml import Element


_LARGEST: Final = 2**63 - 1


@dataclass(frozen=True)
class Kind:
    """One kind of value.

    Attributes:
        write: Makes the element of this name from a value.
        read: Gives the value of an element that the grammar has let pass.
        constant: Gives what a constant in a restriction is compared as.
    """

    write: Callable[[str, Any], Element]
    read: Callable[[Element], Any]
    constant: Callable[[str], str | int]


def mailbox_element(address: Address, name: str = "Mailbox") -> Element:
    """Give a recipient as Exchange shows it."""
    return xml.t(
        name,
        xml.t("Name", address.name or address.address),
        xml.t("EmailAddress", address.address) if address.address else None,
        xml.t("RoutingType", address.routing),
        xml.t("MailboxType", "Mailbox"),
    )


def read_mailbox(element: Element) -> Address:
    """Read a recipient."""
    address = (xml.text(element, "EmailAddress") or "").strip()
    if not address:
        raise EwsError("ErrorInvalidRecipients", "A recipient has no e-mail address.")
    return Address(xml.text(element, "Name") or "", address, xml.text(element, "RoutingType") or "SMTP")


def _text_of(element: Element) -> str:
    return element.text or ""


def _integer(text: str) -> int:
    value = int(text.strip())
    if abs(value) > _LARGEST:
        raise OverflowError(text)
    return value


def _boolean(text: str) -> int:
    value = text.strip().lower()
    if value not in ("true", "false", "0", "1"):
        raise ValueError(text)
    return int(value in ("true", "1"))


def _stamp(text: str) -> int:
    return to_stamp(xml.read_time(text)) or 0


def _read_base64(element: Element) -> bytes:
    try:
        return base64.b64decode(_text_of(element), validate=False)
    except binascii.Error:
        raise EwsError("ErrorInvalidValueForProperty") from None


def _strings(name: str, values: tuple[str, ...]) -> Element:
    return xml.t(name, *(xml.t("String", value) for value in values))


def _read_strings(element: Element) -> tuple[str, ...]:
    return tuple(_text_of(one) for one in element)


def _recipients(name: str, people: tuple[Address, ...]) -> Element:
    return xml.t(name, *map(mailbox_element, people))


def _read_recipients(element: Element) -> tuple[Address, ...]:
    return tuple(map(read_mailbox, element))


def _single(name: str, person: Address) -> Element:
    return xml.t(name, mailbox_element(person))


def _read_single(element: Element) -> Address | None:
    return next(iter(_read_recipients(element)), None)


def _raw(_: str, value: Element) -> Element:
    return value


def _unreadable(element: Element) -> Any:
    raise EwsError("ErrorInvalidPropertySet", values={"Element": xml.local(element)})


def _read_body(element: Element) -> tuple[str, str]:
    return _text_of(element), xml.attribute(element, "BodyType")


def _write_base64(name: str, value: bytes) -> Element:
    return xml.t(name, base64.b64encode(value).decode("ascii"))


def _write_time(name: str, value: datetime) -> Element:
    return xml.t(name, xml.time(value))


def _write_flag(name: str, value: str) -> Element:
    return xml.t(name, xml.t("FlagStatus", value))


def _read_flag(element: Element) -> str:
    return xml.text(element, "FlagStatus") or "NotFlagged"


def choice(*names: str) -> Kind:
    """Give a kind whose values are ordered as *names* are."""
    return Kind(xml.t, _text_of, lambda text: names.index(text.strip()))


TEXT: Final = Kind(xml.t, _text_of, str.casefold)
INTEGER: Final = Kind(lambda name, value: xml.t(name, str(value)), lambda e: _integer(_text_of(e)), _integer)
BOOLEAN: Final = Kind(
    lambda name, value: xml.t(name, xml.boolean(value)), lambda e: xml.is_true(_text_of(e)), _boolean
)
TIME: Final = Kind(_write_time, lambda e: xml.read_time(_text_of(e)), _stamp)
BASE64: Final = Kind(_write_base64, _read_base64, str)
STRINGS: Final = Kind(_strings, _read_strings, str.casefold)
RECIPIENTS: Final = Kind(_recipients, _read_recipients, str.casefold)
SINGLE: Final = Kind(_single, _read_single, str.casefold)
BODY: Final = Kind(_raw, _read_body, str.casefold)
FLAG: Final = Kind(_write_flag, _read_flag, str.casefold)
RAW: Final = Kind(_raw, _unreadable, str.casefold)
IMPORTANCE: Final = choice("Low", "Normal", "High")
SENSITIVITY: Final = choice("Normal", "Personal", "Private", "Confidential")
