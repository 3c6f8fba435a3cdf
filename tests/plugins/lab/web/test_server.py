"""HTTP as such, certificates, and stopping."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import stat
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
import requests

from imadmin_lab.http import Response
from imadmin_lab.web import Authority, Mount, Site, WebServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin_lab.http import Request

    from .conftest import Lab


def exchange(server: WebServer, *sent: bytes) -> bytes:
    """What a plain socket gets until the server closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        for part in sent:
            connection.sendall(part)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


def test_answers_in_parts(lab: Lab) -> None:
    answer = lab.session().get(lab.start().url("/open/parts"))
    assert (answer.headers["Transfer-Encoding"], answer.text) == ("chunked", "one two three")


def test_requests_in_parts_and_compressed(lab: Lab) -> None:
    url, session = lab.start().url("/open"), lab.session()
    assert session.post(url, data=iter([b"one ", b"two"])).text.endswith("one two")
    packed = gzip.compress(b"small " * 1000)
    assert session.post(url, data=packed, headers={"Content-Encoding": "gzip"}).text.count("small") == 1000


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Length": "x"}, b"", 400),
        ({"Content-Length": "2000000"}, b"", 413),
        ({"Transfer-Encoding": "chunked"}, b"zz\r\n", 400),
        ({"Transfer-Encoding": "chunked"}, b"1\r\nabc\r\n", 400),
        ({"Transfer-Encoding": "chunked"}, b"ffffffff\r\n", 413),
        ({"Transfer-Encoding": "identity, x"}, b"", 501),
        ({"Content-Encoding": "br", "Content-Length": "1"}, b"x", 415),
        ({"Content-Encoding": "gzip", "Content-Length": "1"}, b"x", 400),
    ],
)
def test_bad_bodies_are_refused(lab: Lab, headers: dict[str, str], body: bytes, status: int) -> None:
    head = "".join(f"{name}: {value}\r\n" for name, value in {"Host": "x", **headers}.items())
    answer = exchange(lab.start(tls=False), f"POST /open HTTP/1.1\r\n{head}\r\n".encode() + body)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_a_compressed_bomb_is_refused(lab: Lab) -> None:
    packed = gzip.compress(bytes(50_000_000))
    answer = lab.session().post(lab.start().url("/open"), data=packed, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "sent", [b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"GET / HTTP/9.9\r\n\r\n"]
)
def test_nonsense_does_not_hurt(lab: Lab, sent: bytes) -> None:
    server = lab.start(tls=False)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(sent + b"\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    assert lab.session().get(server.url("/open")).status_code == 200


def test_an_application_that_raises_is_a_500(lab: Lab) -> None:
    session, server = lab.session(), lab.start()
    assert session.get(server.url("/open/raise")).status_code == 500
    assert session.get(server.url("/open")).status_code == 200


def test_paths_are_found_by_the_longest_prefix(lab: Lab) -> None:
    server, session = lab.start(), lab.session()
    found = [session.get(server.url(path)).status_code for path in ("/OPEN/x", "/open?x", "/opening", "/")]
    assert found == [200, 200, 404, 404]


def test_head_has_no_body(lab: Lab) -> None:
    answer = lab.session().head(lab.start().url("/open"))
    assert (answer.content, int(answer.headers["Content-Length"]) > 0) == (b"", True)


def test_connections_are_kept(lab: Lab) -> None:
    answer = exchange(
        lab.start(tls=False),
        b"GET /open HTTP/1.1\r\nHost: x\r\n\r\n" * 2
        + b"GET /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    assert answer.count(b"HTTP/1.1 200") == 3


def test_the_authority_keeps_its_keys(tmp_path: Path) -> None:
    started = time.perf_counter()
    authority = Authority(tmp_path / "ca")
    made = authority.issue()
    assert time.perf_counter() - started < 0.5
    assert authority.issue() is made
    if os.name == "posix":
        assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / "ca").stat().st_mode) == 0o700
    assert b"PRIVATE" not in authority.ca_file.read_bytes()
    with pytest.raises(ValueError, match="nonsense"):
        authority.issue("nonsense")  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "mail.contoso.com"])
def test_the_certificate_is_for_all_names(lab: Lab, host: str) -> None:
    server = lab.start()
    context = ssl.create_default_context(cafile=lab.authority.ca_file)
    with (
        socket.create_connection(("127.0.0.1", server.port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname=host) as tls,
    ):
        assert tls.version() in {"TLSv1.2", "TLSv1.3"}


def test_an_address_of_version_6(authority: Authority, lab: Lab) -> None:
    from .conftest import Echo

    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with WebServer(Site((Mount("/", Echo()),)), authority, host="::1", name="::1") as server:
        assert server.url().startswith("https://[::1]:")
        assert lab.session().get(server.url("/")).status_code == 401


class Waiting:
    """Waits with its answer until it is closed."""

    def __init__(self) -> None:
        self.asked, self.closed, self.iterator_closed = (
            threading.Event(),
            threading.Event(),
            threading.Event(),
        )

    def handle(self, request: Request) -> Response:
        if request.path.endswith("/stream"):
            return Response(200, [], self._parts())
        self.asked.set()
        self.closed.wait(30)
        return Response(200)

    def _parts(self) -> Iterator[bytes]:
        try:
            while not self.closed.is_set():
                yield b"tick"
                self.asked.set()
                self.closed.wait(0.01)
        finally:
            self.iterator_closed.set()

    def close(self) -> None:
        self.closed.set()


@pytest.mark.parametrize("tls", [True, False])
@pytest.mark.parametrize("path", ["/open", "/open/stream"])
def test_stopping_is_quick_and_leaves_nothing(lab: Lab, path: str, *, tls: bool) -> None:
    app = Waiting()
    server, session = lab.start(tls=tls, app=app), lab.session()
    idle = socket.create_connection(("127.0.0.1", server.port))

    def ask() -> None:
        with suppress(requests.RequestException):
            session.get(server.url(path))

    client = threading.Thread(target=ask)
    client.start()
    assert app.asked.wait(10)
    started = time.perf_counter()
    server.stop()
    assert time.perf_counter() - started < 0.5
    client.join(10)
    assert idle.recv(1) == b""
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))
    server.stop()


def test_an_iterator_is_closed_when_the_client_goes(lab: Lab) -> None:
    app = Waiting()
    server = lab.start(app=app)
    with lab.session().get(server.url("/open/stream"), stream=True) as answer:
        assert next(answer.iter_content(4)) == b"tick"
    assert app.iterator_closed.wait(10)


def test_two_servers_side_by_side(lab: Lab, tmp_path: Path, password: str) -> None:
    from .conftest import Lab as OtherLab

    def one(other: Any) -> None:
        server = other.start()
        answer = other.session(("svc", password.encode())).get(server.url("/app"))
        assert answer.status_code == 200

    one(lab)
    one(OtherLab(Authority(tmp_path / "other"), lab._stack))
    with pytest.raises(requests.exceptions.SSLError):
        lab.session().get(OtherLab(Authority(tmp_path / "third"), lab._stack).start().url("/open"))
