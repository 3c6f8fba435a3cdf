"""Extended Protection and client certificates: what TLS shows of both sides counts for the log-in."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from contextlib import suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import pytest

from imadmin.access import Endpoint
from imadmin.errors import ConfigError
from imadmin.ews import Kind
from imadmin.probing import diagnose
from imadmin.secrets import ClientCertificate, Credential
from imadmin_lab.web import Authority

from .stranger import Ways, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imadmin.ews import EwsError
    from imadmin_lab.web import WebServer

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

ANNA = "anna@contoso.com"
PATH = "/EWS/Exchange.asmx"


@pytest.mark.parametrize("auth", ["ntlm", "negotiate"])
def test_a_proxy_that_ends_tls(lab: Lab, behind: Behind, fault: Failing, auth: str) -> None:
    """What is right without the proxy is refused behind it, and the remedy tells why that may be."""
    assert lab.client(server=behind.server, auth=auth).look(ANNA).folders
    client = lab.client(endpoint=behind.endpoint, ca_file=behind.ca_file, auth=auth)
    error = fault(lambda: client.look(ANNA))
    assert (error.kind, "Extended Protection" in error.remedy) == (Kind.UNAUTHORIZED, True)


def test_basic_passes_such_a_proxy(lab: Lab, behind: Behind, fault: Failing) -> None:
    way: dict[str, Any] = {"endpoint": behind.endpoint, "ca_file": behind.ca_file, "auth": "basic"}
    assert lab.client(**way).look(ANNA).folders
    error = fault(lambda: lab.client(password="wrong", **way).look(ANNA))  # noqa: S106
    assert "Extended Protection" not in error.remedy


def test_a_client_certificate(lab: Lab, fault: Failing) -> None:
    server = lab.start(mapped=True)
    client = lab.client(server=server, auth="certificate", credential=shown(lab, "svc@contoso.com"))
    assert client.look(ANNA).folders
    assert client.autodiscover(ANNA).url
    assert client.user == "the certificate svc@contoso.com.pem"
    stranger = lab.client(server=server, auth="certificate", credential=shown(lab, "who@contoso.com"))
    error = fault(lambda: stranger.look(ANNA))
    assert (error.kind, "maps this one" in error.remedy) == (Kind.UNAUTHORIZED, True)


def test_the_way_to_a_server_that_lets_in_nobody_without_a_certificate(lab: Lab) -> None:
    context = lab.authority.issue().asking(lab.authority.ca_file)
    context.verify_mode, context.maximum_version = ssl.CERT_REQUIRED, ssl.TLSVersion.TLSv1_2
    with serving(Ways(), context) as endpoint:
        found = {auth: way_of(lab, endpoint, auth) for auth in ("certificate", "basic")}
    assert found == {"certificate": "log-in", "basic": "TLS"}  # it wants a password besides


def way_of(lab: Lab, endpoint: str, auth: str) -> str:
    """The step that breaks."""
    credential = shown(lab, "svc@contoso.com") if auth == "certificate" else None
    client = lab.client(endpoint=endpoint, auth=auth, credential=credential)
    way = diagnose(Endpoint(client.config, client), ca_file=lab.authority.ca_file, mailbox=ANNA)
    return way.broken.name if way.broken else ""


def test_a_certificate_is_needed(lab: Lab) -> None:
    with pytest.raises(ConfigError, match="needs a client certificate"):
        lab.client(auth="certificate")


def shown(lab: Lab, address: str) -> Credential:
    issued = lab.authority.issue_to(address)
    return Credential("", None, certificate=ClientCertificate(issued.chain, issued.key))


@pytest.fixture
def behind(lab: Lab, tmp_path: Path) -> Iterator[Behind]:
    """A load balancer that ends TLS with a certificate of its own, and begins it anew."""
    server = lab.start(channel_bindings="require")
    authority = Authority(tmp_path / "proxy")
    onward = ssl.create_default_context(cafile=lab.authority.ca_file)
    with Balancer(authority.issue().context, onward, server.port) as balancer:
        yield Behind(server, f"https://localhost:{balancer.server_address[1]}{PATH}", authority.ca_file)


class Behind(NamedTuple):
    """The server behind it, the address before it, and who vouches for that."""

    server: WebServer
    endpoint: str
    ca_file: Path


class Balancer(ThreadingTCPServer):
    """Carries what comes to a port, both ways."""

    daemon_threads = True

    def __init__(self, own: ssl.SSLContext, onward: ssl.SSLContext, port: int) -> None:
        super().__init__(("127.0.0.1", 0), BaseRequestHandler)
        self._own, self._onward, self._port = own, onward, port
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))

    def finish_request(self, request: Any, client_address: object) -> None:  # noqa: ARG002 - the parent's
        with (
            suppress(OSError),
            self._own.wrap_socket(request, server_side=True) as here,
            socket.create_connection(("127.0.0.1", self._port)) as plain,
            self._onward.wrap_socket(plain, server_hostname="localhost") as there,
        ):
            carry(here, there)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()


def carry(one: ssl.SSLSocket, other: ssl.SSLSocket) -> None:
    """Both ways, until one side ends; in one thread, since TLS sockets know only one."""
    ways = {one: other, other: one}
    one.settimeout(0)
    other.settimeout(0)
    while True:
        for source in [here for here in ways if here.pending()] or select.select([*ways], [], [], 30)[0]:
            try:
                piece = source.recv(65536)
            except ssl.SSLWantReadError:  # a message of TLS itself
                continue
            if not piece:
                return
            ways[source].settimeout(30)
            ways[source].sendall(piece)
            ways[source].settimeout(0)
