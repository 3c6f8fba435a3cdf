"""Accepted domains: for which domains an Exchange organisation takes mail (`Get-AcceptedDomain`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.model.settings import Setting
from imadmin.model.values import lowered, read, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imadmin.model.mailboxes import Location

__all__ = ["ACCEPTED_DOMAIN_PROPERTIES", "AcceptedDomain", "accepting"]

ACCEPTED_DOMAIN_PROPERTIES = ("DomainName", "DomainType", "MatchSubDomains")
_WILDCARD = "*"


class AcceptedDomain(NamedTuple):
    """An object of `Get-AcceptedDomain`.

    Attributes:
        name: as the organisation has it, in small letters: `contoso.com`, `*.contoso.com` with its
            subdomains, or `*`, every domain; empty where it is not readable.
        kind: `DomainType`: `Authoritative`, `InternalRelay` or `ExternalRelay`; empty where it is unknown.
        subdomains: whether it stands for its subdomains too.
        place: the organisation.
    """

    name: str
    kind: str
    subdomains: bool
    place: Location

    @classmethod
    def read(cls, record: Mapping[str, object], place: Location) -> AcceptedDomain:
        """From a decoded object."""
        name = lowered(text_of(read(record, "DomainName")))
        matching = Setting.read(record, "MatchSubDomains") is Setting.TRUE
        return cls(name, text_of(read(record, "DomainType")), matching or _WILDCARD in name, place)

    @property
    def wildcard(self) -> bool:
        """Whether it stands for more than its own name, which OAuth between the servers does not take."""
        return self.subdomains

    def takes(self, domain: str) -> bool:
        """Whether mail for *domain* is taken."""
        base = self.name.lstrip("*").lstrip(".")
        if not base:
            return self.name == _WILDCARD
        return domain == base or (self.subdomains and domain.endswith(f".{base}"))


def accepting(domains: Iterable[AcceptedDomain], domain: str) -> AcceptedDomain | None:
    """The accepted domain that takes mail for *domain*, the one that names it before one that matches it."""
    taking = [one for one in domains if one.takes(lowered(domain))]
    return min(taking, key=lambda one: -len(one.name), default=None)
