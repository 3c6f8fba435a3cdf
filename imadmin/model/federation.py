"""Federation: with whom people can exchange messages over SIP while both are there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.scope import Scope
from imadmin.model.settings import Setting
from imadmin.model.values import lowered, read, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ACCESS_EDGE_PROPERTIES",
    "DOMAIN_PROPERTIES",
    "EXTERNAL_ACCESS_PROPERTIES",
    "AccessEdge",
    "ExternalAccessPolicy",
    "domain_of",
]

ACCESS_EDGE_PROPERTIES = ("Identity", "AllowFederatedUsers", "EnablePartnerDiscovery")
EXTERNAL_ACCESS_PROPERTIES = ("Identity", "EnableFederationAccess")
DOMAIN_PROPERTIES = ("Identity", "Domain")


class AccessEdge(NamedTuple):
    """The object of `Get-CsAccessEdgeConfiguration`; there is only the global one.

    Attributes:
        allow_federated_users: `AllowFederatedUsers`: whether there is federation at all.
        discovery: `EnablePartnerDiscovery`: whether partners need not be among `Get-CsAllowedDomain`.
    """

    allow_federated_users: Setting
    discovery: Setting

    @classmethod
    def read(cls, record: Mapping[str, object]) -> AccessEdge:
        """From a decoded object."""
        return cls(
            Setting.read(record, "AllowFederatedUsers"), Setting.read(record, "EnablePartnerDiscovery")
        )


class ExternalAccessPolicy(NamedTuple):
    """An object of `Get-CsExternalAccessPolicy`.

    Attributes:
        federation: `EnableFederationAccess`.
    """

    scope: Scope
    federation: Setting

    @classmethod
    def read(cls, record: Mapping[str, object]) -> ExternalAccessPolicy:
        """From a decoded object.

        Raises:
            SourceError: it has no readable `Identity`.
        """
        scope = Scope.read(record, "Get-CsExternalAccessPolicy")
        return cls(scope, Setting.read(record, "EnableFederationAccess"))


def domain_of(record: Mapping[str, object]) -> str:
    """The domain of an object of `Get-CsAllowedDomain` or `Get-CsBlockedDomain`, in small letters."""
    return lowered(text_of(read(record, "Domain")) or text_of(read(record, "Identity")))
