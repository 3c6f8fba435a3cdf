"""What must agree within a scenario."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from imadmin_lab.directory.exchange import (
    ACCEPTED_DOMAIN,
    CAS_MAILBOX,
    ORGANIZATION_CONFIG,
    RETENTION_TAG,
    TRANSPORT_RULE,
    WEB_SERVICES,
)
from imadmin_lab.directory.skype import (
    ACCESS_EDGE,
    ARCHIVING_CONFIGURATION,
    ARCHIVING_POLICY,
    CLIENT_POLICY,
    EXTERNAL_ACCESS_POLICY,
)
from imadmin_lab.mail.tree import DEFAULT_FOLDERS

from .owners import owners
from .settings import typed
from .transport import transport_rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin_lab.directory import Noun

    from .fields import At
    from .records import Exchange, Person, Scenario, Settings

_NUMBERS_OF_A_BUILD: Final = 4
_LONGEST: Final = 7 * 24 * 3600
_MOST_COPIES: Final = 10
_OLDEST: Final = 10 * 365 * 24 * 3600
FOLDERS: Final = tuple(folder.distinguished for folder in DEFAULT_FOLDERS if folder.distinguished)


def check(scenario: Scenario, at: At) -> None:
    """Raise a ConfigError for the first thing that does not agree with the rest."""
    _check_topology(scenario, at)
    _check_exchange(scenario, at)
    _check_times(scenario, at)
    for person in scenario.people:
        _check_person(person, scenario, at.key("people").item(person.account))
    for noun, settings, where in _settings(scenario, at):
        _check_settings(noun, settings, where)
    _check_transport_rules(scenario, at)
    _check_unique(scenario, at)
    _check_test_send(scenario, at.key("test_send"))
    _check_planted(scenario, at.key("mail"))


def _check_topology(scenario: Scenario, at: At) -> None:
    for fqdn, pool in scenario.pools.items():
        _check_known(pool.site, scenario.sites, "site", at.key("pools").key(fqdn).key("site"))
        if not pool.computers:
            raise at.key("pools").key(fqdn).complain("a pool needs a computer")
    for name, found in (("sites", scenario.sites), ("pools", scenario.pools)):
        if not found:
            raise at.key(name).complain("is empty")
    for scope in scenario.im_configurations:
        _check_scope(scope, scenario, at.key("im_configurations").key(scope))
    for scope in scenario.client_policies:
        if not scope.startswith("Tag:"):
            _check_scope(scope, scenario, at.key("client_policies").key(scope))


def _check_exchange(scenario: Scenario, at: At) -> None:
    version = scenario.exchange.onprem.version
    if len(re.findall(r"\d+", version)) != _NUMBERS_OF_A_BUILD:
        raise at.key("exchange.onprem.version").complain("should be as Version 15.2 (Build 2562.17)")
    if scenario.domain in scenario.mail.federated:
        raise at.key("mail.federated").key(scenario.domain).complain("is the organisation's own domain")
    for number, fault in enumerate(scenario.faults):
        if not isinstance(fault.get("name"), str):
            raise at.key("faults").item(number).complain("lacks the key name")


def _check_times(scenario: Scenario, at: At) -> None:
    _check_between(scenario.replication_lag, _LONGEST, at.key("replication_lag"))
    for recipient, delivery in scenario.mail.rules.items():
        rule = at.key("mail.rules").key(recipient)
        _check_between(delivery.delay, _LONGEST, rule.key("delay"))
        _check_between(delivery.copies, _MOST_COPIES, rule.key("copies"))


def _check_between(number: float, most: int, at: At) -> None:
    if not 0 <= number <= most:
        raise at.complain(f"{number} is not between 0 and {most}")


def _check_scope(scope: str, scenario: Scenario, at: At) -> None:
    if scope != "Global":
        _check_known(scope, [f"Site:{site}" for site in scenario.sites], "scope", at)


def _check_person(person: Person, scenario: Scenario, at: At) -> None:
    if person.sip.count("@") > 1 or person.mail.count("@") > 1:
        raise at.complain("addresses stand without the @ and what follows it")
    if person.pool is not None:
        _check_known(person.pool, scenario.pools, "pool", at.key("pool"))
    elif person.home == "onprem" or person.registrations or person.connections:
        raise at.complain("lacks the key pool", "Only who is homed online, without clients here, has none.")
    for seen in ("registrations", "connections"):
        for client in getattr(person, seen):
            _check_known(client, scenario.agents, "agent", at.key(seen))
    if person.mailbox == "online" and scenario.exchange.online is None:
        raise at.key("mailbox").complain("there is no exchange.online")


def _check_known(name: str, known: Iterable[str], what: str, at: At) -> None:
    if name not in known:
        raise at.complain(f"there is no {what} {name!r}", f"There are: {', '.join(known) or 'none'}.")


def _settings(scenario: Scenario, at: At) -> Iterator[tuple[Noun, Settings, At]]:
    for scope, policy in scenario.client_policies.items():
        yield CLIENT_POLICY, policy, at.key("client_policies").key(scope)
    yield from _settings_by_scope(scenario, at)
    for place in ("onprem", "online"):
        exchange = scenario.home_of(place)
        if exchange is not None:
            yield from _settings_of_exchange(exchange, at.key(f"exchange.{place}"))
    for person in scenario.people:
        yield CAS_MAILBOX, person.ews, at.key("people").item(person.account).key("ews")
    for name, mailbox in scenario.service_mailboxes.items():
        yield CAS_MAILBOX, mailbox.ews, at.key("service_mailboxes").key(name).key("ews")


def _check_transport_rules(scenario: Scenario, at: At) -> None:
    for place in ("onprem", "online"):
        exchange = scenario.home_of(place)
        try:
            list(transport_rules(exchange) if exchange else ())
        except ValueError as error:
            raise at.key(f"exchange.{place}.transport_rules").complain(str(error)) from None


def _settings_of_exchange(exchange: Exchange, at: At) -> Iterator[tuple[Noun, Settings, At]]:
    yield ORGANIZATION_CONFIG, exchange.organization, at.key("organization")
    yield WEB_SERVICES, exchange.web_services, at.key("web_services")
    for noun, name, named in (
        (ACCEPTED_DOMAIN, "accepted_domains", exchange.accepted_domains),
        (RETENTION_TAG, "retention_tags", exchange.retention_tags),
        (TRANSPORT_RULE, "transport_rules", exchange.transport_rules),
    ):
        for key, settings in named.items():
            yield noun, settings, at.key(name).key(key)


def _settings_by_scope(scenario: Scenario, at: At) -> Iterator[tuple[Noun, Settings, At]]:
    for scope, policy in scenario.replica.client_policies.items():
        yield CLIENT_POLICY, policy or {}, at.key("replica.client_policies").key(scope)
    for scope, settings in scenario.archiving.configurations.items():
        yield ARCHIVING_CONFIGURATION, settings, at.key("archiving.configurations").key(scope)
    for scope, settings in scenario.archiving.policies.items():
        yield ARCHIVING_POLICY, settings, at.key("archiving.policies").key(scope)
    for scope, settings in scenario.federation.policies.items():
        yield EXTERNAL_ACCESS_POLICY, settings, at.key("federation.policies").key(scope)
    yield ACCESS_EDGE, scenario.federation.edge, at.key("federation.edge")


def _check_settings(noun: Noun, settings: Settings, at: At) -> None:
    try:
        typed(noun, settings)
    except ValueError as error:
        raise at.complain(str(error)) from None


def _check_unique(scenario: Scenario, at: At) -> None:
    mailboxes = [*owners(scenario, "onprem"), *owners(scenario, "online")]
    spellings = {
        "sip": [person.sip for person in scenario.people],
        "display": [person.display for person in scenario.people],
        "account": [*(person.account for person in scenario.people), *scenario.service_mailboxes],
        "mail": [owner.mail for owner in mailboxes],
    }
    for what, values in spellings.items():
        folded = [value.casefold() for value in values]
        twice = next((value for value in values if folded.count(value.casefold()) > 1), None)
        if twice is not None:
            raise at.key("people").complain(f"two have the same {what}, {twice}")


def _check_planted(scenario: Scenario, at: At) -> None:
    """What lies in mailboxes, and their owners' rules: of mailboxes and folders that there are."""
    known = [owner.mail for owner in owners(scenario, "onprem")] + _partners(scenario)
    for number, one in enumerate(scenario.mail.items):
        place = at.key("items").item(number)
        _check_known(one.mailbox, known, "mailbox", place.key("mailbox"))
        _check_known(one.folder, FOLDERS, "folder", place.key("folder"))
        _check_between(one.age, _OLDEST, place.key("age"))
    for address, rules in scenario.mail.inbox_rules.items():
        place = at.key("inbox_rules").key(address)
        _check_known(address, known, "mailbox", place)
        for number, rule in enumerate(rules):
            _check_known(rule.move_to, ("", *FOLDERS), "folder", place.item(number).key("move_to"))


def _partners(scenario: Scenario) -> list[str]:
    return [f"{name}@{d}" for d, partner in scenario.mail.federated.items() for name in partner.mailboxes]


def _check_test_send(scenario: Scenario, at: At) -> None:
    own = [owner.mail for owner in owners(scenario, "onprem")]
    federated = _partners(scenario)
    for address in scenario.test_send.mailboxes:
        _check_known(address, own, "mailbox on-premises", at.key("mailboxes"))
    for address in scenario.test_send.federated:
        _check_known(address, federated, "federated mailbox", at.key("federated"))
