"""The facts of this plugin, and where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Cmdlet, EwsEndpoints, SourceError, fact
from imadmin.model import Location
from imadmin.model.mailboxes import UNLIMITED
from imadmin.tables import Layout

from .access import ALLOWED_APPS, PROPERTIES, EwsAccess
from .directories import DIRECTORY_PROPERTIES, VirtualDirectory
from .mailbox_rows import COLLECTIONS, mailbox_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin.facts import Inputs
    from imadmin.tables import Table

    from .probing import Probes

MAILBOX_PROPERTIES = ("PrimarySmtpAddress", *PROPERTIES)
GET_ORGANIZATION = {
    Location.ON_PREMISES: Cmdlet(Location.ON_PREMISES.shell, "Get-OrganizationConfig", PROPERTIES),
    Location.ONLINE: Cmdlet(
        Location.ONLINE.shell,
        "Get-OrganizationConfig",
        (*PROPERTIES, ALLOWED_APPS),
        parameters=(("RetrieveEwsOperationAccessPolicy", True),),
    ),
}
GET_CAS_MAILBOX = {
    place: Cmdlet(place.shell, "Get-CASMailbox", MAILBOX_PROPERTIES, parameters=UNLIMITED)
    for place in Location
}
GET_VIRTUAL_DIRECTORY = Cmdlet(
    Location.ON_PREMISES.shell, "Get-WebServicesVirtualDirectory", DIRECTORY_PROPERTIES, informs=True
)
ENDPOINTS = EwsEndpoints()


@fact(*GET_ORGANIZATION.values(), any_source=True)
def ews_organisations(inputs: Inputs) -> Mapping[Location, EwsAccess]:
    """What each Exchange organisation allows; those that the deployment does not describe are not in it."""
    found = {}
    for place, cmdlet in GET_ORGANIZATION.items():
        if cmdlet in inputs.available:
            records = list(inputs.records(cmdlet))
            if len(records) != 1:
                raise SourceError(f"gave {len(records)} objects, and there is one", where=str(cmdlet))
            found[place] = EwsAccess.read(records[0])
    return found


@fact(*GET_CAS_MAILBOX.values(), any_source=True)
def ews_mailboxes(inputs: Inputs) -> Table:
    """What each mailbox allows: one row for each."""
    places = [place for place, cmdlet in GET_CAS_MAILBOX.items() if cmdlet in inputs.available]
    objects = {place.shell: GET_CAS_MAILBOX[place] for place in places}
    return inputs.shape(mailbox_rows(places), objects, COLLECTIONS, Layout(different=["mailbox"]))


@fact(GET_VIRTUAL_DIRECTORY)
def ews_virtual_directories(inputs: Inputs) -> Sequence[VirtualDirectory]:
    """Where the servers of Exchange on-premises publish EWS."""
    return [VirtualDirectory.read(record) for record in inputs.records(GET_VIRTUAL_DIRECTORY)]


@fact(ENDPOINTS)
def ews_probes(inputs: Inputs) -> Probes:
    """What the endpoints answer for the mailboxes that the deployment names."""
    from .probing import probe

    return probe(inputs.endpoints(), inputs.deployment)
