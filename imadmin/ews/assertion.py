"""Proving who an application is by its certificate: a JSON Web Token, signed with its key (RFC 7523).

What Microsoft Entra wants in it is documented under "application authentication certificate credentials".
"""

from __future__ import annotations

import base64
import json
import time
import uuid
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from imadmin.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin.secrets import Application, ClientCertificate

__all__ = ["Signer"]

_LASTS: Final = 300


class Signer:
    """Signs assertions.

    Args:
        certificate: of the application, with an RSA key.
        application: whose.

    Raises:
        SourceError: the certificate or its key cannot be read.
    """

    def __init__(self, certificate: ClientCertificate, application: Application) -> None:
        self._application: Final = application
        self._key: Final = _key_of(certificate)
        self._thumbprint: Final = _thumbprint_of(certificate)

    def assertion(self) -> str:
        """A new one, which is good for some minutes."""
        head = {"alg": "PS256", "typ": "JWT", "x5t#S256": self._thumbprint}
        signed = f"{_encoded(head)}.{_encoded(self._claims())}"
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return f"{signed}.{_text(self._key.sign(signed.encode(), pss, hashes.SHA256()))}"

    def _claims(self) -> dict[str, object]:
        now = int(time.time())
        return {
            "aud": self._application.token_endpoint,
            "iss": self._application.client_id,
            "sub": self._application.client_id,
            "jti": str(uuid.uuid4()),
            "nbf": now,
            "iat": now,
            "exp": now + _LASTS,
        }


def _key_of(certificate: ClientCertificate) -> rsa.RSAPrivateKey:
    passphrase = certificate.passphrase.reveal().encode() if certificate.passphrase else None
    try:
        key = serialization.load_pem_private_key(certificate.key_file.read_bytes(), passphrase)
    except (OSError, ValueError, TypeError):
        raise SourceError(
            "the application's key cannot be used: it cannot be read, is no PEM, or its passphrase is wrong"
            " or missing",
            where=str(certificate.key_file),
            remedy="Under credentials, name file and key_file; password is where the passphrase is found.",
        ) from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SourceError("the application's key is no RSA key", where=str(certificate.key_file))
    return key


def _thumbprint_of(certificate: ClientCertificate) -> str:
    try:
        read = x509.load_pem_x509_certificate(certificate.file.read_bytes())
    except (OSError, ValueError):
        what = "the application's certificate cannot be read, or is no PEM"
        raise SourceError(what, where=str(certificate.file)) from None
    return _text(read.fingerprint(hashes.SHA256()))


def _encoded(fields: Mapping[str, object]) -> str:
    return _text(json.dumps(fields).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
