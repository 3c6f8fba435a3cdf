"""OAuth 2.0 client credentials: one token for all threads, kept in memory until shortly before its end."""

from __future__ import annotations

import json
import threading
import time
from contextlib import closing
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.parse import urlencode

from imadmin.errors import ConfigError
from imadmin.ews.dialling import guarded
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.login import Anonymous
from imadmin.ews.network import answered
from imadmin.ews.statuses import refusal_of
from imadmin.ews.wire import Wire, secure_address

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from imadmin.ews.budget import Budget
    from imadmin.ews.wire import Address, Reply
    from imadmin.secrets import Application, Credential

__all__ = ["SCOPE", "Bearer"]

SCOPE: Final = "https://outlook.office365.com/.default"
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_HEADERS: Final = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
_REFUSALS: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_MARGIN: Final = 120.0
"""Seconds before its end from which a token is not used any more."""
_REMEDY: Final = (
    "Compare tenant, client_id and the secret or certificate with the application's registration in"
    " Microsoft Entra, and see whether they have expired."
)


class _Token(NamedTuple):
    """What the token endpoint gave.

    Attributes:
        ends: by `time.monotonic`, the margin taken off.
    """

    authorization: str
    ends: float


class Bearer:
    """Logs in with a token.

    Args:
        application: who asks for it.
        endpoint: where.
        believed: whom to believe there.
        proof: gives the fields of the request that prove who asks.
    """

    def __init__(
        self,
        application: Application,
        endpoint: Address,
        believed: ssl.SSLContext,
        proof: Callable[[], Mapping[str, str]],
    ) -> None:
        self._application: Final = application
        self._endpoint: Final = endpoint
        self._believed: Final = believed
        self._proof: Final = proof
        self._token = _Token("", 0.0)
        self._refusal: EwsError | None = None
        self._lock: Final = threading.Lock()

    @classmethod
    def of(cls, credential: Credential, where: str, ca_file: Path | None) -> Self:
        """The log-in of a credential at *where*.

        Raises:
            ConfigError: it is no application, or its token endpoint is not https.
            SourceError: its certificate, or the CA file, cannot be used.
        """
        application = credential.application
        if application is None:
            remedy = "Name a credential with oauth: {tenant: …, client_id: …, secret: …}."
            raise ConfigError("auth: oauth needs an application", where=where, remedy=remedy)
        endpoint = secure_address(application.token_endpoint)
        if endpoint is None:
            what = "a token endpoint is https://host/path, and nothing else is in it"
            raise ConfigError(what, where=where, remedy="Correct token_endpoint under credentials.")
        return cls(application, endpoint, guarded(ca_file), _proof_of(credential, application))

    def authorization(self, budget: Budget) -> str:
        """The token; asked for where there is none that lasts.

        Raises:
            EwsError: the token endpoint did not give one; once it has refused it is not asked again.
            TimeoutError: another thread is still asking for it.
        """
        if not self._lock.acquire(timeout=budget.left()):
            raise TimeoutError("no token was given")
        try:
            if self._refusal is not None:
                raise self._refusal.again()
            if time.monotonic() >= self._token.ends:
                self._token = self._asked_for(budget)
            return self._token.authorization
        finally:
            self._lock.release()

    def handshake(self, host: str, certificate: bytes) -> None:
        """There is none: what was sent was refused."""

    def _asked_for(self, budget: Budget) -> _Token:
        begin = time.monotonic()
        reply = self._answer(budget)
        if reply.status == HTTPStatus.OK:
            return self._read(reply, begin)
        error = self._refused(reply)
        if error.kind is Kind.UNAUTHORIZED:
            self._refusal = error
        raise error.again()

    def _answer(self, budget: Budget) -> Reply:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._application.client_id,
            "scope": SCOPE,
            **self._proof(),
        }
        body, where = urlencode(form).encode(), self._application.token_endpoint
        with closing(Wire(self._endpoint, self._believed, Anonymous())) as wire:
            return answered(lambda: wire.post(body, _HEADERS, budget), budget, where)

    def _read(self, reply: Reply, begin: float) -> _Token:
        answer = _object(reply)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not (isinstance(token, str) and token.isascii() and token.isprintable() and token):
            where = self._application.token_endpoint
            raise EwsError.of(Kind.LOGIN, where, "the token endpoint gave no token", remedy=_REMEDY)
        lasts = float(seconds) if isinstance(seconds, int | float | str) and _is_number(seconds) else 0.0
        return _Token(f"Bearer {token}", begin + lasts - min(_MARGIN, lasts / 2))

    def _refused(self, reply: Reply) -> EwsError:
        where, answer = self._application.token_endpoint, _object(reply)
        said = str(answer.get("error_description") or answer.get("error") or "no reason")
        detail = f"the token endpoint answers HTTP {reply.status}: {said}"
        if reply.status in _REFUSALS:
            return EwsError.of(Kind.UNAUTHORIZED, where, detail, remedy=_REMEDY)
        return refusal_of(reply, where) or EwsError.of(Kind.UNAVAILABLE, where, detail)


def _proof_of(credential: Credential, application: Application) -> Callable[[], Mapping[str, str]]:
    secret, certificate = credential.password, credential.certificate
    if certificate is None:
        return lambda: {"client_secret": secret.reveal() if secret else ""}
    from imadmin.ews.assertion import Signer

    signer = Signer(certificate, application)
    return lambda: {"client_assertion_type": _ASSERTION, "client_assertion": signer.assertion()}


def _object(reply: Reply) -> Mapping[str, object]:
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_number(value: object) -> bool:
    text = str(value)
    return text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004 - some thirty years
