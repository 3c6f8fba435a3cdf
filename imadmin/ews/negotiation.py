"""What pyspnego speaks: NTLM, Kerberos and Negotiate, with channel bindings."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

from imadmin.accounts import denies
from imadmin.ews.login import LoginError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spnego import ContextProxy

    from imadmin.ews.budget import Budget
    from imadmin.ews.login import Handshake
    from imadmin.secrets import Credential

__all__ = ["SCHEMES", "Negotiation"]

SCHEMES: Final = {
    "ntlm": ("NTLM", "Negotiate"),
    "negotiate": ("Negotiate",),
    "kerberos": ("Negotiate", "Kerberos"),
}
"""The schemes by which each way to log in can be spoken, best first."""


class Negotiation:
    """NTLM, Kerberos or what the two sides agree on."""

    def __init__(self, protocol: str, credential: Credential) -> None:
        self._protocol: Final = protocol
        self._credential: Final = credential
        self._worked = False
        self._failure = ""

    def authorization(self, budget: Budget) -> None:
        """None: a connection is logged in as a whole."""

    def handshake(self, host: str, certificate: bytes) -> Handshake:
        """Begin to log in a connection.

        A domain controller that refuses a password counts that. Where there was no ticket, none is asked for
        again, unless there has been one before.

        Raises:
            LoginError: it cannot be prepared.
        """
        if self._failure:
            raise LoginError(self._failure)
        return _Exchange(self._context(host, certificate), SCHEMES[self._protocol], self._note)

    def _note(self, failure: str) -> None:
        """Take in how the first step went; empty where it went well."""
        self._worked = self._worked or not failure
        self._failure = "" if self._worked else failure

    def _context(self, host: str, certificate: bytes) -> ContextProxy:
        import spnego
        from spnego.channel_bindings import GssChannelBindings

        bindings = GssChannelBindings(application_data=b"tls-server-end-point:" + _digest(certificate))
        password = self._credential.password
        # Without the option Windows would log in by SSPI, which may send the current user instead.
        pure = self._protocol == "ntlm" and password is not None
        try:
            return spnego.client(
                self._credential.username or None,
                password.reveal() if password else None,
                hostname=host,
                service="HTTP",
                channel_bindings=bindings,
                protocol=self._protocol,
                options=spnego.NegotiateOptions.use_ntlm if pure else spnego.NegotiateOptions.none,
            )
        except Exception as error:  # noqa: BLE001 - krb5 and gssapi have errors of their own, if they are there
            self._note(str(error))
            raise LoginError(str(error), denied=denies(error)) from None


class _Exchange:
    """The tokens of one log-in, in the first of its schemes that the server offers."""

    def __init__(self, context: ContextProxy, schemes: Sequence[str], note: Callable[[str], None]) -> None:
        self._context: Final = context
        self._note: Final = note
        self._schemes: Final = schemes
        self._scheme = ""

    def answer(self, challenges: Sequence[str]) -> str | None:
        """The next token; None where the server does not offer the scheme, or has refused."""
        offered = _tokens(challenges)
        if not self._scheme:
            self._scheme = next((scheme for scheme in self._schemes if scheme.lower() in offered), "")
            return self._first() if self._scheme else None
        challenge = offered.get(self._scheme.lower())
        return self._step(challenge) if challenge else None

    def _first(self) -> str | None:
        try:
            token = self._step(None)
        except LoginError as error:
            self._note(str(error))
            raise
        self._note("")
        return token

    def _step(self, challenge: str | None) -> str | None:
        import struct

        from spnego.exceptions import SpnegoError

        try:
            token = self._context.step(base64.b64decode(challenge, validate=True) if challenge else None)
        except (SpnegoError, binascii.Error, ValueError, struct.error, LookupError, OSError) as error:
            raise LoginError(str(error), denied=denies(error)) from None
        return f"{self._scheme} {base64.b64encode(token).decode('ascii')}" if token else None


_CHALLENGE: Final = re.compile(
    r"(?:^|,)\s*(ntlm|negotiate|kerberos)(?:\s+([A-Za-z0-9+/]+=*))?\s*(?=,|$)", re.IGNORECASE
)


def _tokens(challenges: Sequence[str]) -> dict[str, str]:
    """The schemes that a server offers, with the token that it sent along, by small name."""
    found = (match for field in challenges for match in _CHALLENGE.finditer(field))
    return {match[1].lower(): match[2] or "" for match in found}


def _digest(certificate: bytes) -> bytes:
    """The hash of a certificate that RFC 5929 prescribes."""
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes

    try:
        algorithm = x509.load_der_x509_certificate(certificate).signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError):
        algorithm = None
    weak = algorithm is None or algorithm.name in ("md5", "sha1")
    digest = hashes.Hash(hashes.SHA256() if weak or algorithm is None else algorithm)
    digest.update(certificate)
    return digest.finalize()
