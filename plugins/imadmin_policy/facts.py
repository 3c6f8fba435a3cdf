"""The facts of this plugin, and the cmdlets that they are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Cmdlet, SourceError, fact
from imadmin.model import ClientPolicy, ImConfiguration, Server
from imadmin.model.policies import CLIENT_POLICY_PROPERTIES, IM_CONFIGURATION_PROPERTIES
from imadmin.model.servers import PATCH_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin.facts import Inputs

GET_IM_CONFIGURATION = Cmdlet("skype", "Get-CsImConfiguration", IM_CONFIGURATION_PROPERTIES)
GET_CLIENT_POLICY = Cmdlet("skype", "Get-CsClientPolicy", CLIENT_POLICY_PROPERTIES)
GET_PATCH_VERSION = Cmdlet("skype", "Get-CsServerPatchVersion", PATCH_PROPERTIES, variant="*")


@fact(GET_IM_CONFIGURATION)
def im_configurations(inputs: Inputs) -> Sequence[ImConfiguration]:
    """All IM configurations of the organisation; there is always a Global one."""
    found = [ImConfiguration.read(record) for record in inputs.records(GET_IM_CONFIGURATION)]
    if not found:
        raise SourceError("Get-CsImConfiguration gave no object", remedy="Run it without a filter.")
    return found


@fact(GET_CLIENT_POLICY)
def client_policies(inputs: Inputs) -> Sequence[ClientPolicy]:
    """All client policies of the organisation; there is always a Global one."""
    found = [ClientPolicy.read(record) for record in inputs.records(GET_CLIENT_POLICY)]
    if not found:
        raise SourceError("Get-CsClientPolicy gave no object", remedy="Run it without a filter.")
    return found


@fact(GET_PATCH_VERSION)
def server_updates(inputs: Inputs) -> Sequence[Server]:
    """What is installed on each server that was asked; nobody has to have asked every one, or any."""
    return [Server.read(name, records) for name, records in inputs.variants(GET_PATCH_VERSION)]
