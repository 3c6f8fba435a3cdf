"""Asking an EWS server: one request for one question, within its time, and never a second log-in."""

from __future__ import annotations

import threading
from contextlib import closing
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from imadmin.errors import ConfigError, NotTriedError
from imadmin.ews.budget import Budget
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.lanes import Lanes
from imadmin.ews.login import Anonymous, LoginError
from imadmin.ews.network import answered
from imadmin.ews.refusals import offered, refused, ways_in
from imadmin.ews.statuses import is_soap_fault
from imadmin.ews.wire import Wire, secure_address

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from imadmin.ews.logins import NamedLogin
    from imadmin.ews.wire import Address, Reply

__all__ = ["Transport"]

_WITHOUT_LOCKS: Final = ("oauth", "certificate")
"""Ways to log in by which no account is locked when they fail."""


class Transport:
    """The way to one service with one log-in; safe to use from several threads.

    Args:
        url: of the service, https only.
        login: how to log in, and by what name the deployment calls that.
        believed: whom to believe, of `guarded`.
        connections: how many there may be at once.
        deadline: seconds for one question in all.

    Raises:
        ConfigError: the address is not usable.
    """

    def __init__(
        self,
        url: str,
        login: NamedLogin,
        believed: ssl.SSLContext,
        *,
        connections: int = 1,
        deadline: float = 30.0,
    ) -> None:
        self._address: Final = _address_of(url)
        self.url: Final = url
        self._login: Final = login
        self._believed: Final = believed
        self._deadline: Final = deadline
        self._lanes: Final = Lanes(connections, lambda: Wire(self._address, believed, login.login))
        if login.auth in _WITHOUT_LOCKS:
            self._lanes.open_all()
        self._refusal: EwsError | None = None
        self._lock: Final = threading.Lock()

    def beside(self, url: str) -> Transport:
        """The way to another service with the same log-in.

        Raises:
            ConfigError: the address is not usable.
        """
        return Transport(url, self._login, self._believed, deadline=self._deadline)

    def ask(self, body: bytes, headers: Mapping[str, str | bytes]) -> Reply:
        """Post *body* and give the answer, whatever its status but 401.

        Raises:
            EwsError: there is no answer, or the log-in was refused, now or before.
            ValueError: the transport is closed.
        """
        budget = Budget(self._deadline)

        def ask() -> Reply:
            with self._lanes.lane(budget) as wire:
                self._stop_after_refusal()
                with self._login.account.turn(self._address.host, self.url):
                    return self._posted(wire, body, headers, budget)

        try:
            return answered(ask, budget, self.url)
        except NotTriedError as error:
            raise EwsError(error.what, where=error.where, remedy=error.remedy, kind=Kind.NOT_TRIED) from None
        except EwsError:
            if self._lanes.closed:
                raise ValueError("the EWS client is closed") from None
            raise

    def ask_as_nobody(self, body: bytes, headers: Mapping[str, str | bytes]) -> Reply:
        """Post *body* over a connection of its own, without a log-in, and give the answer, whatever it is.

        Raises:
            EwsError: there is no answer.
        """
        budget = Budget(self._deadline)
        with closing(Wire(self._address, self._believed, Anonymous())) as wire:
            return answered(lambda: wire.post(body, headers, budget), budget, self.url)

    @property
    def accepted(self) -> bool:
        """Whether the server has accepted the log-in, or nothing is lost if it does not."""
        return self._lanes.opened

    def close(self) -> None:
        """Close the connections; what is being asked ends."""
        self._lanes.close()

    def _posted(self, wire: Wire, body: bytes, headers: Mapping[str, str | bytes], budget: Budget) -> Reply:
        try:
            reply = wire.post(body, headers, budget)
        except LoginError as error:
            if error.denied:
                self._login.account.refused(self._address.host, self.url)
            raise
        self._settle(reply)
        return reply

    def _stop_after_refusal(self) -> None:
        with self._lock:
            refusal = self._refusal
        if refusal is not None:
            raise refusal.again()

    def _settle(self, reply: Reply) -> None:
        """Remember whether the credential is good."""
        if reply.status != HTTPStatus.UNAUTHORIZED:
            # An error without a log-in may come from what stands before the server.
            if reply.status < HTTPStatus.BAD_REQUEST or reply.logged_in or is_soap_fault(reply):
                self._lanes.open_all()
                self._login.account.accepted(self._address.host)
            return
        refusal = refused(reply, self._login.auth, self.url)
        if ways_in(offered(reply.challenges), self._login.auth):
            self._login.account.refused(self._address.host, self.url)
        with self._lock:
            self._refusal = refusal
        raise refusal.again()


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
