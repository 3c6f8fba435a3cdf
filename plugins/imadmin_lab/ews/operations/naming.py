"""ResolveNames, ConvertId, and what the lab knows nothing of."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Final

from imadmin_lab.ews import ids, xml
from imadmin_lab.ews.errors import EwsError
from imadmin_lab.ews.properties.kinds import mailbox_element
from imadmin_lab.mail import directory

from .base import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.ews.xml import Element
    from imadmin_lab.mail import Mailbox

_MOST = 100
_XSI_TYPE: Final = "{http://www.w3.org/2001/XMLSchema-instance}type"


class ResolveNames(Operation):
    """Look people up in the caller's organisation."""

    name = "ResolveNames"
    writes = False

    def _answered(self, target: Element) -> Element:  # noqa: ARG002 - there is one
        try:
            return self._resolved()
        except EwsError as error:
            return self.failure(error)

    def _resolved(self) -> Element:
        entry = (xml.text(self.request, "UnresolvedEntry") or "").strip()
        found = [
            one
            for one in directory.mailboxes(self.call.session, self._organisation())
            if _matches(one, entry)
        ]
        if not found or not entry:
            raise EwsError("ErrorNameResolutionNoResults")
        resolutions = xml.m("ResolutionSet", *map(self._resolution, found[:_MOST]))
        resolutions.set("TotalItemsInView", str(len(found)))
        resolutions.set("IncludesLastItemInRange", xml.boolean(len(found) <= _MOST))
        if len(found) == 1:
            return self.success(resolutions)
        answer = self.failure(EwsError("ErrorNameResolutionMultipleResults"), "Warning")
        answer.append(resolutions)
        return answer

    def _resolution(self, mailbox: Mailbox) -> Element:
        full = xml.is_true(xml.attribute(self.request, "ReturnFullContactData"))
        return xml.t("Resolution", mailbox_element(mailbox.owner), _contact(mailbox) if full else None)

    def _organisation(self) -> str | None:
        own = self.call.caller.mailbox
        return self.call.caller.organisation if own is None else own.organisation


class ConvertId(Operation):
    """Give ids in other formats."""

    name = "ConvertId"
    writes = False

    def targets(self) -> Iterable[Element]:
        """The ids to convert."""
        return xml.need(self.request, "SourceIds")

    def one(self, target: Element) -> Iterable[Element]:
        """Convert one id."""
        if xml.local(target) != "AlternateId":
            raise EwsError("ErrorInvalidOperation", "The lab has no public folders.")
        text = _ews_id(xml.attribute(target, "Format"), xml.attribute(target, "Id"), self._guid(target))
        wanted = xml.attribute(self.request, "DestinationFormat")
        made = xml.m(
            "AlternateId",
            Format=wanted,
            Id=_in_format(text, wanted),
            Mailbox=xml.attribute(target, "Mailbox"),
        )
        made.set(_XSI_TYPE, "t:AlternateIdType")
        yield made

    def _guid(self, target: Element) -> str:
        found = directory.by_address(self.call.session, xml.attribute(target, "Mailbox"))
        return "" if found is None else found.guid


class GetUserConfiguration(Operation):
    """Folders of the lab hold no configuration."""

    name = "GetUserConfiguration"
    writes = False

    def one(self, target: Element) -> Iterable[Element]:
        """Find the folder, and nothing in it."""
        self.call.target(xml.need(target, "UserConfigurationName"))
        raise EwsError("ErrorItemNotFound")


def _ews_id(kind: str, text: str, guid: str) -> str:
    match kind:
        case "EwsId":
            found = text
        case "OwaId":
            found = text.replace("-", "/").replace("_", "+")
        case "EntryId":
            found = ids.of_entry(_bytes(text), guid)
        case "HexEntryId":
            found = ids.of_entry(_hex(text), guid)
        case _:
            raise EwsError("ErrorInvalidOperation", f"The lab does not convert ids of the format {kind}.")
    ids.decode(found)
    return found


def _in_format(text: str, kind: str) -> str:
    match kind:
        case "EwsId":
            return text
        case "OwaId":
            return text.replace("/", "-").replace("+", "_")
        case "EntryId":
            return base64.b64encode(ids.entry_of(text)).decode("ascii")
        case "HexEntryId":
            return ids.entry_of(text).hex().upper()
    raise EwsError("ErrorInvalidOperation", f"The lab does not convert ids to the format {kind}.")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise EwsError("ErrorInvalidIdMalformed") from None


def _hex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise EwsError("ErrorInvalidIdMalformed") from None


def _matches(mailbox: Mailbox, entry: str) -> bool:
    wanted = entry.removeprefix("smtp:").removeprefix("SMTP:").casefold()
    words = (mailbox.name.casefold(), *mailbox.name.casefold().split(), mailbox.address.casefold())
    return any(word.startswith(wanted) for word in words)


def _contact(mailbox: Mailbox) -> Element:
    given, _, surname = mailbox.name.rpartition(" ")
    entry = xml.t("Entry", f"SMTP:{mailbox.address}", Key="EmailAddress1")
    return xml.t(
        "Contact",
        xml.t("DisplayName", mailbox.name),
        xml.t("GivenName", given) if given else None,
        xml.t("CompanyName", mailbox.organisation),
        xml.t("EmailAddresses", entry),
        xml.t("ContactSource", "ActiveDirectory"),
        xml.t("Surname", surname),
    )
