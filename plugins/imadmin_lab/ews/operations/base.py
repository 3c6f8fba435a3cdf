"""What all operations have in common: one response message for each item or folder they are asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from imadmin_lab.ews import xml
from imadmin_lab.ews.errors import EwsError, FaultError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin_lab.ews.call import Call
    from imadmin_lab.ews.xml import Element


class Operation:
    """One operation of EWS.

    A subclass says what it is asked about (`targets`) and does it for one of them (`one`).

    Attributes:
        name: The name of the request's element.
        writes: Whether it changes anything.
        container: What the schema wants in a response message that tells an error.
        stream: What follows the answer on the same connection, if anything does.
    """

    name: ClassVar[str]
    writes: ClassVar[bool] = True
    container: ClassVar[str] = ""
    stream: Iterator[Element] | None = None

    def __init__(self, call: Call, request: Element) -> None:
        self.call = call
        self.request = request

    def respond(self) -> Element:
        """Do it all and give the element that answers."""
        self.prepare()
        messages = [self._answered(target) for target in self.targets()]
        return xml.m(f"{self.name}Response", xml.m("ResponseMessages", *messages))

    def prepare(self) -> None:
        """Read what all targets share; an error in it concerns each of them."""

    def targets(self) -> Iterable[Element]:
        """Give what the operation is asked about, one response message each."""
        return (self.request,)

    def one(self, target: Element) -> Iterable[Element | None]:
        """Do it for one target and give what the response message holds."""
        raise NotImplementedError

    def _answered(self, target: Element) -> Element:
        try:
            with self.call.part():
                return self.success(*self.one(target))
        except FaultError:
            raise
        except EwsError as error:
            return self.failure(error)

    def refused(self, error: EwsError) -> Element:
        """Give the answer in which every response message tells *error*."""
        messages = [self.failure(error) for _ in self.targets()]
        return xml.m(f"{self.name}Response", xml.m("ResponseMessages", *messages))

    def success(self, *content: Element | None) -> Element:
        """Give a response message that tells success."""
        code = xml.m("ResponseCode", "NoError")
        return xml.m(f"{self.name}ResponseMessage", code, *content, ResponseClass="Success")

    def failure(self, error: EwsError, severity: str = "Error") -> Element:
        """Give a response message that tells an error."""
        return xml.m(
            f"{self.name}ResponseMessage",
            xml.m("MessageText", error.text),
            xml.m("ResponseCode", error.code),
            xml.m("DescriptiveLinkKey", "0"),
            message_xml(error),
            xml.m(self.container) if self.container else None,
            ResponseClass=severity,
        )


def message_xml(error: EwsError) -> Element | None:
    """Give the values of an error, None where it has none."""
    if not error.values:
        return None
    values = (xml.t("Value", value, Name=name) for name, value in error.values.items())
    return xml.m("MessageXml", *values)
