"""What Skype for Business Server knows of the organisation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from imadmin_lab.directory import Nested
from imadmin_lab.directory.nouns import words
from imadmin_lab.directory.skype import (
    ACCESS_EDGE,
    ALLOWED_DOMAIN,
    ARCHIVING_CONFIGURATION,
    ARCHIVING_POLICY,
    BLOCKED_DOMAIN,
    CLIENT_POLICY,
    EXTERNAL_ACCESS_POLICY,
    IM_CONFIGURATION,
    PATCH_VERSION,
    POOL,
    SITE,
    USER,
)

from .owners import distinguished_name, guid
from .settings import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.directory import Noun, Value

    from .records import Person, Scenario

Objects = tuple["Noun", str, "dict[str, Value]"]

CREATED: Final = datetime(2021, 3, 15, 9, 30, tzinfo=UTC)
CHANGED: Final = datetime(2026, 10, 5, 14, 5, tzinfo=UTC)
_SCHEMA: Final = "Microsoft.Rtc.Management.ADConnect.Schema"
_HOSTING: Final = {"onprem": "SRV:", "online": "sipfed.online.lync.com"}
_DOMAIN_SID: Final = "S-1-5-21-2127521184-1604012920-1887927527"
_FIRST_RID: Final = 1601
_POOL_ROLES: Final = words("Registrar UserServer ConferencingServer ApplicationServer WebServer")
_COMPONENTS: Final = (
    "Core Components",
    "Front End Server",
    "Web Components Server",
    "Bandwidth Policy Service",
)
_YEARS: Final = {"6": "2015"}


def objects(scenario: Scenario) -> Iterator[Objects]:
    """Every object of the shell `skype`: noun, identity, and what differs from the noun's defaults."""
    for scope, enabled in scenario.im_configurations.items():
        yield IM_CONFIGURATION, scope, {"EnableOfflineIm": enabled}
    for scope, policy in scenario.client_policies.items():
        yield CLIENT_POLICY, scope, typed(CLIENT_POLICY, policy)
    yield from _archiving(scenario)
    yield from _federation(scenario)
    yield from _topology(scenario)
    for number, person in enumerate(scenario.people):
        yield USER, distinguished_name(scenario, person.display), _user(person, scenario, number)


def behind(scenario: Scenario) -> Iterator[tuple[Noun, str, dict[str, Value] | None]]:
    """What the replica shows otherwise: noun, identity, and what differs from the noun's defaults."""
    for scope, enabled in scenario.replica.im_configurations.items():
        yield IM_CONFIGURATION, scope, None if enabled is None else {"EnableOfflineIm": enabled}
    for scope, policy in scenario.replica.client_policies.items():
        yield CLIENT_POLICY, scope, None if policy is None else typed(CLIENT_POLICY, policy)


def _archiving(scenario: Scenario) -> Iterator[Objects]:
    everywhere: dict[str, dict[str, object]] = {"Global": {}}
    for scope, settings in (everywhere | scenario.archiving.configurations).items():
        yield ARCHIVING_CONFIGURATION, scope, typed(ARCHIVING_CONFIGURATION, settings)
    for scope, settings in (everywhere | scenario.archiving.policies).items():
        yield ARCHIVING_POLICY, scope, typed(ARCHIVING_POLICY, settings)


def _federation(scenario: Scenario) -> Iterator[Objects]:
    partners = bool(scenario.mail.federated)
    policies: dict[str, dict[str, object]] = {"Global": {"EnableFederationAccess": partners}}
    for scope, settings in (policies | scenario.federation.policies).items():
        yield EXTERNAL_ACCESS_POLICY, scope, typed(EXTERNAL_ACCESS_POLICY, settings)
    edge = {"AllowFederatedUsers": partners} | scenario.federation.edge
    yield ACCESS_EDGE, "Global", typed(ACCESS_EDGE, edge)
    for domain in scenario.mail.federated:
        yield ALLOWED_DOMAIN, domain, {"Domain": domain}
    for domain in scenario.federation.blocked:
        yield BLOCKED_DOMAIN, domain, {"Domain": domain}


def _topology(scenario: Scenario) -> Iterator[Objects]:
    for name, site in scenario.sites.items():
        pools = [fqdn for fqdn, pool in scenario.pools.items() if pool.site == name]
        yield (
            SITE,
            f"Site:{name}",
            {
                "Services": [service for fqdn in pools for service in _services(fqdn)],
                "Pools": list(pools),
                "Description": site.description,
                "DisplayName": name,
                "SiteId": site.number,
            },
        )
    for fqdn, pool in scenario.pools.items():
        yield POOL, fqdn, _pool(fqdn, pool.site, _services(fqdn), pool.computers)
    # Exchange is a trusted application, which Get-CsPool lists too.
    exchange = scenario.exchange.onprem.server
    yield (
        POOL,
        exchange,
        _pool(exchange, next(iter(scenario.sites)), [f"ExternalServer:{exchange}"], (exchange,)),
    )
    for pool in scenario.pools.values():
        for computer in pool.computers:
            yield from _components(computer, pool.patch)


def _services(fqdn: str) -> list[str]:
    return [f"{role}:{fqdn}" for role in _POOL_ROLES]


def _pool(fqdn: str, site: str, services: list[str], computers: tuple[str, ...]) -> dict[str, Value]:
    return {"Fqdn": fqdn, "Site": f"Site:{site}", "Services": list(services), "Computers": list(computers)}


def _components(computer: str, patch: str) -> Iterator[Objects]:
    year = _YEARS.get(patch.partition(".")[0], "2019")
    for component in _COMPONENTS:
        name = f"Skype for Business Server {year}, {component}"
        yield PATCH_VERSION, f"{computer}/{component}", {"ComponentName": name, "Version": patch}


def _user(person: Person, scenario: Scenario, number: int) -> dict[str, Value]:
    name = distinguished_name(scenario, person.display)
    return {
        "DistinguishedName": name,
        "Name": person.display,
        "DisplayName": person.display,
        "FirstName": person.first,
        "LastName": person.last,
        "SamAccountName": person.account,
        "UserPrincipalName": person.mail,
        "WindowsEmailAddress": None if person.mailbox == "none" else person.mail,
        "Sid": _sid(_FIRST_RID + number),
        "Guid": guid(scenario, "account", person.sip),
        "OriginatingServer": f"dc01.{scenario.domain}",
        "WhenCreated": CREATED,
        "WhenChanged": CHANGED,
        "SipAddress": f"sip:{person.sip}",
        "Enabled": person.enabled,
        "RegistrarPool": _registrar(person),
        "HostingProvider": _HOSTING[person.home],
        "ClientPolicy": person.policy,
    }


def _sid(number: int) -> Nested:
    value = f"{_DOMAIN_SID}-{number}"
    return Nested("System.Security.Principal.SecurityIdentifier", value, {"BinaryLength": 28, "Value": value})


def _registrar(person: Person) -> Value:
    if person.pool is None or person.registrar == "text":
        return person.pool
    return Nested(f"{_SCHEMA}.RegistrarPool", person.pool, {"Fqdn": person.pool, "IsValid": True})
