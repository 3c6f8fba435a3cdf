"""What would happen when somebody tries to leave an offline message, and whether anybody could know it.

Plays server, policy and client from what is documented of them, and lets the client really send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .client import CURRENT, TIMER, desktop_clients, saves_conversations
from .console import Console
from .ews import Login, Outcome, leave_message, trusted
from .exchange import FRONTLINE, FRONTLINE_REFUSED, LAST_DAY_ONLINE, Ruling, rule
from .server import answering_supports, provision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from .client import Client
    from .ews import Network
    from .scenario import Organisation, Person
    from .server import Provisioning


class Step(NamedTuple):
    """A step on the message's way.

    Attributes:
        stage: `server`, `policy`, `client`, `ews` or `spool`.
        passes: Whether the message gets past it.
        obstacle: What stops it there, where it does not.
        unseen: Why an administrator cannot see whether it does; empty where that can be seen.
    """

    stage: str
    passes: bool
    obstacle: str
    unseen: str = ""

    def __str__(self) -> str:
        return f"{self.obstacle} ({self.stage})"


class Answer(NamedTuple):
    """What would happen to one person's message: all steps, the first one that stops it tells the reason."""

    steps: tuple[Step, ...]
    blind: str = ""

    @property
    def can(self) -> bool:
        """Whether it would be sent."""
        return all(step.passes for step in self.steps)

    @property
    def knowable(self) -> bool:
        """Whether an administrator can know: one obstacle that is seen is enough, else all must be seen."""
        return not self.blind and (self._seen() is not None or not self.unseen)

    @property
    def unseen(self) -> tuple[str, ...]:
        """What cannot be seen."""
        return tuple(filter(None, (self.blind, *(step.unseen for step in self.steps))))

    @property
    def obstacle(self) -> Step | None:
        """What stops it: the first obstacle that can be seen, else the first; None where it is sent."""
        return self._seen() or next((step for step in self.steps if not step.passes), None)

    def __str__(self) -> str:
        told = [str(self.obstacle) if self.obstacle else "sent", *(f"unseen: {what}" for what in self.unseen)]
        return "; ".join(told)

    def _seen(self) -> Step | None:
        return next((step for step in self.steps if not step.passes and not step.unseen), None)


class Oracle:
    """Tries it for the people of an organisation.

    Args:
        organisation: Whose.
        network: Where its Exchange is running.
        password: Everybody's.
        today: When.
    """

    def __init__(self, organisation: Organisation, network: Network, password: str, today: date) -> None:
        self._today = today
        self._organisation = organisation
        self._network = network
        self._password = password
        self._console = Console(organisation, connected=trusted(network))

    def answers(self) -> dict[str, Answer]:
        """An answer for everybody who counts, by SIP address."""
        counted = [person for person in self._organisation.people if person.counts]
        return {person.sip: self.answer(person) for person in counted}

    def answer(self, person: Person) -> Answer:
        """Let one person try."""
        told = provision(self._organisation, person)
        steps = (*self._told(person, told), self._client(person), *self._ews(person), _spool(person))
        return Answer(steps, self._console.blind())

    def _told(self, person: Person, told: Provisioning) -> Iterator[Step]:
        updates = self._console.updates(answering=answering_supports(self._organisation))
        yield Step("server", told.supported, "the server is older than Offline IM", updates)
        unknown = "whose server's replica lags behind" if told.lagging else ""
        yield Step("server", not told.lagging, "the replica says no", unknown)
        yield Step("policy", told.offline_im, "Offline IM is off", self._console.offline_im())
        unseen = self._console.client_policy(person, told)
        yield Step("policy", saves_conversations(told), f"{told.policy} forbids saving", unseen)

    def _client(self, person: Person) -> Step:
        clients = desktop_clients(person.agents)
        if not clients:
            return Step("client", passes=False, obstacle="no Windows client", unseen="no client is known")
        able = [client.has_feature(person.mailbox) for client in clients]
        elsewhere = {any(client.has_feature(place) for client in clients) for place in ("onprem", "online")}
        unseen = self._console.location() if len(elsewhere) > 1 else ""
        return Step("client", any(able), f"too old: {clients}", unseen)

    def _ews(self, person: Person) -> tuple[Step, ...]:
        clients = _best(person)
        if person.mailbox == "online":
            return self._online(person, clients)
        outcomes = {self._try(person, client) for client in clients}
        reached = Outcome.UNREACHABLE not in outcomes
        no_mailbox = "no mailbox is known" if person.mailbox == "none" else ""
        unseen = no_mailbox or self._console.ews_settings() or self._undocumented(person, clients)
        return (
            Step("ews", reached, "EWS does not answer", no_mailbox or self._console.location()),
            Step("ews", Outcome.SENT in outcomes or not reached, "EWS refuses", unseen),
        )

    def _online(self, person: Person, clients: Sequence[Client]) -> tuple[Step, ...]:
        """Nobody can try: of Exchange Online there is saved output only, and the day when it has no EWS."""
        if self._today >= LAST_DAY_ONLINE:
            gone = Step("ews", passes=False, obstacle="Exchange Online has no EWS any more")
            return gone, gone
        refused = set(self._rulings(person, clients)) == {Ruling.OUT}
        unseen = self._console.ews_settings() or self._undocumented(person, clients)
        return (
            Step("ews", passes=True, obstacle="", unseen="no EWS of Exchange Online is described"),
            Step("ews", not refused, "Exchange Online refuses EWS", unseen),
            self._licensed(person),
        )

    def _licensed(self, person: Person) -> Step:
        """By license; of whom no list tells, nobody knows, if there is any list at all."""
        frontline = bool(person.licenses) and all(name in FRONTLINE for name in person.licenses)
        refused = frontline and self._today >= FRONTLINE_REFUSED
        listed = any(one.licenses for one in self._organisation.people)
        unseen = "no list names the license" if listed and not person.licenses else ""
        return Step("ews", not refused, "the license has no EWS", unseen or self._console.location())

    def _undocumented(self, person: Person, clients: Sequence[Client]) -> str:
        rulings = set(self._rulings(person, clients))
        unsure = Ruling.UNDOCUMENTED in rulings and Ruling.IN not in rulings
        return "whether the access policy lets the client in" if unsure else ""

    def _rulings(self, person: Person, clients: Sequence[Client]) -> Iterator[Ruling]:
        place = self._organisation.exchange.get(person.mailbox)
        if place is not None:
            yield from (rule(place, person.ews, client.user_agent) for client in clients)

    def _try(self, person: Person, client: Client) -> Outcome:
        login = Login(f"{self._organisation.netbios}\\{person.account}", self._password)
        return leave_message(self._network, login, client.user_agent, self._colleague(person))

    def _colleague(self, person: Person) -> str:
        others = [other for other in self._organisation.people if other.mailbox == "onprem"]
        return next((other.mail for other in others if other != person), person.mail)


def _spool(person: Person) -> Step:
    """What a client has written down and not sent within two minutes, it does not get out."""
    stuck = any(age > TIMER for age in person.spooled)
    return Step("spool", not stuck, "earlier messages are still in the History Spooler")


def _best(person: Person) -> list[Client]:
    """The clients that have the feature; else all, to learn what else would stop them; else today's."""
    clients = desktop_clients(person.agents)
    return [one for one in clients if one.has_feature(person.mailbox)] or clients or [CURRENT]
