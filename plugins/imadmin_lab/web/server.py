"""The server: one listening socket, a thread for each connection, and nothing left when it stops."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Final, Self, cast

from .connection import Peer
from .door import Door
from .faults import CERTIFICATES
from .handler import Handler
from .handshakes import spoil
from .login import Login
from .site import Application, Mount, Site

if TYPE_CHECKING:
    from .authority import Authority, ServerCertificate

__all__ = ["Application", "Listener", "Mount", "Site", "WebServer"]

_HANDSHAKE_SECONDS: Final = 10
_STOP_SECONDS: Final = 5


class Listener(ThreadingHTTPServer):
    """The listening socket with its connections.

    Args:
        site: What is served.
        authority: Where certificates come from; None serves without TLS.
        address: Host and port; port 0 takes a free one.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, site: Site, authority: Authority | None, address: tuple[str, int]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.site: Final = site
        self.stopping: Final = threading.Event()
        self._authority: Final = authority
        self._peers: Final[dict[socket.socket, Peer]] = {}
        self._open: Final[set[socket.socket]] = set()
        self._workers: Final[set[threading.Thread]] = set()
        self._lock: Final = threading.Lock()
        self.door: Final = Door(self, site.faults)
        super().__init__(address, Handler)  # last: where the port is taken, it closes what there is

    def server_bind(self) -> None:
        """Bind without asking the name service for the host's name."""
        if os.name == "posix":  # where a port rests after its connections; elsewhere this would share it
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()

    def accept_one(self) -> None:
        """Accept the connection that waits."""
        self._handle_request_noblock()  # type: ignore[attr-defined]  # of socketserver.BaseServer

    def refuse(self) -> None:
        """End all connections, and keep the port without listening on it."""
        self.socket.close()
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.server_bind()
        self._end_connections()

    def listen_again(self) -> None:
        """Listen, after `refuse`."""
        self.server_activate()

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Give a connection its thread."""
        worker = threading.Thread(
            target=self._work, args=(request, client_address), name="lab-connection", daemon=True
        )
        with self._lock:  # so that `stop` finds no worker that has not been started
            if self.stopping.is_set():
                self.shutdown_request(request)
                return
            self._workers.add(worker)
            worker.start()

    def peer_of(self, connection: socket.socket) -> Peer:
        """What is known of a connection."""
        with self._lock:
            return self._peers[connection]

    def stop(self) -> None:
        """End every connection, and wait for their threads."""
        self.stopping.set()
        self.door.stop()
        for mount in self.site.mounts:
            getattr(mount.application, "close", bool)()
        self._end_connections()
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            worker.join(_STOP_SECONDS)

    def _end_connections(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)  # below TLS, which another thread uses

    def server_close(self) -> None:
        """Close the sockets."""
        self.socket.close()
        self.door.close()

    def _work(self, raw: socket.socket, address: object) -> None:
        connection = raw
        try:
            self._remember(raw)
            connection, certificate = self._wrapped(raw)
            self._remember(connection)
            self._shake_hands(connection)
            binding = certificate.binding if certificate else None
            login = Login(self.site.accounts, binding, self._certified(connection))
            peer = Peer(connection, certificate, login)
            self._remember(connection, peer)
            self.finish_request(connection, cast("tuple[str, int]", address))
            self._hang_up(peer)
        except OSError:
            pass  # the client went away, or does not like the certificate
        finally:
            self._forget(raw, connection)

    def _wrapped(self, raw: socket.socket) -> tuple[socket.socket, ServerCertificate | None]:
        """The connection with TLS, where there is any, whose handshake is yet to come."""
        if self._authority is None:
            return raw, None
        fault = self.site.faults.take(lambda fault: fault.of_handshake)
        name = fault.name if fault else ""
        if name.startswith("handshake-"):
            spoil(raw, name)
            raise ConnectionAbortedError(name)
        certificate = self._authority.issue(CERTIFICATES.get(name, "valid"))
        asks = self.site.asks_for_certificates
        context = certificate.asking(self._authority.ca_file) if asks else certificate.context
        return context.wrap_socket(raw, server_side=True, do_handshake_on_connect=False), certificate

    def _certified(self, connection: socket.socket) -> str:
        """The address in the client's certificate."""
        if not (isinstance(connection, ssl.SSLSocket) and self.site.asks_for_certificates):
            return ""
        from .certified import address_in

        return address_in(connection.getpeercert(binary_form=True))

    def _shake_hands(self, connection: socket.socket) -> None:
        if isinstance(connection, ssl.SSLSocket):
            connection.settimeout(_HANDSHAKE_SECONDS)
            connection.do_handshake()

    def _remember(self, connection: socket.socket, peer: Peer | None = None) -> None:
        with self._lock:
            self._open.add(connection)
            if peer is not None:
                self._peers[connection] = peer
            if self.stopping.is_set():
                raise ConnectionAbortedError("the server stops")

    def _hang_up(self, peer: Peer) -> None:
        if not peer.abort:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(peer.connection, socket.SHUT_WR)

    def _forget(self, *connections: socket.socket) -> None:
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.close()
        with self._lock:
            for connection in connections:
                self._open.discard(connection)
                self._peers.pop(connection, None)
            self._workers.discard(threading.current_thread())


class WebServer:
    """A site on an address, running between `start` and `stop` or inside `with`.

    Args:
        site: What is served.
        authority: Where certificates come from; None serves without TLS.
        host: The address to listen on.
        port: 0 takes a free one.
        name: The host name that `url` gives to clients; the address where it is empty.
    """

    def __init__(
        self,
        site: Site,
        authority: Authority | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        name: str = "localhost",
    ) -> None:
        self.site: Final = site
        self._listener: Final = Listener(site, authority, (host, port))
        self._scheme: Final = "http" if authority is None else "https"
        self._name: Final = name or host
        self._thread: Final = threading.Thread(
            target=self._listener.door.serve, name="lab-listener", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listener.server_address[1]

    def url(self, path: str = "/") -> str:
        """The address of a path, as clients should use it."""
        host = f"[{self._name}]" if ":" in self._name else self._name
        return f"{self._scheme}://{host}:{self.port}{path}"

    def start(self) -> Self:
        """Begin to accept connections."""
        self._thread.start()
        self._listener.door.wait_until_served()
        return self

    def stop(self) -> None:
        """Stop at once: waiting answers are given up, every socket is closed, every thread has ended."""
        if self._listener.stopping.is_set():
            return
        self._listener.stop()
        if self._thread.ident is not None:
            self._thread.join(_STOP_SECONDS)
        self._listener.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
