"""The way to servers that no scenario of the lab has: other clocks, other certificates, no TLS at all."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from imadmin.doctor.steps import in_order
from imadmin.doctor.way import steps_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOOPBACK = "127.0.0.1"


class Pem(NamedTuple):
    """A certificate that is its own authority, with its key, in one file."""

    path: Path


@pytest.fixture
def pem(tmp_path: Path) -> Callable[[int, int], Pem]:
    """Make a certificate for the loopback address that ends after so many days, and has so many names."""

    def make(days: int, names: int = 1) -> Pem:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Test")])
        hosts = [x509.DNSName(f"host{number}.contoso.com") for number in range(1, names)]
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=days, hours=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.SubjectAlternativeName([*hosts, x509.IPAddress(ipaddress.ip_address(LOOPBACK))]),
                critical=False,
            )
        )
        encoding = serialization.Encoding.PEM
        private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path = tmp_path / "server.pem"
        path.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(encoding))
        return Pem(path)

    return make


@contextmanager
def serving(pem: Pem | None = None, ahead: int = 0, *, silent: bool = False) -> Iterator[int]:
    """A web server whose clock is so many seconds ahead; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            if not silent:
                self.send_response(401)
                self.end_headers()

        def date_time_string(self, timestamp: float | None = None) -> str:
            del timestamp
            return format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's
            del format, args

    class Server(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            del request, client_address

    with Server((LOOPBACK, 0), Handler) as server:
        if pem is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(pem.path)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def lines(address: str, ca_file: Path | None = None) -> dict[str, str]:
    found = in_order(steps_to(address, ca_file))
    return {finding.subject: f"{finding.status}: {finding.message}" for finding in found}


def test_a_certificate_that_expires_soon(pem: Callable[[int], Pem]) -> None:
    made = pem(12)
    with serving(made) as port:
        found = lines(f"https://{LOOPBACK}:{port}/EWS", made.path)
    assert found["certificate"].startswith(f"warn: expires in 12 days: for {LOOPBACK}, from ")
    assert found["clock"].startswith("pass: ")


def test_a_certificate_that_lasts(pem: Callable[[int], Pem]) -> None:
    made = pem(30)
    with serving(made) as port:
        found = lines(f"https://{LOOPBACK}:{port}/EWS", made.path)
    assert found["certificate"].startswith("pass: ")
    assert found["certificate"].endswith(": 30 days are left")


def test_a_certificate_with_many_names(pem: Callable[[int, int], Pem]) -> None:
    """Those that are shown are few, and a name that is none of them is told from the others."""
    made = pem(100, 8)
    with serving(made) as port:
        found = lines(f"https://localhost:{port}/EWS", made.path)
    assert "is for host1.contoso.com, host2.contoso.com, host3.contoso.com" in found["certificate"]
    assert "and 4 more, not for localhost" in found["certificate"]


@pytest.mark.parametrize(("ahead", "direction"), [(900, "ahead of"), (-900, "behind")])
def test_a_clock_that_is_wrong(pem: Callable[[int], Pem], ahead: int, direction: str) -> None:
    made = pem(100)
    with serving(made, ahead) as port:
        found = lines(f"https://{LOOPBACK}:{port}/EWS", made.path)
    assert found["clock"].startswith("warn: the server's clock is ")
    assert f" seconds {direction} this one" in found["clock"]


def test_a_server_that_does_not_tell_the_time() -> None:
    with serving(silent=True) as port:
        found = lines(f"http://{LOOPBACK}:{port}/powershell")
    assert found["clock"] == "skip: the server does not tell the time"


def test_without_tls() -> None:
    with serving() as port:
        found = lines(f"http://{LOOPBACK}:{port}/powershell")
    assert found["connection"] == f"pass: port {port} accepts connections"
    assert found["TLS"] == "skip: not used: the address begins with http://"
    assert found["certificate"] == "skip: there is none without TLS"
    assert found["clock"].startswith("pass: ")
