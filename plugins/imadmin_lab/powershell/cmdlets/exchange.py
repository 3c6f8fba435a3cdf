"""The cmdlets of Exchange."""

from __future__ import annotations

import secrets
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from imadmin_lab.directory.exchange import (
    ACCEPTED_DOMAIN,
    CAS_MAILBOX,
    MAILBOX,
    ORGANIZATION_CONFIG,
    RETENTION_TAG,
    TRANSPORT_RULE,
    WEB_SERVICES,
)
from imadmin_lab.powershell.cmdlet import Cmdlet, CmdletError, Parameter

from .common import SWITCH, applied, changes_of, filtered, known_as, limited, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.directory import Entry, Noun
    from imadmin_lab.powershell.cmdlet import Call

MODULE: Final = "Microsoft.Exchange.Management.PowerShell.E2010"
_TASKS: Final = "Microsoft.Exchange.Management"
_NOT_FOUND: Final = "Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException"
_PAGE: Final = 1000
_FIRST_PAGE: Final = (
    "By default, only the first 1000 items are returned. Use the ResultSize parameter to specify the number"
    ' of items returned. To return all items, specify "-ResultSize Unlimited". Be aware that, depending on'
    " the"
    " actual number of items, returning all items can take a long time and consume a large amount of memory."
    " Also, we don't recommend storing the results in a variable. Instead, pipe the results to another"
    " task or script to perform batch changes."
)
_MORE: Final = (
    "There are more results available than are currently displayed. To view them, increase the value for the"
    " ResultSize parameter."
)


class Objects:
    """The Get and Set cmdlets of one noun.

    Args:
        noun: What they are about.
        paged: Whether Get gives no more than 1000 unless it is told to.
        single: Whether the organisation has just one.
    """

    def __init__(self, noun: Noun, *, paged: bool = False, single: bool = False) -> None:
        self._noun: Final = noun
        self._paged: Final = paged
        self._single: Final = single

    def get(self, call: Call) -> Iterator[object]:
        """Give all, those that fit, or one."""
        shown, more = limited(call, filtered(call, self._found(call)), _PAGE if self._paged else None)
        for entry in shown:
            yield record_of(self._noun, entry)
        if more:
            call.warning(_MORE if call.given("ResultSize") else _FIRST_PAGE)

    def set(self, call: Call) -> Iterator[object]:
        """Change one."""
        for entry in self._found(call)[:1]:
            changes = changes_of(call, self._noun)
            new = {name: applied(entry.get(name), change) for name, change in changes.items()}
            if all(entry.get(name) == value for name, value in new.items()):
                call.warning(
                    f"The command completed successfully but no settings of '{entry.identity}' have been"
                    " modified."
                )
            elif call.may(call.cmdlet.name, entry.identity):
                call.directory.change("exchange", self._noun.name, entry.identity, new)
        yield from ()

    def _found(self, call: Call) -> list[Entry]:
        entries = call.directory.entries("exchange", self._noun.name)
        wanted = call.text("Identity") or call.text("Server")
        if wanted is None or self._single:
            return entries
        found = [entry for entry in entries if known_as(self._noun, entry, wanted)]
        if not found and "*" not in wanted:
            call.error(_not_found(call, wanted))
        return found

    def cmdlets(self, *verbs: str) -> Iterator[Cmdlet]:
        """The cmdlets of these verbs."""
        for verb in verbs:
            run = {"Get": self.get, "Set": self.set}[verb]
            parameters = self._getting() if verb == "Get" else self._setting()
            yield Cmdlet(
                f"{verb}-{self._noun.name}",
                run,
                parameters,
                f"{_TASKS}.{verb}{self._noun.name}",
                MODULE,
                confirms=verb != "Get",
            )

    def _getting(self) -> tuple[Parameter, ...]:
        identity = Parameter("Identity", position=0, by_value=True, by_property=True, sets=("Identity",))
        paged = (
            Parameter("Filter", sets=("Filter",)),
            Parameter("ResultSize", "Unlimited"),
            Parameter("SortBy"),
            Parameter("OrganizationalUnit"),
            Parameter("RecipientTypeDetails", "String[]"),
        )
        other = (
            (Parameter("RetrieveEwsOperationAccessPolicy", SWITCH),)
            if self._single
            else (Parameter("Server", sets=("Server",)), Parameter("ADPropertiesOnly", SWITCH))
            if self._noun is WEB_SERVICES
            else ()
        )
        return (identity, *(paged if self._paged else ()), *other, Parameter("DomainController"))

    def _setting(self) -> tuple[Parameter, ...]:
        identity = Parameter("Identity", position=0, mandatory=True, by_value=True, by_property=True)
        settable = (Parameter(name, kind) for name, kind in self._noun.kinds.items())
        return (*(() if self._single else (identity,)), *settable, Parameter("DomainController"))


def _not_found(call: Call, name: str) -> CmdletError:
    """As Exchange words it, with the reference that it gives to each error."""
    server = call.session.server
    moment = datetime.now(UTC).strftime("%m/%d/%Y %I:%M:%S %p")
    reference = (
        f"[Server={server.partition('.')[0].upper()},RequestId={uuid.uuid4()},TimeStamp={moment}]"
        f" [FailureCategory=Cmdlet-ManagementObjectNotFoundException] {secrets.token_hex(4).upper()}"
    )
    text = f"The operation couldn't be performed because object '{name}' couldn't be found on '{server}'."
    return CmdletError(text, "NotSpecified", reference, _NOT_FOUND)


CMDLETS: Final = (
    *Objects(ORGANIZATION_CONFIG, single=True).cmdlets("Get", "Set"),
    *Objects(CAS_MAILBOX, paged=True).cmdlets("Get", "Set"),
    *Objects(MAILBOX, paged=True).cmdlets("Get"),
    *Objects(WEB_SERVICES).cmdlets("Get"),
    *Objects(RETENTION_TAG).cmdlets("Get"),
    *Objects(TRANSPORT_RULE).cmdlets("Get"),
    *Objects(ACCEPTED_DOMAIN).cmdlets("Get"),
)
