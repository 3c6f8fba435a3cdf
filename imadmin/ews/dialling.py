"""Making a TLS connection whose every read and write keeps to a budget."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any, Final

from imadmin.ews.budget import Stage
from imadmin.trust import context

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin.ews.budget import Budget
    from imadmin.secrets import ClientCertificate

__all__ = ["GuardedSocket", "dial", "guarded", "verified"]

_CONNECT_SECONDS: Final = 10.0


class GuardedSocket(ssl.SSLSocket):
    """A TLS connection that gives up when the budget of the question is spent.

    A time-out of a socket counts from one read to the next, so a server that sends a byte now and then
    would never meet it; here each read is given no more than what is left of the whole.

    Attributes:
        budget: of the question that is being asked.
    """

    budget: Budget

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        """Read, as far as the budget goes."""
        self.settimeout(self.budget.left())
        count = super().recv_into(*arguments, **options)
        self.budget.spend(count)
        return count

    def send(self, *arguments: Any, **options: Any) -> int:
        """Write, as far as the budget goes."""
        self.settimeout(self.budget.left())
        return super().send(*arguments, **options)


def guarded(ca_file: Path | None, certificate: ClientCertificate | None = None) -> ssl.SSLContext:
    """Whom to believe, for connections that keep to a budget.

    Args:
        ca_file: the authorities; None for those of the platform.
        certificate: shown to a server that asks for one.

    Raises:
        SourceError: a file cannot be read, or does not hold what it should.
    """
    made = context(ca_file, certificate)
    made.sslsocket_class = GuardedSocket
    return made


def dial(
    host: str, port: int, believed: ssl.SSLContext, budget: Budget, hold: Callable[[socket.socket], None]
) -> GuardedSocket:
    """Connect to *host* and verify who answers.

    Args:
        host: to be verified.
        port: of it.
        believed: whom to believe.
        budget: of the question that needs the connection.
        hold: is given each socket before it connects, so that somebody else can end it.

    Raises:
        OSError: it cannot be done; `budget.stage` tells how far it came.
    """
    plain = _connected(host, port, budget, hold)
    try:
        return verified(plain, host, believed, budget, hold)
    except BaseException:
        plain.close()
        raise


def _connected(host: str, port: int, budget: Budget, hold: Callable[[socket.socket], None]) -> socket.socket:
    """A connection to the first of the host's addresses that accepts one."""
    budget.stage = Stage.NAME
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    budget.stage = Stage.CONNECTION
    failure: OSError = ConnectionError(f"{host} has no address")
    for family, kind, protocol, _, address in found:
        connection = socket.socket(family, kind, protocol)
        hold(connection)
        try:
            connection.settimeout(min(_CONNECT_SECONDS, budget.left()))
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


def _let_go(_: socket.socket) -> None:
    """Nobody else is to end it."""


def verified(
    plain: socket.socket,
    host: str,
    believed: ssl.SSLContext,
    budget: Budget,
    hold: Callable[[socket.socket], None] = _let_go,
) -> GuardedSocket:
    """Speak TLS over a connection, of which nothing is left open where that does not work.

    Args:
        plain: the connection.
        host: whom the certificate must name.
        believed: whom to believe; its connections are `GuardedSocket`.
        budget: for the handshake, and for what comes after it.
        hold: is given the connection, so that another thread can end it.

    Raises:
        OSError: it does not work.
    """
    budget.stage = Stage.HANDSHAKE
    secured = believed.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
    assert isinstance(secured, GuardedSocket)  # noqa: S101 - `guarded` says so
    hold(secured)
    try:
        secured.budget = budget
        secured.settimeout(budget.left())
        secured.do_handshake()
    except BaseException:
        secured.close()
        raise
    return secured
