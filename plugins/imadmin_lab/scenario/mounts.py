"""What answers where on the lab's server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.autodiscover import AutodiscoverApplication
from imadmin_lab.ews import PATH
from imadmin_lab.powershell import EndpointRules, PowerShellEndpoint
from imadmin_lab.web import LoginRules, Mount

from .hosts import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imadmin_lab.directory import Directory
    from imadmin_lab.ews import EwsApplication
    from imadmin_lab.powershell import CmdletFaults, Role
    from imadmin_lab.web import Accounts, ChannelBindings

    from .records import Scenario

_BINDINGS: Final[dict[str, ChannelBindings]] = {"None": "none", "Allow": "allow", "Require": "require"}


def powershell(
    scenario: Scenario,
    directory: Directory,
    accounts: Accounts,
    roles: Mapping[str, Role],
    faults: CmdletFaults,
) -> tuple[Mount, ...]:
    """`/OcsPowershell` on the first Front End server, and `/powershell` on the Exchange server."""
    computer = next(iter(scenario.pools.values())).computers[0]
    skype = EndpointRules(roles=roles, machine=computer)
    exchange = EndpointRules(roles=roles, machine=scenario.exchange.onprem.server)
    return (
        Mount("/OcsPowershell", PowerShellEndpoint("skype", directory, accounts, skype, faults)),
        Mount("/powershell", PowerShellEndpoint("exchange", directory, accounts, exchange, faults)),
    )


def exchange(scenario: Scenario, ews: EwsApplication, url: Callable[[str], str]) -> tuple[Mount, ...]:
    """`/EWS` and `/autodiscover`; *url* gives the address of a path."""
    protection = _BINDINGS[scenario.exchange.onprem.extended_protection]
    autodiscover = AutodiscoverApplication(
        ews.store, lambda: url(PATH), version=ews.version, redirects=elsewhere(scenario)
    )
    return Mount("/EWS", ews, LoginRules(channel_bindings=protection)), Mount("/autodiscover", autodiscover)
