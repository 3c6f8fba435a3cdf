"""The organisation's mailboxes and its partners' in the mail store, and who may log in to them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from imadmin_lab.mail import Account, Rule, directory
from imadmin_lab.mail.rules import set_rule
from imadmin_lab.mail.transport_rules import add_transport_rule

from .exchange import routing_address
from .owners import owners, shared
from .planting import plant
from .transport import transport_rules

if TYPE_CHECKING:
    from imadmin_lab.mail import Mailbox, MailStore, Session

    from .owners import Owner
    from .records import Delivery, Partner, Scenario

_ABSENT = "absent"


def fill_store(store: MailStore, scenario: Scenario, service_account: str) -> None:
    """Make the mailboxes on-premises and those of partners, with a log-in for each owner.

    Args:
        store: Empty.
        scenario: The organisation.
        service_account: Who may impersonate everybody of the organisation.
    """
    with store.writing() as session:
        name = scenario.organisation
        directory.add_organisation(session, name, [scenario.domain])
        directory.add_account(session, Account(service_account, None, impersonation=True, organisation=name))
        for owner in owners(scenario, "onprem"):
            mailbox = _add(session, owner, [routing_address(owner.account, scenario)])
            directory.add_account(session, Account(f"{scenario.netbios}\\{owner.account}", mailbox))
        for domain, partner in scenario.mail.federated.items():
            _add_partner(session, domain, partner)
        for recipient, delivery in scenario.mail.rules.items():
            set_rule(session, recipient, _rule(delivery))
        for rule in transport_rules(scenario.exchange.onprem):
            add_transport_rule(session, name, rule)
        plant(session, scenario.mail)


def _add(session: Session, owner: Owner, aliases: list[str]) -> Mailbox:
    history = owner.conversation_history
    return directory.add_mailbox(
        session,
        owner.mail,
        name=owner.display,
        aliases=aliases,
        culture=owner.language,
        conversation_history=None if history == _ABSENT else history,
    )


def _add_partner(session: Session, domain: str, partner: Partner) -> None:
    directory.add_organisation(session, partner.organisation, [domain])
    for name, described in partner.mailboxes.items():
        mailbox = _add(session, shared(name, domain, described), [])
        directory.add_account(session, Account(login_at(domain, name), mailbox))


def login_at(domain: str, name: str) -> str:
    r"""The log-in of a partner's mailbox, `FABRIKAM\probe` for `probe@fabrikam.com`."""
    return f"{domain.partition('.')[0].upper()}\\{name}"


def _rule(delivery: Delivery) -> Rule:
    return Rule(timedelta(seconds=delivery.delay), delivery.copies, delivery.folder, delivery.item_class)
