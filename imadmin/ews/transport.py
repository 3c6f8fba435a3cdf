"""Asking an EWS server: one request for one question, within its time, and never a second log-in."""

from __future__ import annotations

import re
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from imadmin.errors import ConfigError, NotTriedError
from imadmin.ews.budget import Budget
from imadmin.ews.dialling import trust
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.lanes import Lanes
from imadmin.ews.login import LoginError, login_for
from imadmin.ews.network import FAILURES, explained
from imadmin.ews.wire import Address, Wire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imadmin.ews.wire import Reply
    from imadmin.secrets import Credential

__all__ = ["Transport", "secure_address"]

_PLAIN: Final = re.compile(r"https://[!-~]+", re.IGNORECASE)


class Transport:
    """The way to one service with one credential; safe to use from several threads.

    Args:
        url: of the service, https only.
        auth: how to log in.
        credential: who logs in.
        ca_file: the authorities to believe; None for those of the platform.
        connections: how many there may be at once.
        deadline: seconds for one question in all.

    Raises:
        ConfigError: the address, the CA file or the credential is not usable.
        SourceError: this version or this computer cannot log in so.
    """

    def __init__(
        self,
        url: str,
        auth: str,
        credential: Credential,
        *,
        ca_file: Path | None = None,
        connections: int = 1,
        deadline: float = 30.0,
    ) -> None:
        address, login, context = _address_of(url), login_for(auth, credential, url), trust(ca_file)
        self.url: Final = url
        self._host: Final = address.host
        self._account: Final = credential.account
        self._schemes: Final = [scheme.lower() for scheme in login.schemes]
        self._deadline: Final = deadline
        self._lanes: Final = Lanes(connections, lambda: Wire(address, context, login))
        self._refusal: EwsError | None = None
        self._lock: Final = threading.Lock()

    def ask(self, body: bytes, headers: Mapping[str, str | bytes]) -> Reply:
        """Post *body* and give the answer, whatever its status but 401.

        Raises:
            EwsError: there is no answer, or the log-in was refused, now or before.
            ValueError: the transport is closed.
        """
        budget, failure, reply = Budget(self._deadline), None, None
        try:
            with self._lanes.lane(budget) as wire:
                self._stop_after_refusal()
                with self._account.turn(self._host, self.url):
                    reply = wire.post(body, headers, budget)
                    self._settle(reply)
        except NotTriedError as error:
            failure = EwsError(error.what, where=error.where, remedy=error.remedy, kind=Kind.NOT_TRIED)
        except FAILURES as error:
            failure = explained(error, budget, self.url)
            if isinstance(error, LoginError) and error.denied:
                self._refuse(failure)
        # Raised here: as the context of this error the library's own would go wherever tracebacks go.
        if reply is None or failure is not None:
            raise failure or EwsError.of(Kind.OTHER, self.url)
        return reply

    def close(self) -> None:
        """Close the connections."""
        self._lanes.close()

    def _stop_after_refusal(self) -> None:
        with self._lock:
            refusal = self._refusal
        if refusal is not None:
            raise refusal.again()

    def _settle(self, reply: Reply) -> None:
        """Remember whether the credential is good."""
        if reply.status != HTTPStatus.UNAUTHORIZED:
            if reply.status < HTTPStatus.BAD_REQUEST:
                self._lanes.open_all()
                self._account.accepted(self._host)
            return
        refusal = EwsError.of(Kind.UNAUTHORIZED, self.url, _offer(reply))
        self._refuse(refusal, everywhere=self._was_heard(reply))
        raise refusal.again()

    def _refuse(self, refusal: EwsError, *, everywhere: bool = True) -> None:
        with self._lock:
            self._refusal = refusal
        if everywhere:
            self._account.refused(self._host, self.url)

    def _was_heard(self, reply: Reply) -> bool:
        """Whether the refusal is one of user or password: the server takes log-ins of this kind."""
        return any(name.lower() in self._schemes for name in _offered(reply))


def _address_of(url: str) -> Address:
    """Where *url* leads.

    Raises:
        ConfigError: it is not https, or more than host, port and path.
    """
    address = secure_address(url)
    if address is None:
        raise ConfigError(
            "an EWS endpoint is https://host/EWS/Exchange.asmx, and nothing else is in it",
            where=f"…@{url.rpartition('@')[2]}" if "@" in url else url,
            remedy="Correct the endpoint in the deployment file. Nothing is asked without TLS.",
        )
    return address


def secure_address(url: str) -> Address | None:
    """Where *url* leads; None where it is not https, or more than host, port and path."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 443
    except ValueError:
        return None
    if not _PLAIN.fullmatch(url) or not host or "@" in parts.netloc or parts.query or parts.fragment:
        return None
    return Address(host, port, parts.path or "/")


def _offered(reply: Reply) -> dict[str, None]:
    """The ways to log in that a refusal names, as `Basic realm="x"` and `Negotiate, NTLM` do."""
    fields = [field.split() for part in reply.challenges for field in part.split(",")]
    return dict.fromkeys(words[0] for words in fields if words and "=" not in words[0])


def _offer(reply: Reply) -> str:
    names = _offered(reply)
    return f"it offers {', '.join(names)}" if names else "it offers no way to log in"
