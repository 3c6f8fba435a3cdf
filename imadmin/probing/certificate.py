"""What a server's certificate says, and why it was not accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Self

from imadmin.errors import SourceError

if TYPE_CHECKING:
    import ssl

    from cryptography import x509

__all__ = ["SOON", "Certificate", "RejectedError"]

SOON: Final = 30
"""Days before its end from which a certificate is warned of."""

# X509_V_ERR_… of OpenSSL's x509_vfy.h
_NOT_YET_VALID: Final = 9
_EXPIRED: Final = 10
_UNTRUSTED: Final = frozenset({2, 18, 19, 20, 21})
_OTHER_NAME: Final = frozenset({62, 64})
_NAMES_SHOWN: Final = 4


class RejectedError(SourceError):
    """A certificate is not accepted.

    Attributes:
        code: of OpenSSL, X509_V_ERR_….
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "", code: int = 0) -> None:
        """*what* is wrong *where*, the *remedy*, and the *code*."""
        super().__init__(what, where=where, remedy=remedy)
        self.code = code


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate, as far as an administrator asks for it.

    Attributes:
        names: of hosts and IP addresses that it is for.
        issuer: the authority's name.
        begins: when it becomes valid.
        ends: when it expires.
    """

    names: tuple[str, ...]
    issuer: str
    begins: datetime
    ends: datetime

    @classmethod
    def of(cls, der: bytes) -> Self:
        """Read what a server has presented.

        Raises:
            SourceError: it is no certificate that can be read.
        """
        from cryptography import x509

        try:
            read = x509.load_der_x509_certificate(der)
            issuer = read.issuer.rfc4514_string()
            return cls(_names(read), issuer, read.not_valid_before_utc, read.not_valid_after_utc)
        except (ValueError, TypeError) as error:
            raise SourceError(f"its certificate cannot be read: {error}") from None

    @property
    def days(self) -> int:
        """Whole days until it expires; negative where it has."""
        return (self.ends - datetime.now(UTC)).days

    @property
    def validity(self) -> str:
        """From when to when."""
        return f"valid from {self.begins:%Y-%m-%d} to {self.ends:%Y-%m-%d}"

    @property
    def listed(self) -> str:
        """The names that it is for."""
        more = len(self.names) - _NAMES_SHOWN
        shown = ", ".join(self.names[:_NAMES_SHOWN]) or "no name"
        return f"{shown} and {more} more" if more > 0 else shown

    @property
    def evidence(self) -> dict[str, object]:
        """What a step tells of it."""
        ends = f"{self.ends:%Y-%m-%d}"
        return {"names": self.names, "issuer": self.issuer, "expires": ends, "days left": self.days}

    def rejected(self, error: ssl.SSLCertVerificationError, host: str) -> RejectedError:
        """Why a client that asks for *host* does not accept it."""
        what, remedy = self._why(error, host)
        return RejectedError(what, remedy=remedy, code=error.verify_code)

    def _why(self, error: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
        code = error.verify_code
        if code == _EXPIRED:
            what = f"the certificate has expired on {self.ends:%Y-%m-%d}; it comes from {self.issuer}"
            return what, "Renew it on the server."
        if code == _NOT_YET_VALID:
            what = f"the certificate is not valid before {self.begins:%Y-%m-%d %H:%M} UTC"
            return what, "Compare the clocks of both computers; else replace it."
        if code in _OTHER_NAME:
            remedy = "Use one of its names as address, or have one issued for this name."
            return f"the certificate is for {self.listed}, not for {host}", remedy
        if code in _UNTRUSTED:
            remedy = "Name that authority under tls: {ca_file: …}, or have the server send its whole chain."
            what = f"the certificate comes from {self.issuer}, which is not trusted here"
            return f"{what} ({error.verify_message})", remedy
        return f"the certificate is not accepted: {error.verify_message}", ""


def _names(read: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        listed = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = map(str, listed.get_values_for_type(x509.IPAddress))
    return (*listed.get_values_for_type(x509.DNSName), *addresses)
