"""The organisation as a scenario file describes it; the package's docstring tells what each key means."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Settings = dict[str, object]
Place = Literal["onprem", "online"]


@dataclass(frozen=True, slots=True)
class Site:
    """A central site of the topology."""

    number: int
    description: str = ""


@dataclass(frozen=True, slots=True)
class Pool:
    """A Front End pool: its site, its servers, and the build that each component of them has."""

    site: str
    computers: tuple[str, ...]
    patch: str


@dataclass(frozen=True, slots=True)
class ClientLog:
    """What the client's log shows: settings as it received them, and lines as they stand in it."""

    received: dict[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account.

    Attributes:
        sip: The SIP address; in the file what stands before its @.
        mail: The primary e-mail address; in the file what stands before its @.
        pool: The Front End pool; None where the person is homed elsewhere.
        registrar: Whether RegistrarPool is a text or an object.
        spelled: How the list of registrations writes the address.
        registrations: Clients, by their names among the agents, that the list of registrations has.
        connections: Those that the list of connections has.
        ews: Properties of Get-CASMailbox that differ from the usual.
        license: As the list of licenses has it; empty: the list does not name the person.
        conversation_history: The folder's name, or `absent`; empty: as the language has it.
        spooled: The ages, in seconds, of messages that wait in the History Spooler.
        client_log: What the client's log shows besides the sign-in; None for a client that does not log.
        configuration: Rows of the Configuration Information window, where it was copied.
    """

    sip: str
    first: str
    last: str
    mailbox: Literal["onprem", "online", "none"]
    pool: str | None = None
    mail: str = ""
    display: str = ""
    policy: str | None = None
    enabled: bool = True
    home: Place = "onprem"
    registrar: Literal["text", "object"] = "text"
    spelled: str | None = None
    registrations: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    ews: Settings = field(default_factory=dict)
    license: str = ""
    language: str = "en-US"
    conversation_history: str = ""
    spooled: tuple[float, ...] = ()
    client_log: ClientLog | None = None
    configuration: dict[str, str] = field(default_factory=dict)

    @property
    def account(self) -> str:
        """The logon name: what stands before the @ of the SIP address."""
        return self.sip.partition("@")[0]


@dataclass(frozen=True, slots=True)
class SharedMailbox:
    """A mailbox that is nobody's of Skype for Business."""

    display: str = ""
    ews: Settings = field(default_factory=dict)
    language: str = "en-US"
    conversation_history: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One Exchange organisation, on-premises or online.

    Attributes:
        web_services: Properties of Get-WebServicesVirtualDirectory that differ from the usual.
        accepted_domains: By name, what differs from the usual; beside the organisation's own domain.
        retention_tags: By name, likewise; AgeLimitForRetention in days.
        transport_rules: By name, likewise. Those on-premises act on the lab's mail.
    """

    server: str
    version: str
    database: str
    organization: Settings = field(default_factory=dict)
    internal_url: str | None = None
    external_url: str | None = None
    extended_protection: Literal["None", "Allow", "Require"] = "Allow"
    web_services: Settings = field(default_factory=dict)
    accepted_domains: dict[str, Settings] = field(default_factory=dict)
    retention_tags: dict[str, Settings] = field(default_factory=dict)
    transport_rules: dict[str, Settings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExchangePlaces:
    """Where mailboxes can be."""

    onprem: Exchange
    online: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Partner:
    """A federated organisation: its name, and its mailboxes by what stands before the @."""

    organisation: str
    mailboxes: dict[str, SharedMailbox]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What happens to mail on its way: seconds of delay, how often it arrives, where, and as which class."""

    delay: float = 0.0
    copies: int = 1
    folder: str = "inbox"
    item_class: str = ""


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule that the owner of a mailbox has made; see `imadmin_lab.mail.InboxRule`."""

    name: str
    contains: str = ""
    item_class: str = ""
    sender: str = ""
    move_to: str = ""
    delete: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Planted:
    """A message that lies in a mailbox from the start: in which folder, since how many seconds."""

    mailbox: str
    folder: str
    subject: str
    sender: str = ""
    item_class: str = "IPM.Note.Microsoft.Missed"
    age: float = 3600.0
    read: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """Mail beyond the organisation, and what happens to mail: by address, `@domain` or `*`, and by owners."""

    federated: dict[str, Partner] = field(default_factory=dict)
    rules: dict[str, Delivery] = field(default_factory=dict)
    inbox_rules: dict[str, tuple[OwnRule, ...]] = field(default_factory=dict)
    items: tuple[Planted, ...] = ()


@dataclass(frozen=True, slots=True)
class TestSend:
    """The mailboxes that the deployment file gives to test sends."""

    mailboxes: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Replica:
    """What the replica of the server that answers shows otherwise than the central store; None: nothing."""

    im_configurations: dict[str, bool | None] = field(default_factory=dict)
    client_policies: dict[str, Settings | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Archiving:
    """Archiving on the server: what differs from the defaults, by identity."""

    configurations: dict[str, Settings] = field(default_factory=dict)
    policies: dict[str, Settings] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Federation:
    """Federation, where it is other than open to the partners in `mail`."""

    edge: Settings = field(default_factory=dict)
    policies: dict[str, Settings] = field(default_factory=dict)
    blocked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that is known of one organisation."""

    title: str
    organisation: str
    domain: str
    netbios: str
    sites: dict[str, Site]
    pools: dict[str, Pool]
    im_configurations: dict[str, bool]
    client_policies: dict[str, Settings]
    exchange: ExchangePlaces
    agents: dict[str, str]
    people: tuple[Person, ...]
    replica: Replica = field(default_factory=Replica)
    archiving: Archiving = field(default_factory=Archiving)
    federation: Federation = field(default_factory=Federation)
    service_mailboxes: dict[str, SharedMailbox] = field(default_factory=dict)
    mail: Mail = field(default_factory=Mail)
    collected: dict[str, str] = field(default_factory=dict)
    hidden_cmdlets: tuple[str, ...] = ()
    replication_lag: float = 0.0
    faults: tuple[Settings, ...] = ()
    test_send: TestSend = field(default_factory=TestSend)

    def home_of(self, place: str) -> Exchange | None:
        """The Exchange organisation of a place; None where there is none."""
        return {"onprem": self.exchange.onprem, "online": self.exchange.online}.get(place)

    def people_of(self, place: str) -> list[Person]:
        """Who has a mailbox there."""
        return [person for person in self.people if person.mailbox == place]
