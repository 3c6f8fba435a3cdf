"""A token endpoint (OAuth 2.0 client credentials), and the tokens that it has given."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import secrets
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from imadmin_lab.http import Response

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin_lab.http import Request

__all__ = ["AppRegistration", "Tokens"]

_SCOPE: Final = "https://outlook.office365.com/.default"
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_JSON: Final = ("Content-Type", "application/json; charset=utf-8")


@dataclass(frozen=True)
class AppRegistration:
    """An application that may ask for tokens.

    Attributes:
        client_id: Its identifier; also the name of its account.
        secret: Its secret; empty where it proves itself by certificate.
        certificate: PEM, with which its assertions are verified; empty for none.
    """

    client_id: str
    secret: str = ""
    certificate: bytes = b""


class Tokens:
    """Gives tokens to applications, and knows them again.

    Args:
        applications: Who may have some.
        lifetime: Seconds.

    Attributes:
        lifetime: May be changed while it runs.
        given: How many tokens were given.
        refused: How many requests were refused.
    """

    def __init__(self, applications: Iterable[AppRegistration], *, lifetime: int = 3599) -> None:
        self._applications: Final = {one.client_id: one for one in applications}
        self._valid: Final[dict[str, tuple[str, float]]] = {}
        self._lock: Final = threading.Lock()
        self.lifetime = lifetime
        self.given = self.refused = 0

    def client_of(self, token: str) -> str:
        """Whose a token is; empty where it is none, or has expired."""
        with self._lock:
            client, ends = self._valid.get(token, ("", 0.0))
        return client if time.monotonic() < ends else ""

    def forget(self) -> None:
        """Let no token that was given be good any more."""
        with self._lock:
            self._valid.clear()

    def handle(self, request: Request) -> Response:
        """Answer `POST /{tenant}/oauth2/v2.0/token`."""
        fields = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        form = {name: values[0] for name, values in fields.items()}
        refusal = self._refusal(form, request)
        if refusal is not None:
            with self._lock:
                self.refused += 1
            return _answer(refusal[0], {"error": refusal[1], "error_description": refusal[2]})
        token = secrets.token_urlsafe(48)
        with self._lock:
            self.given += 1
            self._valid[token] = (form["client_id"], time.monotonic() + self.lifetime)
        return _answer(200, {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token})

    def _refusal(self, form: dict[str, str], request: Request) -> tuple[int, str, str] | None:
        if request.method != "POST" or form.get("grant_type") != "client_credentials":
            return 400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type."
        application = self._applications.get(form.get("client_id", ""))
        if application is None:
            return 400, "unauthorized_client", "AADSTS700016: The application was not found in the directory."
        if form.get("scope") != _SCOPE:
            return 400, "invalid_scope", "AADSTS70011: The provided value for 'scope' is not valid."
        if _proven(application, form, request):
            return None
        return 401, "invalid_client", "AADSTS7000215: Invalid client secret or assertion provided."


def _answer(status: int, content: dict[str, Any]) -> Response:
    return Response(status, [_JSON, ("Cache-Control", "no-store")], json.dumps(content).encode())


def _proven(application: AppRegistration, form: dict[str, str], request: Request) -> bool:
    if form.get("client_assertion_type") == _ASSERTION:
        return bool(application.certificate) and _signed(
            application, form.get("client_assertion", ""), request
        )
    secret = form.get("client_secret", "")
    return bool(application.secret) and hmac.compare_digest(application.secret.encode(), secret.encode())


def _signed(application: AppRegistration, assertion: str, request: Request) -> bool:
    """Whether the assertion is of this application, for this address, of now, and signed by its key."""
    certificate = x509.load_pem_x509_certificate(application.certificate)
    key, parts = certificate.public_key(), assertion.split(".")
    assert isinstance(key, rsa.RSAPublicKey)  # noqa: S101 - the lab's own certificates
    try:
        head, claims, signature = map(_decoded, parts)
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        key.verify(signature, ".".join(parts[:2]).encode(), pss, hashes.SHA256())
        named, said = json.loads(head), json.loads(claims)
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    return (
        (named.get("alg"), named.get("x5t#S256")) == ("PS256", thumbprint)
        and said.get("iss") == said.get("sub") == application.client_id
        and str(said.get("aud", "")).endswith(request.path)
        and said.get("nbf", 0) <= time.time() < said.get("exp", 0)
    )


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
