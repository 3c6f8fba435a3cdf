"""Why an endpoint could not be reached, or was lost."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, Any

import requests

from imadmin.shells.psrp.attempts import Cause
from imadmin.shells.psrp.certificates import certificate
from imadmin.shells.psrp.wire import NoConnectionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.shells.psrp.attempts import Attempt

__all__ = ["network", "no_answer"]


def network(error: OSError, attempt: Attempt) -> Cause | None:
    """The cause of an error of sockets or TLS; None where it only wraps another."""
    explain = next((explain for kind, explain in _KINDS if isinstance(error, kind)), None)
    return explain(error, attempt) if explain else None


def _not_connected(_error: OSError, _attempt: Attempt) -> Cause:
    return Cause("no connection could be made in time", "Look whether a firewall is in between.")


def no_answer(_error: Exception, attempt: Attempt) -> Cause:
    """The time is over."""
    return Cause(f"the server did not answer within {attempt.seconds:g} seconds")


def _unknown(_error: OSError, attempt: Attempt) -> Cause:
    what = f"the name {attempt.endpoint.host} is not known"
    return Cause(what, "Look it up in DNS from this computer.")


def _refused(_error: OSError, attempt: Attempt) -> Cause:
    what = f"the connection to port {attempt.endpoint.port} was refused"
    return Cause(what, "Look whether the web server runs, and whether the port is right.")


def _tls(error: ssl.SSLError, attempt: Attempt) -> Cause:
    said = error.reason or type(error).__name__
    if attempt.endpoint.auth == "certificate" and "ALERT" in said:
        what = f"the server does not accept {attempt.user}: {said}"
        return Cause(what, "Its issuer must be trusted on the server, for clients.", login=True)
    return Cause(f"TLS could not be agreed upon: {said}", "The server must offer TLS 1.2 or later.")


def _dropped(_error: OSError, attempt: Attempt) -> Cause:
    what = "the server dropped the connection"
    if attempt.endpoint.auth != "certificate":
        return Cause(what)
    return Cause(
        what, f"It may not accept {attempt.user}: its issuer must be trusted on the server, for clients."
    )


_Kind = type[OSError] | tuple[type[OSError], ...]
_KINDS: tuple[tuple[_Kind, Callable[[Any, Attempt], Cause]], ...] = (
    (ssl.SSLCertVerificationError, certificate),
    (NoConnectionError, _not_connected),
    (TimeoutError, no_answer),
    (socket.gaierror, _unknown),
    (ConnectionRefusedError, _refused),
    ((ssl.SSLEOFError, ssl.SSLZeroReturnError), _dropped),
    (ssl.SSLError, _tls),
    ((ConnectionError, requests.ConnectionError, requests.exceptions.ChunkedEncodingError), _dropped),
)
