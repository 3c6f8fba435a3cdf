"""TLS handshakes: how they fail, and one that believes everybody, to see what is there."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.ews.budget import Budget
from imadmin.ews.dialling import GuardedSocket, verified
from imadmin.probing import reaching
from imadmin.trust import show

if TYPE_CHECKING:
    import socket

    from imadmin.secrets import ClientCertificate

__all__ = ["handshake", "trusting"]

_TLS = "The server must offer TLS 1.2 or later."
_PORT = "Look whether the port is right, and what stands between here and the server."
_OLD = frozenset({"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW"})
_NO_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"}
)


def trusting(certificate: ClientCertificate | None = None) -> ssl.SSLContext:
    """Accepts any certificate: for looking at it, never for sending anything.

    Args:
        certificate: shown to a server that asks for one, of which it learns no more than a listener would.

    Raises:
        SourceError: it cannot be read.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        show(context, certificate)
    return context


def handshake(plain: socket.socket, host: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Speak TLS over a connection, which is closed where that does not work.

    Handshake and all that is read then have ten seconds together, however slowly it comes.

    Raises:
        ssl.SSLCertVerificationError: the certificate is not accepted.
        SourceError: there is no TLS that could be spoken.
    """
    context.sslsocket_class = GuardedSocket
    try:
        return verified(plain, host, context, Budget(reaching.SECONDS))
    except ssl.SSLCertVerificationError:
        plain.close()
        raise
    except OSError as error:
        plain.close()
        raise _no_tls(error) from None


def _no_tls(error: OSError) -> SourceError:
    if isinstance(error, TimeoutError):
        return SourceError("the TLS handshake came to no end in time", remedy=_PORT)
    reason = getattr(error, "reason", None)
    if reason in _OLD:
        return SourceError(f"the server offers nothing newer than TLS 1.1 ({reason})", remedy=_TLS)
    if reason in _NO_TLS:
        return SourceError(f"what listens there does not speak TLS ({reason})", remedy=_PORT)
    if isinstance(error, ssl.SSLEOFError | ConnectionError):
        return SourceError("the server ends the connection before the TLS handshake is done", remedy=_PORT)
    return SourceError(f"TLS could not be agreed upon: {reason or error.strerror}", remedy=_TLS)
