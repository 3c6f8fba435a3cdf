"""Sites and pools: where users are homed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.scope import Scope
from imadmin.model.values import members, read, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["POOL_PROPERTIES", "SITE_PROPERTIES", "Pool", "Site"]

POOL_PROPERTIES = ("Identity", "Fqdn", "Site", "Computers")
SITE_PROPERTIES = ("Identity", "DisplayName")


class Site(NamedTuple):
    """An object of `Get-CsSite`."""

    name: str

    @classmethod
    def read(cls, record: Mapping[str, object]) -> Site:
        """From a decoded object."""
        return cls(_site_name(text_of(read(record, "Identity"))))


class Pool(NamedTuple):
    """An object of `Get-CsPool`.

    Attributes:
        fqdn: in small letters, as `Get-CsUser` names it in `RegistrarPool` up to case.
        site: the name of the site that it stands in; empty where the output does not say.
        computers: the FQDNs of its servers, in small letters; empty where the output does not say.
    """

    fqdn: str
    site: str
    computers: tuple[str, ...] = ()

    @classmethod
    def read(cls, record: Mapping[str, object]) -> Pool:
        """From a decoded object."""
        fqdn = text_of(read(record, "Fqdn")) or text_of(read(record, "Identity"))
        computers = tuple(name.lower() for name in members(record, "Computers") or ())
        return cls(fqdn.lower(), _site_name(text_of(read(record, "Site"))), computers)


def _site_name(identity: str) -> str:
    return Scope.parse(identity).name if identity else ""
