"""The names and numbers of the organisation's servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imadmin_lab.ews import ServerVersion

from .exchange import routing_address

if TYPE_CHECKING:
    from .records import Scenario


def host_names(scenario: Scenario) -> list[str]:
    """Every name that a client of the organisation may ask for."""
    exchange = scenario.exchange.onprem
    urls = [urlsplit(url or "").hostname for url in (exchange.internal_url, exchange.external_url)]
    computers = [computer for pool in scenario.pools.values() for computer in pool.computers]
    names = [*scenario.pools, *computers, exchange.server, *urls, f"autodiscover.{scenario.domain}"]
    return [name for name in dict.fromkeys(names) if name]


def server_version(scenario: Scenario) -> ServerVersion:
    """The build that Exchange answers with, of `Version 15.2 (Build 2562.17)`."""
    numbers = [int(number) for number in re.findall(r"\d+", scenario.exchange.onprem.version)]
    major, minor, build, revision = numbers
    return ServerVersion(major, minor, build, revision)


def elsewhere(scenario: Scenario) -> dict[str, str]:
    """Addresses whose mailbox is online, with what Autodiscover says to ask for instead."""
    return {person.mail: routing_address(person.account, scenario) for person in scenario.people_of("online")}
