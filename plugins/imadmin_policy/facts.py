"""The facts of this plugin, and the cmdlets that they are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from imadmin import Cmdlet, SourceError, fact
from imadmin.errors import SourceNotDescribedError
from imadmin.model import (
    AccessEdge,
    ArchivingConfiguration,
    ArchivingPolicy,
    ClientPolicy,
    ExternalAccessPolicy,
    ImConfiguration,
    LocalStore,
    Server,
)
from imadmin.model.archiving import ARCHIVING_CONFIGURATION_PROPERTIES, ARCHIVING_POLICY_PROPERTIES
from imadmin.model.federation import (
    ACCESS_EDGE_PROPERTIES,
    DOMAIN_PROPERTIES,
    EXTERNAL_ACCESS_PROPERTIES,
    domain_of,
)
from imadmin.model.policies import CLIENT_POLICY_PROPERTIES, IM_CONFIGURATION_PROPERTIES
from imadmin.model.servers import PATCH_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imadmin.facts import Inputs

T = TypeVar("T")


def _informing(name: str, properties: tuple[str, ...]) -> Cmdlet:
    return Cmdlet("skype", name, properties, informs=True)


def _replica(cmdlet: Cmdlet) -> Cmdlet:
    """The same of the server that answers: its own copy of the central store."""
    return cmdlet._replace(variant="local-store", parameters=(("LocalStore", True),), informs=True)


GET_IM_CONFIGURATION = Cmdlet("skype", "Get-CsImConfiguration", IM_CONFIGURATION_PROPERTIES)
GET_CLIENT_POLICY = Cmdlet("skype", "Get-CsClientPolicy", CLIENT_POLICY_PROPERTIES)
GET_PATCH_VERSION = Cmdlet("skype", "Get-CsServerPatchVersion", PATCH_PROPERTIES, variant="*")
GET_IM_REPLICA = _replica(GET_IM_CONFIGURATION)
GET_POLICY_REPLICA = _replica(GET_CLIENT_POLICY)
GET_ARCHIVING_CONFIGURATION = _informing("Get-CsArchivingConfiguration", ARCHIVING_CONFIGURATION_PROPERTIES)
GET_ARCHIVING_POLICY = _informing("Get-CsArchivingPolicy", ARCHIVING_POLICY_PROPERTIES)
GET_EXTERNAL_ACCESS = _informing("Get-CsExternalAccessPolicy", EXTERNAL_ACCESS_PROPERTIES)
GET_ACCESS_EDGE = _informing("Get-CsAccessEdgeConfiguration", ACCESS_EDGE_PROPERTIES)
GET_ALLOWED_DOMAIN = _informing("Get-CsAllowedDomain", DOMAIN_PROPERTIES)
GET_BLOCKED_DOMAIN = _informing("Get-CsBlockedDomain", DOMAIN_PROPERTIES)


@fact(GET_IM_CONFIGURATION)
def im_configurations(inputs: Inputs) -> Sequence[ImConfiguration]:
    """All IM configurations of the organisation; there is always a Global one."""
    return _configurations(inputs, GET_IM_CONFIGURATION)


@fact(GET_CLIENT_POLICY)
def client_policies(inputs: Inputs) -> Sequence[ClientPolicy]:
    """All client policies of the organisation; there is always a Global one."""
    return _policies(inputs, GET_CLIENT_POLICY)


@fact(GET_IM_REPLICA, GET_POLICY_REPLICA)
def local_store(inputs: Inputs) -> LocalStore:
    """Both as one server's replica of the central store has them; which server's is not known."""
    found = LocalStore(
        _had(inputs, GET_IM_REPLICA, _configurations), _had(inputs, GET_POLICY_REPLICA, _policies)
    )
    if found == LocalStore(None, None):
        what = "neither Get-CsImConfiguration -LocalStore nor Get-CsClientPolicy -LocalStore was had"
        raise SourceNotDescribedError(what)
    return found


@fact(GET_PATCH_VERSION)
def server_updates(inputs: Inputs) -> Sequence[Server]:
    """What is installed on each server that was asked; nobody has to have asked every one, or any."""
    return [Server.read(name, records) for name, records in inputs.variants(GET_PATCH_VERSION)]


@fact(GET_ARCHIVING_CONFIGURATION)
def archiving_configurations(inputs: Inputs) -> Sequence[ArchivingConfiguration]:
    """All archiving configurations."""
    return [ArchivingConfiguration.read(record) for record in inputs.records(GET_ARCHIVING_CONFIGURATION)]


@fact(GET_ARCHIVING_POLICY)
def archiving_policies(inputs: Inputs) -> Sequence[ArchivingPolicy]:
    """All archiving policies."""
    return [ArchivingPolicy.read(record) for record in inputs.records(GET_ARCHIVING_POLICY)]


@fact(GET_EXTERNAL_ACCESS)
def external_access_policies(inputs: Inputs) -> Sequence[ExternalAccessPolicy]:
    """All external access policies."""
    return [ExternalAccessPolicy.read(record) for record in inputs.records(GET_EXTERNAL_ACCESS)]


@fact(GET_ACCESS_EDGE)
def access_edge(inputs: Inputs) -> AccessEdge:
    """The access edge configuration; there is only one."""
    found = [AccessEdge.read(record) for record in inputs.records(GET_ACCESS_EDGE)]
    if len(found) != 1:
        what = f"gave {len(found)} objects, and there is one"
        raise SourceError(what, where=str(GET_ACCESS_EDGE), remedy="Run it without a filter.")
    return found[0]


@fact(GET_ALLOWED_DOMAIN)
def allowed_domains(inputs: Inputs) -> Sequence[str]:
    """The partners' domains that are allowed by name."""
    return [domain_of(record) for record in inputs.records(GET_ALLOWED_DOMAIN)]


@fact(GET_BLOCKED_DOMAIN)
def blocked_domains(inputs: Inputs) -> Sequence[str]:
    """The domains that are no partners'."""
    return [domain_of(record) for record in inputs.records(GET_BLOCKED_DOMAIN)]


@fact()
def partners(inputs: Inputs) -> Sequence[str]:
    """The domains of the federated mailboxes that the deployment names for test sends."""
    addresses = inputs.deployment.test_send.federated
    return sorted({address.rpartition("@")[2].lower() for address in addresses})


def _configurations(inputs: Inputs, cmdlet: Cmdlet) -> Sequence[ImConfiguration]:
    found = [ImConfiguration.read(record) for record in inputs.records(cmdlet)]
    return _some(found, cmdlet)


def _policies(inputs: Inputs, cmdlet: Cmdlet) -> Sequence[ClientPolicy]:
    found = [ClientPolicy.read(record) for record in inputs.records(cmdlet)]
    return _some(found, cmdlet)


def _had(inputs: Inputs, cmdlet: Cmdlet, read: Callable[[Inputs, Cmdlet], Sequence[T]]) -> Sequence[T] | None:
    try:
        return read(inputs, cmdlet)
    except SourceNotDescribedError:
        return None


def _some(found: list[T], cmdlet: Cmdlet) -> list[T]:
    if not found:
        raise SourceError(f"{cmdlet.name} gave no object", remedy="Run it without a filter.")
    return found
