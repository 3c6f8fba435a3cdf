"""One connection to an EWS server: a request, its log-in, its answer."""

from __future__ import annotations

import http.client
import re
import selectors
import socket
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imadmin.ews.budget import Stage
from imadmin.ews.dialling import GuardedSocket, dial
from imadmin.ews.inflating import inflated

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from imadmin.ews.budget import Budget
    from imadmin.ews.login import Login

__all__ = ["Address", "Reply", "Wire", "secure_address"]

_MOST_LEGS: Final = 6
_PIECE: Final = 65536
_PLAIN_TEXT: Final = re.compile(r"https://[!-~]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service is."""

    host: str
    port: int
    path: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as HTTP gives it.

    Attributes:
        status: of HTTP.
        headers: with names in small letters; several of one name are joined by commas.
        challenges: the `WWW-Authenticate` fields.
        body: decompressed.
        logged_in: whether a whole log-in came before it.
    """

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    body: bytes
    logged_in: bool = False


class _Connection(http.client.HTTPConnection):
    """An HTTP connection that is dialled within the budget of the question that needs it."""

    default_port = http.client.HTTPS_PORT
    debuglevel = 0  # set for all connections, as tutorials do it, it would print passwords
    budget: Budget

    def __init__(self, address: Address, context: ssl.SSLContext) -> None:
        super().__init__(address.host, address.port)
        self._context: Final = context
        self.certificate = b""
        self._held: socket.socket | None = None

    def connect(self) -> None:
        """Connect, and keep the certificate for channel bindings."""
        secured = dial(self.host, self.port, self._context, self.budget, self._hold)
        self.certificate = secured.getpeercert(binary_form=True) or b""
        self.sock = secured

    def interrupt(self) -> None:
        """Wake whoever waits for the server, from another thread; the connection is of no use afterwards."""
        if self._held is not None:
            with suppress(OSError):  # closed; or, on some systems, not connected yet
                # Not the method of SSLSocket: after that one what is sent would go without TLS.
                socket.socket.shutdown(self._held, socket.SHUT_RDWR)

    def _hold(self, connection: socket.socket) -> None:
        self._held = connection

    def prepare(self, budget: Budget) -> None:
        """Let the next request count against *budget*; a connection that the server closed is left."""
        self.budget = budget
        if self.sock is not None and _has_ended(self.sock):
            self.close()
        if isinstance(self.sock, GuardedSocket):
            self.sock.budget = budget
            budget.stage = Stage.ANSWER


class Wire:
    """One connection, for one question at a time; it is dialled when it is first used.

    Args:
        address: of the service.
        context: whom to believe.
        login: how to log in.
    """

    def __init__(self, address: Address, context: ssl.SSLContext, login: Login) -> None:
        self._address: Final = address
        self._login: Final = login
        self._connection: Final = _Connection(address, context)

    def post(self, body: bytes, headers: Mapping[str, str | bytes], budget: Budget) -> Reply:
        """Send *body* and take the answer; log in where the server asks for it, once.

        Raises:
            OSError: something failed; `budget.stage` tells where. After any error the wire must be closed.
            http.client.HTTPException: likewise.
            TooLargeError: the answer is too large.
            LoginError: the log-in went wrong on this side.
        """
        self._connection.prepare(budget)
        first = self._login.authorization(budget)
        reply = self._exchange(body, headers if first is None else {**headers, "Authorization": first})
        if reply.status != http.HTTPStatus.UNAUTHORIZED:
            return reply
        return self._logged_in(reply, body, headers)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def interrupt(self) -> None:
        """Wake whoever waits for the server, from another thread."""
        self._connection.interrupt()

    def _logged_in(self, reply: Reply, body: bytes, headers: Mapping[str, str | bytes]) -> Reply:
        """Log in, and repeat the request with each step of it."""
        handshake = self._login.handshake(self._address.host, self._connection.certificate)
        for leg in range(_MOST_LEGS):
            token = handshake.answer(reply.challenges) if handshake else None
            if token is None:
                return reply
            reply = self._exchange(body, {**headers, "Authorization": token})
            if reply.status != http.HTTPStatus.UNAUTHORIZED:
                # Of two tokens the second is the log-in; after one, the server answers with its own.
                return replace(reply, logged_in=leg > 0 or bool(reply.challenges))
        return reply

    def _exchange(self, body: bytes, headers: Mapping[str, str | bytes]) -> Reply:
        connection = self._connection
        connection.request("POST", self._address.path, body, dict(headers))
        connection.budget.stage = Stage.ANSWER
        response = connection.getresponse()
        content = _whole(response)
        return Reply(
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            tuple(response.headers.get_all("WWW-Authenticate", [])),
            _readable(response, content, connection.budget),
        )


def _has_ended(connection: socket.socket) -> bool:
    """Whether the server has closed a connection, or says something unasked."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(0))


def _whole(response: http.client.HTTPResponse) -> bytes:
    """The body; in pieces, since the length that a server announces would be allocated at once."""
    pieces = []
    try:
        while piece := response.read(_PIECE):
            pieces.append(piece)
    except ValueError as error:  # such as a chunk of negative size
        raise http.client.HTTPException(f"the answer cannot be read: {error}") from None
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(pieces)


def _readable(response: http.client.HTTPResponse, content: bytes, budget: Budget) -> bytes:
    """The body, decompressed; what comes with a refusal is not worth that."""
    encoding = response.headers.get("Content-Encoding", "")
    if encoding and response.status == http.HTTPStatus.UNAUTHORIZED:
        return b""
    return inflated(content, encoding, budget)


def secure_address(url: str) -> Address | None:
    """Where *url* leads; None where it is not https, or more than host, port and path."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError:
        return None
    if not _PLAIN_TEXT.fullmatch(url) or not host or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return Address(host, port, parts.path or "/")
