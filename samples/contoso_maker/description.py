"""The organisation as `contoso.yaml` describes it, typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MailboxPlace = Literal["onprem", "online", "none"]
Settings = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account; the defaults are what the description may leave out."""

    sip: str
    mail: str
    first: str
    last: str
    display: str
    pool: str | None
    mailbox: MailboxPlace
    policy: str | None = None
    enabled: bool = True
    home: Literal["onprem", "online"] = "onprem"
    registrar: Literal["text", "object"] = "text"
    spelled: str | None = None
    registrations: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()

    @property
    def account(self) -> str:
        """The logon name: what stands before the @ of the SIP address."""
        return self.sip.partition("@")[0]

    @property
    def clients(self) -> tuple[str, ...]:
        """The names of all clients the person was seen with, whichever file tells of them."""
        return self.registrations + self.connections


@dataclass(frozen=True, slots=True)
class Site:
    """A central site of the topology."""

    name: str
    number: int
    description: str


@dataclass(frozen=True, slots=True)
class Pool:
    """A Front End pool."""

    fqdn: str
    site: str
    computers: tuple[str, ...]
    patch: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One Exchange organisation, on-premises or online."""

    server: str
    version: str
    database: str
    organization: Settings
    internal_url: str | None = None
    external_url: str | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Everything that is known of one organisation."""

    name: str
    domain: str
    netbios: str
    collected: Settings
    sites: tuple[Site, ...]
    pools: tuple[Pool, ...]
    im_configurations: Mapping[str, bool]
    client_policies: Mapping[str, Settings]
    exchange: Mapping[str, Exchange]
    agents: Mapping[str, str]
    people: tuple[Person, ...]


def load(path: Path) -> Organisation:
    """Read a description; a key it should not have raises `TypeError`, a missing one `KeyError`."""
    raw: Settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    domain = raw["domain"]
    return Organisation(
        name=raw["organisation"],
        domain=domain,
        netbios=raw["netbios"],
        collected=raw["collected"],
        sites=tuple(Site(name=name, **entry) for name, entry in raw["sites"].items()),
        pools=tuple(_pool(fqdn, entry) for fqdn, entry in raw["pools"].items()),
        im_configurations=raw["im_configurations"],
        client_policies=raw["client_policies"],
        exchange={place: Exchange(**entry) for place, entry in raw["exchange"].items()},
        agents=raw["agents"],
        people=tuple(_person(entry, domain) for entry in raw["people"]),
    )


def _pool(fqdn: str, entry: Settings) -> Pool:
    return Pool(fqdn=fqdn, site=entry["site"], computers=tuple(entry["computers"]), patch=entry["patch"])


def _person(entry: Settings, domain: str) -> Person:
    told = {"display": f"{entry['first']} {entry['last']}", "mail": entry["sip"]} | entry
    for address in ("sip", "mail"):
        told[address] = f"{told[address]}@{domain}"
    for seen in ("registrations", "connections"):
        told[seen] = tuple(told.get(seen, ()))
    return Person(**told)
