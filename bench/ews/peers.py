"""What asks for a mailbox: ours, exchangelib in two ways, and requests with the same SOAP."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import requests

from bench.ews.serving import PASSWORD, USER
from imadmin.deployment import EwsConfig
from imadmin.ews import EwsClient, Folder, grammar
from imadmin.secrets import Credential, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.ews.serving import Serving

_HEADERS = {
    "User-Agent": "bench",
    "Content-Type": "text/xml; charset=utf-8",
    "Accept": "text/xml",
    "Accept-Encoding": "gzip",
}


class Peer(Protocol):
    """Asks for one mailbox after the other."""

    def __call__(self, mailbox: str) -> object:
        """Ask for one, and look at the answer."""


def our_client(place: Serving, user: str = USER, connections: int = 1) -> EwsClient:
    """A client of ours."""
    config = EwsConfig("bench", place.url, "basic", "impersonation", connections=connections)
    return EwsClient(config, Credential(user, Secret(PASSWORD)), place.bundle)


def session() -> requests.Session:
    """A session of requests that logs in likewise."""
    made = requests.Session()
    made.auth = (USER, PASSWORD)
    return made


def posted(by: requests.Session, place: Serving, mailbox: str) -> None:
    """Ask by requests: the request as we write it, of the answer only that it is one."""
    body = grammar.get_folders(grammar.Caller(mailbox, impersonates=True), [Folder.INBOX])
    response = by.post(place.url, data=body, headers=_HEADERS, timeout=30)
    if response.status_code != requests.codes.ok or b">NoError<" not in response.content:
        raise ValueError(response.status_code)


@contextmanager
def ours(place: Serving) -> Iterator[Peer]:
    """Our client, with its connection kept."""
    with our_client(place) as client:
        yield lambda mailbox: client.look(mailbox, [Folder.INBOX])


@contextmanager
def with_requests(place: Serving) -> Iterator[Peer]:
    """requests, with a session that is kept."""
    with session() as kept:
        yield lambda mailbox: posted(kept, place, mailbox)


@contextmanager
def exchangelib_as_it_comes(place: Serving) -> Iterator[Peer]:
    """By exchangelib with an account for each mailbox, its connection included."""
    from exchangelib.protocol import close_connections  # type: ignore[import-untyped]

    def ask(mailbox: str) -> None:
        _inbox(place, mailbox)
        close_connections()

    yield ask


@contextmanager
def exchangelib_kept(place: Serving) -> Iterator[Peer]:
    """By exchangelib with an account for each mailbox, which share a connection."""
    from exchangelib.protocol import close_connections

    yield lambda mailbox: _inbox(place, mailbox)
    close_connections()


def _inbox(place: Serving, mailbox: str) -> None:
    import exchangelib  # type: ignore[import-untyped]

    credentials = exchangelib.Credentials(USER, PASSWORD)
    config = exchangelib.Configuration(service_endpoint=place.url, credentials=credentials)
    account = exchangelib.Account(
        mailbox, config=config, autodiscover=False, access_type=exchangelib.IMPERSONATION
    )
    if account.inbox.name != "Inbox":
        raise ValueError(account.inbox.name)
