"""Reaching a server below TLS: its name, and a connection to its port."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.probing.trials import CannotTellError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SECONDS", "addresses", "connected"]

SECONDS = 10.0
"""That one connection, one handshake or one answer may take."""

_FIREWALL = "Look whether a firewall is in between, and whether the port is right."


def addresses(host: str) -> list[str]:
    """The IP addresses of a name, without repetition.

    Raises:
        SourceError: it has none.
        CannotTellError: the name service does not answer.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        if getattr(error, "errno", None) == socket.EAI_AGAIN:
            what = f"the name service does not answer when asked for {host}"
            raise CannotTellError(what, remedy="Look at this computer's DNS servers.") from None
        remedy = "Look it up from this computer (nslookup), and compare the deployment file."
        raise SourceError(f"the name {host} is not known", remedy=remedy) from None
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def connected(found: Sequence[str], port: int) -> socket.socket:
    """A connection to the first of these addresses that accepts one.

    Raises:
        SourceError: none does.
    """
    failures = []
    for address in found:
        try:
            return socket.create_connection((address, port), timeout=SECONDS)
        except OSError as error:
            failures.append(f"{address}: {_reason(error)}")
    raise SourceError(f"no connection to port {port}: {'; '.join(failures)}", remedy=_FIREWALL)


def _reason(error: OSError) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, TimeoutError):
        return f"no answer within {SECONDS:g} seconds"
    return error.strerror or type(error).__name__
