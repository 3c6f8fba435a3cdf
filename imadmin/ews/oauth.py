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
from imadmin.secrets import Secret

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
_UNSAID: Final = 300.0
"""Seconds for which a token is used of which the endpoint does not say how long it lasts."""
_LONGEST: Final = 1e9
_LATER: Final = "temporarily_unavailable"
"""With which Microsoft Entra says that it is its own affair."""
_AGAIN: Final = "Look whether token_endpoint is right, and try again later."
_REMEDY: Final = (
    "Compare tenant, client_id and the secret or certificate with the application's registration in"
    " Microsoft Entra, and see whether they have expired."
)


class _Token(NamedTuple):
    """What the token endpoint gave.

    Attributes:
        ends: by `_clocks`, the margin taken off.
    """

    secret: Secret
    ends: tuple[float, float]

    def lasts(self) -> bool:
        """Whether it may still be used: by both clocks, of which one stands still in a sleeping computer."""
        return all(now < end for now, end in zip(_clocks(), self.ends, strict=True))


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
        self._token: _Token | None = None
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
            if self._token is None or not self._token.lasts():
                self._token = self._asked_for(budget)
            return f"Bearer {self._token.secret.reveal()}"
        finally:
            self._lock.release()

    def handshake(self, host: str, certificate: bytes) -> None:
        """There is none: what was sent was refused."""

    def _asked_for(self, budget: Budget) -> _Token:
        begin = _clocks()
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

    def _read(self, reply: Reply, begin: tuple[float, float]) -> _Token:
        answer = _object(reply)
        token = answer.get("access_token")
        if not (isinstance(token, str) and token.isascii() and token.isprintable() and token):
            where = self._application.token_endpoint
            raise EwsError.of(Kind.LOGIN, where, "the token endpoint gave no token", remedy=_REMEDY)
        lasts = _seconds(answer.get("expires_in"))
        lasts -= min(_MARGIN, lasts / 2)
        return _Token(Secret(token), (begin[0] + lasts, begin[1] + lasts))

    def _refused(self, reply: Reply) -> EwsError:
        where, answer = self._application.token_endpoint, _object(reply)
        error = str(answer.get("error") or reply.headers.get("location", "no reason"))
        detail = f"the token endpoint answers HTTP {reply.status}: {answer.get('error_description') or error}"
        if reply.status in _REFUSALS and error != _LATER:
            return EwsError.of(Kind.UNAUTHORIZED, where, detail, remedy=_REMEDY)
        refusal = refusal_of(reply, where) if reply.status not in _REFUSALS else None
        kind, back_off = (refusal.kind, refusal.back_off) if refusal else (Kind.UNAVAILABLE, None)
        return EwsError.of(kind, where, detail, back_off, _AGAIN)


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


def _seconds(value: object) -> float:
    """How long a token lasts, of what the endpoint says of it."""
    try:
        seconds = float(value) if isinstance(value, int | float | str) else 0.0
    except (ValueError, OverflowError):
        seconds = 0.0
    return seconds if 0 < seconds < _LONGEST else _UNSAID


def _clocks() -> tuple[float, float]:
    return time.monotonic(), time.time()
