"""A lab's scenario file as the simulator reads it: only what decides whether somebody can send.

Read anew here, and not with the lab's reader, so that an error in that one does not become the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

SCENARIOS: Final = Path(__file__).parents[2] / "plugins/imadmin_lab/scenarios"
Yaml = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EwsSettings:
    """What `Get-OrganizationConfig` or `Get-CASMailbox` shows of Exchange Web Services; None: not set."""

    enabled: bool | None = None
    access_policy: str | None = None
    allow_list: tuple[str, ...] = ()
    block_list: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """An account.

    Attributes:
        policy: The client policy that is granted, without `Tag:`.
        mailbox: `onprem`, `online` or `none`.
        agents: How the clients that are registered call themselves.
        licenses: As an administrator has listed them; nothing is known of somebody without any.
        spooled: Ages, in seconds, of messages that the client has written down and not sent.
    """

    sip: str
    account: str
    mail: str
    enabled: bool
    home: str
    pool: str
    policy: str | None
    mailbox: str
    agents: tuple[str, ...]
    ews: EwsSettings
    licenses: tuple[str, ...] = ()
    spooled: tuple[float, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the person is one of this server's: enabled, and homed here."""
        return self.enabled and self.home == "onprem"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation.

    Attributes:
        sites: Front End pool → site.
        patches: Front End pool → build.
        offline_im: Scope, in small letters → `EnableOfflineIm`.
        auto_archiving: Identity of a client policy, in small letters → `EnableIMAutoArchiving`.
        replicated_offline_im: As offline_im, in the replica of the server that answers.
        replicated_archiving: Likewise auto_archiving.
        exchange: `onprem` and `online`, as far as there are such.
        hidden_cmdlets: Which the administrator may not run, in small letters.
    """

    netbios: str
    domain: str
    sites: Mapping[str, str]
    patches: Mapping[str, str]
    offline_im: Mapping[str, bool]
    auto_archiving: Mapping[str, bool | None]
    replicated_offline_im: Mapping[str, bool]
    replicated_archiving: Mapping[str, bool | None]
    exchange: Mapping[str, EwsSettings]
    people: tuple[Person, ...]
    hidden_cmdlets: frozenset[str]


def read(scenario: str | Path) -> Organisation:
    """The organisation of a scenario, given by its name or as a file."""
    found = _content(scenario)
    pools, exchange = found["pools"], found["exchange"]
    behind = found.get("replica", {})
    policies = _archiving(found["client_policies"])
    configurations = {scope.lower(): value for scope, value in found["im_configurations"].items()}
    return Organisation(
        netbios=found["netbios"],
        domain=found["domain"],
        sites={fqdn: pool["site"] for fqdn, pool in pools.items()},
        patches={fqdn: str(pool["patch"]) for fqdn, pool in pools.items()},
        offline_im=configurations,
        auto_archiving=policies,
        replicated_offline_im=_behind(configurations, behind.get("im_configurations", {})),
        replicated_archiving=policies | _archiving(behind.get("client_policies", {})),
        exchange={place: _ews(one.get("organization", {})) for place, one in exchange.items()},
        people=tuple(_person(person, found) for person in found["people"]),
        hidden_cmdlets=frozenset(name.lower() for name in found.get("hidden_cmdlets", ())),
    )


def _archiving(policies: Yaml) -> dict[str, bool | None]:
    return {name.lower(): _folded(policy).get("enableimautoarchiving") for name, policy in policies.items()}


def _behind(central: Mapping[str, bool], changes: Yaml) -> dict[str, bool]:
    """What a replica has; null: the object is not there yet."""
    shown = {**central, **{scope.lower(): value for scope, value in changes.items()}}
    return {scope: value for scope, value in shown.items() if value is not None}


def _content(scenario: str | Path) -> dict[str, Any]:
    path = scenario if isinstance(scenario, Path) else SCENARIOS / f"{scenario}.yaml"
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    base = found.pop("base", None)
    return found if base is None else _over(_content(base), found)


def _over(below: Yaml, above: Yaml) -> dict[str, Any]:
    merged = dict(below)
    for name, value in above.items():
        old = below.get(name)
        if value is None and name in below:
            del merged[name]
        elif isinstance(value, dict) and isinstance(old, dict):
            merged[name] = _over(old, value)
        else:
            merged[name] = _people_over(old or [], value) if name == "people" else value
    return merged


def _people_over(below: list[Yaml], above: list[Yaml]) -> list[Yaml]:
    merged = {person["sip"]: person for person in below}
    for person in above:
        merged[person["sip"]] = _over(merged.get(person["sip"], {}), person)
    return list(merged.values())


def _person(person: Yaml, scenario: Yaml) -> Person:
    seen = [*person.get("registrations", ()), *person.get("connections", ())]
    return Person(
        sip=f"{person['sip']}@{scenario['domain']}".lower(),
        account=person["sip"],
        mail=f"{person.get('mail', person['sip'])}@{scenario['domain']}",
        enabled=person.get("enabled", True),
        home=person.get("home", "onprem"),
        pool=person.get("pool") or "",
        policy=person.get("policy"),
        mailbox=person["mailbox"],
        agents=tuple(scenario["agents"][name] for name in seen),
        ews=_ews(person.get("ews", {})),
        licenses=tuple(filter(None, person.get("license", "").split(" + "))),
        spooled=tuple(person.get("spooled", ())),
    )


def _ews(settings: Yaml) -> EwsSettings:
    found = _folded(settings)
    return EwsSettings(
        enabled=found.get("ewsenabled"),
        access_policy=found.get("ewsapplicationaccesspolicy"),
        allow_list=tuple(found.get("ewsallowlist") or ()),
        block_list=tuple(found.get("ewsblocklist") or ()),
    )


def _folded(settings: Yaml) -> dict[str, Any]:
    return {name.lower(): value for name, value in settings.items()}
