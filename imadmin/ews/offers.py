"""How a server wants somebody to log in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple

from imadmin.ews.faults import shortened
from imadmin.ews.refusals import offered

if TYPE_CHECKING:
    from imadmin.ews.wire import Reply

__all__ = ["Offer", "offer_in"]


class Offer(NamedTuple):
    """What a server answers to somebody who does not log in.

    Attributes:
        status: of HTTP; 401 asks for a log-in.
        schemes: that it offers, such as `Negotiate`.
        challenges: the `WWW-Authenticate` fields whole.
        content_type: of the answer.
        location: where it sends to, in place of an answer.
        server: what it calls itself.
        via: the proxies that say they stand in between.
    """

    status: int
    schemes: tuple[str, ...]
    challenges: tuple[str, ...]
    content_type: str
    location: str
    server: str
    via: str

    @property
    def asks(self) -> bool:
        """Whether it asks for a log-in."""
        return self.status == HTTPStatus.UNAUTHORIZED


def offer_in(reply: Reply) -> Offer:
    """What *reply* offers."""
    names = ("content-type", "location", "server", "via")
    return Offer(
        reply.status,
        offered(reply.challenges),
        tuple(map(shortened, reply.challenges)),
        *(shortened(reply.headers.get(name, "")) for name in names),
    )
