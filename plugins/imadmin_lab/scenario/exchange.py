"""What Exchange knows of the organisation, on-premises or online."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.directory.exchange import (
    ACCEPTED_DOMAIN,
    CAS_MAILBOX,
    EXTENDED_PROTECTION,
    MAILBOX,
    ORGANIZATION_CONFIG,
    RETENTION_TAG,
    TRANSPORT_RULE,
    WEB_SERVICES,
)

from .owners import distinguished_name, guid, owners
from .settings import typed
from .skype import CHANGED, CREATED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.directory import Value

    from .owners import Owner
    from .records import Exchange, Place, Scenario
    from .skype import Objects

_SITE: Final = "EWS (Default Web Site)"


def objects(scenario: Scenario, place: Place) -> Iterator[Objects]:
    """Every object of an Exchange organisation; nothing where the scenario has none there."""
    exchange = scenario.home_of(place)
    if exchange is None:
        return
    yield ORGANIZATION_CONFIG, scenario.organisation, _organization(scenario, exchange, place)
    yield from _mail_flow(scenario, exchange)
    for owner in owners(scenario, place):
        name = distinguished_name(scenario, owner.display, owner.unit)
        common = _recipient(owner, scenario, exchange) | {"DistinguishedName": name}
        yield MAILBOX, name, common | _mailbox(owner, scenario, exchange, place)
        yield CAS_MAILBOX, name, common | typed(CAS_MAILBOX, owner.ews)
    if place == "onprem":
        server = exchange.server.partition(".")[0].upper()
        yield WEB_SERVICES, f"{server}\\{_SITE}", _web_services(exchange, server)


def _organization(scenario: Scenario, exchange: Exchange, place: Place) -> dict[str, Value]:
    return {
        "Name": scenario.organisation,
        "Guid": guid(scenario, "exchange organisation", place),
        "AdminDisplayVersion": exchange.version,
        "WhenCreated": CREATED,
        "WhenChanged": CHANGED,
        **typed(ORGANIZATION_CONFIG, exchange.organization),
    }


def _mail_flow(scenario: Scenario, exchange: Exchange) -> Iterator[Objects]:
    own: dict[str, dict[str, object]] = {scenario.domain: {"Default": True}}
    for name, settings in (own | exchange.accepted_domains).items():
        named = _named(scenario, "accepted domain", name) | {"DomainName": name}
        yield ACCEPTED_DOMAIN, name, named | typed(ACCEPTED_DOMAIN, settings)
    for name, settings in exchange.retention_tags.items():
        yield RETENTION_TAG, name, _named(scenario, "tag", name) | typed(RETENTION_TAG, settings)
    for name, settings in exchange.transport_rules.items():
        yield TRANSPORT_RULE, name, _named(scenario, "rule", name) | typed(TRANSPORT_RULE, settings)


def _named(scenario: Scenario, kind: str, name: str) -> dict[str, Value]:
    moments: dict[str, Value] = {"WhenCreated": CREATED, "WhenChanged": CHANGED}
    return {"Name": name, "Guid": guid(scenario, kind, name), **moments}


def _recipient(owner: Owner, scenario: Scenario, exchange: Exchange) -> dict[str, Value]:
    return {
        "Name": owner.display,
        "DisplayName": owner.display,
        "PrimarySmtpAddress": owner.mail,
        "SamAccountName": owner.account,
        "ServerName": exchange.server.partition(".")[0].lower(),
        "Guid": guid(scenario, "account", owner.sip or owner.mail),
        "WhenCreated": CREATED,
        "WhenChanged": CHANGED,
    }


def _mailbox(owner: Owner, scenario: Scenario, exchange: Exchange, place: Place) -> dict[str, Value]:
    sip: list[Value] = [f"sip:{owner.sip}"] if owner.sip else []
    return {
        "Alias": owner.account,
        "UserPrincipalName": owner.mail,
        "WindowsEmailAddress": owner.mail,
        "EmailAddresses": [f"SMTP:{owner.mail}", *sip, f"smtp:{routing_address(owner.account, scenario)}"],
        "Database": exchange.database,
        "ExchangeGuid": guid(scenario, f"{place} mailbox", owner.sip or owner.mail),
        "Languages": [owner.language],
    }


def routing_address(account: str, scenario: Scenario) -> str:
    """The address by which mail finds its way between Exchange on-premises and Exchange Online."""
    return f"{account}@{scenario.organisation.lower()}.mail.onmicrosoft.com"


def _web_services(exchange: Exchange, server: str) -> dict[str, Value]:
    return {
        "Server": server,
        "InternalUrl": exchange.internal_url,
        "ExternalUrl": exchange.external_url,
        "ExtendedProtectionTokenChecking": EXTENDED_PROTECTION[exchange.extended_protection],
        "AdminDisplayVersion": exchange.version,
        **typed(WEB_SERVICES, exchange.web_services),
    }
