"""What is known of one TCP connection for as long as it lasts."""

from __future__ import annotations

import selectors
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .authority import ServerCertificate
    from .login import Login

_TLS_ALERT: Final = b"\x15"


@dataclass(eq=False)
class Peer:
    """The client's end of one connection; `Request.peer` of all requests on it.

    Attributes:
        connection: The socket, after the TLS handshake where there is one.
        certificate: What was presented in that handshake; None without TLS.
        login: Who the client is, as far as it said.
        abort: Whether the connection is to end with a reset.
    """

    connection: socket.socket
    certificate: ServerCertificate | None
    login: Login = field(repr=False)
    abort: bool = False

    @property
    def secure(self) -> bool:
        """Whether the connection is TLS."""
        return self.certificate is not None

    @property
    def scheme(self) -> str | None:
        """The scheme of the log-in: `Basic`, `NTLM`, `Negotiate`; None before it."""
        return self.login.scheme

    def hung_up(self) -> bool:
        """Whether the client has closed the connection, so that nobody waits for an answer any more."""
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.connection, selectors.EVENT_READ)
                if not selector.select(0):
                    return False
            ahead = socket.socket.recv(self.connection, 1, socket.MSG_PEEK)  # the bytes below TLS
        except (OSError, ValueError):
            return True
        return not ahead or (self.secure and ahead == _TLS_ALERT)
