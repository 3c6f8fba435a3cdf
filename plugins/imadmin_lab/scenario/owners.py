"""Whose mailboxes there are: people and service mailboxes, alike to Exchange."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_DNS, uuid5

if TYPE_CHECKING:
    from uuid import UUID

    from .records import Person, Scenario, Settings, SharedMailbox


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a mailbox; `sip` is empty where it is nobody's of Skype for Business."""

    account: str
    display: str
    mail: str
    sip: str
    unit: str
    ews: Settings
    language: str
    conversation_history: str


def owners(scenario: Scenario, place: str) -> list[Owner]:
    """The mailboxes of a place, `onprem` or `online`; service mailboxes are on-premises."""
    people = [_person(person) for person in scenario.people_of(place)]
    if place != "onprem":
        return people
    return people + [
        shared(name, scenario.domain, mailbox) for name, mailbox in scenario.service_mailboxes.items()
    ]


def shared(name: str, domain: str, mailbox: SharedMailbox) -> Owner:
    """A mailbox that no person of the scenario has."""
    return Owner(
        account=name,
        display=mailbox.display or name,
        mail=f"{name}@{domain}",
        sip="",
        unit="Service",
        ews=mailbox.ews,
        language=mailbox.language,
        conversation_history=mailbox.conversation_history,
    )


def _person(person: Person) -> Owner:
    return Owner(
        account=person.account,
        display=person.display,
        mail=person.mail,
        sip=person.sip,
        unit="People",
        ews=person.ews,
        language=person.language,
        conversation_history=person.conversation_history,
    )


def distinguished_name(scenario: Scenario, display: str, unit: str = "People") -> str:
    """Where an account is in Active Directory."""
    domain = ",".join(f"DC={label}" for label in scenario.domain.split("."))
    name = display.replace("\\", "\\\\").replace(",", "\\,")
    return f"CN={name},OU={unit},{domain}"


def guid(scenario: Scenario, kind: str, name: str) -> UUID:
    """The same GUID for the same thing, each time the scenario is read."""
    return uuid5(uuid5(NAMESPACE_DNS, scenario.domain), f"{kind}:{name}")
