"""The HTTP below pypsrp: bounded in time, never redirected, and trusting only what it is told to trust."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

__all__ = ["NoAnswerError", "NoConnectionError", "RedirectedError", "Wire"]

_CONNECT_SECONDS = 30.0


class NoAnswerError(TimeoutError):
    """The server took a request and did not answer in time."""


class NoConnectionError(TimeoutError):
    """No connection could be made in time."""


class RedirectedError(Exception):
    """The server sends its clients elsewhere; its argument is the address."""


class Wire(HTTPAdapter):
    """Carries the requests of one session.

    Its time limit is for everything together: pypsrp and requests limit each wait for data only, and repeat
    some requests. The errors that it raises are none that pypsrp repeats a request for.

    Attributes:
        was_cut: whether connections were broken off here.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        """*context* is what TLS trusts, and shows."""
        self._context = context
        self._connections: set[HTTPConnection] = set()
        self._last: requests.Response | None = None
        self._limit = 0.0
        self.was_cut = False
        super().__init__(max_retries=0)

    @property
    def offered(self) -> str:
        """The ways to log in that the last answer named; empty where it named none."""
        return "" if self._last is None else self._last.headers.get("WWW-Authenticate", "")

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Let requests take so many seconds in all; those that take longer are cut off."""
        before, self._limit = self._limit, time.monotonic() + seconds
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()
            self._limit = before

    def cut(self) -> None:
        """Break all connections off; whoever waits for one gets an error. For other threads."""
        self.was_cut = True
        for connection in list(self._connections):
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # below TLS

    def close(self) -> None:
        """Close all connections."""
        if self._last is not None:
            self._last.close()  # nobody reads the answer to a log-in that failed, and it may hold a socket
        super().close()
        for connection in list(self._connections):
            connection.close()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - the parent's
        """Make connections with this adapter's trust, and keep track of them."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._context, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _tracked(self._connections)

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave it to the context: the parent would add its own bundle to what is trusted."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the parent's
        timeout: Any = None,  # noqa: ARG002 - there is one limit for everything
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the parent's
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send one request.

        Raises:
            NoAnswerError: the time is over.
            NoConnectionError: no connection could be made in time.
            RedirectedError: the answer is a redirect.
        """
        left = self._limit - time.monotonic()
        if left <= 0:
            raise NoAnswerError
        try:
            limits = (min(_CONNECT_SECONDS, left), left)
            self._last = response = super().send(request, stream, limits, verify, cert, proxies)
        except requests.ConnectTimeout:
            raise NoConnectionError from None
        except requests.Timeout:
            raise NoAnswerError from None
        if response.is_redirect:
            raise RedirectedError(response.headers["location"])
        return response


def _tracked(connections: set[HTTPConnection]) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            connections.add(self)
            super().connect()

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            connections.add(self)
            super().connect()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
