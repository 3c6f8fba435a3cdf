"""The endpoints that can be asked for mailboxes, and whose mailboxes each serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from imadmin.model import Location
from imadmin.model.values import lowered
from imadmin.probing import Examination
from imadmin_ews.access import LATEST_AGENT
from imadmin_ews.command.selection import endpoints_named

if TYPE_CHECKING:
    from imadmin.access import Access, Endpoint
    from imadmin.commands import Recorded
    from imadmin.probing import Step

__all__ = ["Place", "examined", "places_of"]

_ONLINE: Final = (".office365.com", ".office365.us", ".office.com", ".outlook.cn")
"""Where Microsoft serves Exchange Online; any other host is the organisation's own."""
_WAY: Final = ("name", "connection", "TLS", "certificate")


class Place(NamedTuple):
    """An endpoint with one credential.

    Attributes:
        number: of all places only this one has it.
        name: likewise.
        own: the only mailboxes that may be asked for there; None where all of its location may.
        steps: of the way to it.
        broken: why nobody can be asked for there; empty where that is not so.
    """

    number: int
    name: str
    endpoint: Endpoint
    own: frozenset[str] | None
    steps: tuple[Step, ...] = ()
    broken: str = ""

    @property
    def location(self) -> Location:
        """Of the mailboxes that it serves."""
        host = urlsplit(self.endpoint.config.endpoint).hostname or ""
        return Location.ONLINE if host.endswith(_ONLINE) else Location.ON_PREMISES


def places_of(access: Access, name: str | None) -> list[Place]:
    """All of them, or those of one name.

    Raises:
        UsageError: there is none.
    """
    endpoints = endpoints_named(access, name)
    return [Place(n, _named(n, endpoints), one, _own(one)) for n, one in enumerate(endpoints)]


def examined(place: Place, mailbox: str, run: Recorded, user_agent: str | None) -> Place:
    """Follow the way to it once, and log in for a mailbox; where nobody is to be asked for, it is left."""
    if not mailbox:
        return place
    run.progress.going_on(f"the way to {place.name}")
    examination = Examination(
        place.endpoint,
        ca_file=run.access.deployment.ca_file,
        mailbox=mailbox,
        user_agent=user_agent or LATEST_AGENT,
    )
    steps = tuple(examination.steps())
    if examination.broken not in _WAY or examination.error is None:
        return place._replace(steps=steps)
    return place._replace(steps=steps, broken=examination.error.line)


def _named(number: int, endpoints: list[Endpoint]) -> str:
    """The endpoint's name, with a number where it is asked with several credentials."""
    name = endpoints[number].config.name
    several = sum(one.config.name == name for one in endpoints) > 1
    return f"{name} ({number + 1})" if several else name


def _own(endpoint: Endpoint) -> frozenset[str] | None:
    owned = endpoint.config.access == "owner"
    return frozenset(map(lowered, endpoint.config.mailboxes)) if owned else None
