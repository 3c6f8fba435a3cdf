"""Logging in: Basic, and what pyspnego speaks (NTLM, Kerberos, Negotiate), with channel bindings."""

from __future__ import annotations

import base64
import re
import struct
import sys
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Protocol

from imadmin.accounts import denies
from imadmin.errors import ConfigError, SourceError
from imadmin.ews.discretion import hush

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spnego import ContextProxy

    from imadmin.secrets import Credential

__all__ = ["Handshake", "Login", "LoginError", "login_for"]

_SCHEMES: Final = {
    "ntlm": ("NTLM", "Negotiate"),
    "negotiate": ("Negotiate",),
    "kerberos": ("Negotiate", "Kerberos"),
}


class LoginError(Exception):
    """A log-in could not be prepared or went wrong on this side.

    Attributes:
        denied: whether that is because user or password were not accepted, by a KDC for example.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.denied = denies(error)


class Handshake(Protocol):
    """One log-in of one connection."""

    def answer(self, challenges: Sequence[str]) -> str | None:
        """What to send as `Authorization`, given the `WWW-Authenticate` fields; None to give up."""


class Login(Protocol):
    """A way to log in, for all connections of a client."""

    @property
    def schemes(self) -> Sequence[str]:
        """The schemes of HTTP by which it may be done."""

    @property
    def header(self) -> str | None:
        """The `Authorization` of every request; None where a connection is logged in as a whole."""

    def handshake(self, host: str, certificate: bytes) -> Handshake | None:
        """Begin to log in a connection to *host*, which presented *certificate* (DER)."""


def login_for(auth: str, credential: Credential, where: str) -> Login:
    """The way to log in that a deployment asks for.

    Args:
        auth: `ntlm`, `negotiate`, `kerberos` or `basic`.
        credential: who logs in.
        where: the endpoint, for messages.

    Raises:
        ConfigError: the credential does not fit.
        SourceError: this version or this computer cannot log in so.
    """
    if auth == "basic":
        return _Basic(credential, where)
    if auth not in _SCHEMES:
        raise SourceError(
            f"this version of imadmin cannot log in to EWS with auth: {auth}",
            where=where,
            remedy="Use ntlm, negotiate, kerberos or basic.",
        )
    _require_libraries(auth, credential, where)
    hush()
    return _Spnego(auth, credential)


class _Basic:
    """User name and password with every request."""

    schemes: Final = ("Basic",)

    def __init__(self, credential: Credential, where: str) -> None:
        if credential.password is None:
            raise ConfigError(
                "auth: basic needs a user name and a password",
                where=where,
                remedy="Name a credential with a password, or use auth: negotiate.",
            )
        self._credential: Final = credential

    @property
    def header(self) -> str | None:
        """In UTF-8 (RFC 7617)."""
        password = self._credential.password
        text = f"{self._credential.username}:{password.reveal() if password else ''}"
        return f"Basic {base64.b64encode(text.encode()).decode('ascii')}"

    def handshake(self, host: str, certificate: bytes) -> None:
        """There is none: what was sent was refused."""


class _Spnego:
    """NTLM, Kerberos or what the two sides agree on."""

    header: Final = None

    def __init__(self, protocol: str, credential: Credential) -> None:
        self.schemes: Final = _SCHEMES[protocol]
        self._protocol: Final = protocol
        self._credential: Final = credential

    def handshake(self, host: str, certificate: bytes) -> Handshake:
        """Begin to log in a connection."""
        return _SpnegoHandshake(self._context(host, certificate), self.schemes)

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
                service="http",
                channel_bindings=bindings,
                protocol=self._protocol,
                options=spnego.NegotiateOptions.use_ntlm if pure else spnego.NegotiateOptions.none,
            )
        except _failures() as error:
            raise LoginError(error) from None


class _SpnegoHandshake:
    """The tokens of one log-in, in the first of its schemes that the server offers."""

    def __init__(self, context: ContextProxy, schemes: Sequence[str]) -> None:
        self._context: Final = context
        self._schemes: Final = schemes
        self._scheme = ""

    def answer(self, challenges: Sequence[str]) -> str | None:
        """The next token; None where the server does not offer the scheme, or has refused."""
        offered = _tokens(challenges)
        if not self._scheme:
            self._scheme = next((scheme for scheme in self._schemes if scheme.lower() in offered), "")
            return self._step(None) if self._scheme else None
        challenge = offered.get(self._scheme.lower())
        return self._step(challenge) if challenge else None

    def _step(self, challenge: str | None) -> str | None:
        try:
            token = self._context.step(base64.b64decode(challenge, validate=True) if challenge else None)
        except _failures() as error:
            raise LoginError(error) from None
        return f"{self._scheme} {base64.b64encode(token).decode('ascii')}" if token else None


def _failures() -> tuple[type[Exception], ...]:
    """What pyspnego raises, and what it lets through of the libraries below it."""
    from spnego.exceptions import FeatureMissingError, NativeError, SpnegoError

    known = (SpnegoError, NativeError, FeatureMissingError, ImportError, LookupError, OSError, ValueError)
    kerberos: list[type[Exception]] = []
    with suppress(ImportError):
        kerberos.append(import_module("krb5").Krb5Error)
    return (*known, struct.error, *kerberos)


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


def _require_libraries(auth: str, credential: Credential, where: str) -> None:
    """Refuse what only the operating system's Kerberos could do where Python cannot reach it."""
    by_system = credential.password is None or auth == "kerberos"
    missing = [name for name in ("gssapi", "krb5") if find_spec(name) is None]
    if by_system and sys.platform != "win32" and missing:
        raise SourceError(
            f"the libraries for Kerberos are not installed: {', '.join(missing)}",
            where=where,
            remedy="Install them (pip install 'pyspnego[kerberos]'), or use auth: ntlm with a password.",
        )
