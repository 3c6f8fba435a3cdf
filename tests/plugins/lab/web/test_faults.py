"""What clients make of the faults."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from imadmin_lab.web import Fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab


def test_closing_before_an_answer(lab: Lab) -> None:
    lab.faults.switch_on(Fault("close"))
    with pytest.raises(requests.ConnectionError, match="Remote end closed connection without response"):
        lab.session().get(lab.start().url("/open"))


@pytest.mark.parametrize("tls", [True, False])
def test_a_reset(lab: Lab, *, tls: bool) -> None:
    lab.faults.switch_on(Fault("reset"))
    text = "without response" if tls else "reset by peer"  # Python's ssl tells no reset from an end
    with pytest.raises(requests.ConnectionError, match=text):
        lab.session().get(lab.start(tls=tls).url("/open"))


@pytest.mark.parametrize("kind", ["half-body", "reset-in-body"])
def test_half_an_answer(lab: Lab, kind: Any) -> None:
    lab.faults.switch_on(Fault(kind))
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        lab.session().get(lab.start().url("/open"))


def test_no_answer(lab: Lab) -> None:
    lab.faults.switch_on(Fault("stall"))
    with pytest.raises(requests.ReadTimeout):
        lab.session().get(lab.start().url("/open"), timeout=0.3)


def test_an_answer_in_drips(lab: Lab) -> None:
    lab.faults.switch_on(Fault("drip", seconds=0.01))
    started = time.monotonic()
    assert lab.session().get(lab.start().url("/open"), timeout=0.5).status_code == 200
    assert time.monotonic() - started > 0.05


def test_a_redirect_to_another_host(lab: Lab, ntlm: Callable[..., Any]) -> None:
    """Before the login already, so that the client carries its login elsewhere."""
    first = lab.start()
    lab.faults.switch_on(
        Fault("redirect", path="/app/here", location="https://elsewhere.invalid/", before_login=True)
    )
    answer = lab.session(ntlm()).post(first.url("/app/here"), data=b"x", allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (307, "https://elsewhere.invalid/")
    assert lab.session(ntlm()).get(first.url("/app")).status_code == 200


def test_a_status_and_a_page_instead(lab: Lab) -> None:
    server, session = lab.start(), lab.session()
    lab.faults.switch_on(Fault("status", status=503, headers=[("Retry-After", "7")], times=2))
    answers = [session.get(server.url("/open")) for _ in range(3)]
    assert [(a.status_code, a.headers.get("Retry-After")) for a in answers] == [
        (503, "7"),
        (503, "7"),
        (200, None),
    ]
    fault = lab.faults.switch_on(Fault("garbage", when=lambda request: b"FindItem" in request.body))
    assert "sign in" in session.post(server.url("/open"), data=b"<FindItem/>").text
    assert "sign in" not in session.post(server.url("/open"), data=b"<GetItem/>").text
    lab.faults.switch_off(fault)
    lab.faults.switch_off(fault)
    assert lab.faults.active() == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("certificate-expired", "certificate has expired"),
        ("certificate-not-yet-valid", "not yet valid"),
        ("certificate-wrong-name", "doesn't match|Hostname mismatch"),
        ("certificate-self-signed", "self[- ]signed"),
        ("certificate-foreign", "unable to get local issuer"),
        ("handshake-refused", "EOF|reset"),
        ("handshake-old", "(?i)unsupported.protocol|wrong.version|protocol.version"),
        ("handshake-plain", "(?i)wrong.version.number|record.layer"),
    ],
)
def test_bad_handshakes(lab: Lab, kind: Any, text: str) -> None:
    server = lab.start()
    fault = lab.faults.switch_on(Fault(kind))
    with pytest.raises(requests.exceptions.ConnectionError, match=text):
        lab.session().get(server.url("/open"))
    lab.faults.switch_off(fault)
    assert lab.session().get(server.url("/open")).status_code == 200


@pytest.mark.parametrize("tls", [True, False])
def test_refused_connections(lab: Lab, *, tls: bool) -> None:
    """Also on a connection that is open already; the port is the same afterwards."""
    server, session = lab.start(tls=tls), lab.session()
    for _ in range(3):
        assert session.get(server.url("/open")).status_code == 200
        fault = lab.faults.switch_on(Fault("refused"))
        with pytest.raises(requests.ConnectionError, match="refused"):
            session.get(server.url("/open"))
        lab.faults.switch_off(fault)
    assert session.get(server.url("/open")).status_code == 200


def test_refused_before_the_start_and_for_a_while(lab: Lab) -> None:
    lab.faults.switch_on(Fault("refused", lasting=0.2))
    server, session = lab.start(), lab.session()
    deadline = time.monotonic() + 30
    while lab.faults.active():
        assert time.monotonic() < deadline
    while True:
        with contextlib.suppress(requests.ConnectionError):
            assert session.get(server.url("/open")).status_code == 200
            break
        assert time.monotonic() < deadline


def test_a_handshake_that_stalls(lab: Lab) -> None:
    lab.faults.switch_on(Fault("handshake-stalled"))
    with pytest.raises((requests.Timeout, requests.ConnectionError)):
        lab.session().get(lab.start().url("/open"), timeout=0.3)


@pytest.mark.parametrize("kind", ["stall", "handshake-stalled"])
def test_a_stalled_answer_does_not_hinder_stopping(lab: Lab, kind: Any) -> None:
    lab.faults.switch_on(Fault(kind, seconds=60))
    server, session = lab.start(), lab.session()
    failed = threading.Event()

    def ask() -> None:
        try:
            session.get(server.url("/open"))
        except requests.RequestException:
            failed.set()

    client = threading.Thread(target=ask)
    client.start()
    while lab.faults.active() and not [t for t in threading.enumerate() if t.name == "lab-connection"]:
        assert client.is_alive()
    server.stop()
    assert failed.wait(10)
    client.join(10)


def test_faults_that_make_no_sense(lab: Lab) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        lab.faults.switch_on(Fault("nonsense"))
    with pytest.raises(ValueError, match="location"):
        lab.faults.switch_on(Fault("redirect"))
