"""Sites and pools: where users are homed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.scope import Scope
from imadmin.model.values import lowered, members, read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["POOL_PROPERTIES", "SITE_PROPERTIES", "Pool", "Site", "SiteNames"]

POOL_PROPERTIES = ("Identity", "Fqdn", "Site", "Computers")
SITE_PROPERTIES = ("Identity", "DisplayName", "SiteId")


class Site(NamedTuple):
    """An object of `Get-CsSite`.

    Attributes:
        name: by which pools and `Site:` identities mean it.
        others: by which they could mean it as well: its display name, and its number.
    """

    name: str
    others: tuple[str, ...] = ()

    @classmethod
    def read(cls, record: Mapping[str, object]) -> Site:
        """From a decoded object."""
        others = (text_of(read(record, name)) for name in ("DisplayName", "SiteId"))
        return cls(_site_name(text_of(read(record, "Identity"))), tuple(filter(None, others)))


class SiteNames:
    """Which names mean the same site; names do not regard case.

    Args:
        sites: those of `Get-CsSite`; without any, each name stands for itself.
    """

    def __init__(self, sites: Iterable[Site] = ()) -> None:
        listed = list(sites)
        self._names: dict[str, str] = {}
        for site in listed:
            self._names |= dict.fromkeys(map(lowered, site.others), lowered(site.name))
        self._names |= {lowered(site.name): lowered(site.name) for site in listed}

    def key(self, name: str) -> str:
        """The key of a site's scope, as `Scope.key` has it, whichever of its names is given."""
        return f"site:{self._names.get(lowered(name), lowered(name))}"

    def of(self, scope: Scope) -> str:
        """The key of any scope, with a site's own name in it."""
        return self.key(scope.name) if scope.kind == "site" else scope.key


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
