"""What Exchange knows of the organisation, on-premises or online."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.directory.exchange import (
    ACCEPTED_DOMAIN,
    CAS_MAILBOX,
    EXTENDED_PROTECTION,
    MAILBOX,
    ORGANIZATION_CONFIG,
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
    yield ACCEPTED_DOMAIN, scenario.domain, _domain(scenario)
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


def _domain(scenario: Scenario) -> dict[str, Value]:
    return {
        "Name": scenario.domain,
        "DomainName": scenario.domain,
        "Default": True,
        "Guid": guid(scenario, "accepted domain", scenario.domain),
        "WhenCreated": CREATED,
        "WhenChanged": CHANGED,
    }


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
    }
