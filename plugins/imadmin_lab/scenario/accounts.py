"""Who may log in to the lab's servers, and which cmdlets they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.powershell import Role, standard_roles
from imadmin_lab.powershell.cmdlets import cmdlets_of
from imadmin_lab.web import Account

from .mail import login_at
from .owners import shared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .fields import At
    from .records import Scenario

_SERVICE: Final = "svc-imadmin"
_ALL_CMDLETS: Final = ("CsAdministrator", "Organization Management")
_FEWER: Final = "imadmin"


def service_account(scenario: Scenario) -> str:
    r"""The one administrative account, `CONTOSO\svc-imadmin`."""
    return f"{scenario.netbios}\\{_SERVICE}"


def accounts(scenario: Scenario, password: str) -> Iterator[Account]:
    """Everybody: the service account, people, service mailboxes, and the mailboxes of partners."""
    held = (_FEWER,) if scenario.hidden_cmdlets else _ALL_CMDLETS
    yield Account(service_account(scenario), password, f"{_SERVICE}@{scenario.domain}", held)
    for person in scenario.people:
        yield Account(f"{scenario.netbios}\\{person.account}", password, person.mail)
    for name in scenario.service_mailboxes:
        yield Account(f"{scenario.netbios}\\{name}", password, f"{name}@{scenario.domain}")
    for domain, partner in scenario.mail.federated.items():
        for name, mailbox in partner.mailboxes.items():
            yield Account(login_at(domain, name), password, shared(name, domain, mailbox).mail)


def roles(scenario: Scenario, at: At) -> dict[str, Role]:
    """The predefined roles; and one without the hidden cmdlets, where the scenario hides any.

    Raises:
        ConfigError: The scenario hides a cmdlet that there is not.
    """
    found = standard_roles()
    if scenario.hidden_cmdlets:
        found[_FEWER] = Role(_FEWER, _shown(scenario, at.key("hidden_cmdlets")))
    return found


def _shown(scenario: Scenario, at: At) -> tuple[str, ...]:
    names = {
        cmdlet.name.casefold(): cmdlet.name for shell in ("skype", "exchange") for cmdlet in cmdlets_of(shell)
    }
    for hidden in scenario.hidden_cmdlets:
        if names.pop(hidden.casefold(), None) is None:
            raise at.complain(f"the lab has no cmdlet {hidden}")
    return tuple(names.values())
