"""What TLS trusts at the other end, and what it shows of this one."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from imadmin.errors import SourceError

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.secrets import ClientCertificate

__all__ = ["context", "show"]


def context(ca_file: Path | None, certificate: ClientCertificate | None = None) -> ssl.SSLContext:
    """The TLS of one session, 1.2 or later.

    Args:
        ca_file: the trusted certificate authorities; None: those that the platform trusts.
        certificate: what the server may ask for; None: nothing.

    Raises:
        SourceError: a file cannot be read, or does not hold what it should.
    """
    try:
        made = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        what = f"{ca_file} cannot be used: {_reason(error, 'it holds no certificate')}"
        remedy = "Under tls, ca_file: give a file in PEM format (-----BEGIN CERTIFICATE-----)."
        raise SourceError(what, where="tls", remedy=remedy) from None
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        show(made, certificate)
    return made


def show(made: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """Have connections show *certificate* to a server that asks for one.

    Raises:
        SourceError: it cannot be read, or is not what it should be.
    """
    made.post_handshake_auth = True  # servers that look at the path first ask for it later
    for file in (certificate.file, certificate.key_file):
        _readable(file)
    try:
        # A function: OpenSSL would ask on the terminal for a passphrase that nobody gave.
        made.load_cert_chain(certificate.file, certificate.key_file, lambda: _passphrase(certificate))
    except (OSError, ValueError):
        raise SourceError(
            "the client certificate cannot be used: certificate and key do not belong together, are no PEM, "
            "or the passphrase of the key is wrong or missing",
            where=str(certificate.file),
            remedy="Under credentials, name file and key_file; password is where the passphrase is found.",
        ) from None


def _passphrase(certificate: ClientCertificate) -> str:
    return certificate.passphrase.reveal() if certificate.passphrase else ""


def _readable(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        what = f"the client certificate cannot be read: {_reason(error, type(error).__name__)}"
        raise SourceError(what, where=str(file)) from None


def _reason(error: OSError, otherwise: str) -> str:
    """SSLError is an OSError too, whose text names places in OpenSSL."""
    return otherwise if isinstance(error, ssl.SSLError) else error.strerror or otherwise
