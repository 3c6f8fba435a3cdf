"""Logging in with real clients."""

from __future__ import annotations

import base64
import hashlib
import http.client
import ssl
from base64 import b64decode, b64encode
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import spnego
from spnego.channel_bindings import GssChannelBindings

from imadmin_lab.web import Account, Accounts

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab


@pytest.mark.parametrize(
    "user", ["CONTOSO\\svc", "contoso\\SVC", "svc@contoso.com", "contoso.com\\svc", "svc"]
)
@pytest.mark.parametrize("tls", [True, False])
def test_ntlm(lab: Lab, ntlm: Callable[..., Any], user: str, *, tls: bool) -> None:
    server, session = lab.start(tls=tls), lab.session(ntlm(user))
    for body in (b"one", b"", b"x" * 100_000):
        answer = session.post(server.url("/app"), data=body)
        assert answer.content == b"CONTOSO\\svc POST /app " + body
    assert lab.accounts.failures("svc") == 0


@pytest.mark.parametrize("user", ["CONTOSO\\svc", "svc@contoso.com"])
def test_basic_over_tls(lab: Lab, password: str, user: str) -> None:
    session = lab.session((user, password.encode()))
    assert session.get(lab.start().url("/app/x?y")).text == "CONTOSO\\svc GET /app/x?y "


def test_basic_without_tls_only_where_it_is_wanted(lab: Lab, password: str) -> None:
    session = lab.session(("svc", password.encode()))
    refused = session.get(lab.start(tls=False).url("/app"))
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Negotiate, NTLM")
    assert session.get(lab.start(tls=False, basic_over_http=True).url("/app")).status_code == 200


@pytest.mark.parametrize(
    ("schemes", "expected"),
    [
        (("Negotiate", "NTLM", "Basic"), 'Negotiate, NTLM, Basic realm="lab"'),
        (("Basic",), 'Basic realm="lab"'),
        (("NTLM",), "NTLM"),
    ],
)
def test_a_refusal_offers_what_there_is(lab: Lab, schemes: tuple[str, ...], expected: str) -> None:
    answer = lab.session().get(lab.start(schemes=schemes).url("/app"))
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, expected)


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic !!!",
        "Basic bm9jb2xvbg==",
        "NTLM",
        "NTLM AAAA",
        "NTLM TlRMTVNTUAADAAAA",
        "Negotiate YWJj",
        "Negotiate TlRMTVNTUAABAAAA",
        "Digest x",
        "",
        "Bearer abc",
        "NTLM " + base64.b64encode(bytes(4000)).decode(),
    ],
)
def test_nonsense_is_refused(lab: Lab, authorization: str) -> None:
    answer = lab.session().get(lab.start().url("/app"), headers={"Authorization": authorization})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("rule", "send", "status"),
    [
        ("none", False, 200),
        ("allow", False, 200),
        ("require", False, 401),
        ("none", True, 200),
        ("allow", True, 200),
        ("require", True, 200),
    ],
)
def test_extended_protection(
    lab: Lab, ntlm: Callable[..., Any], rule: str, status: int, *, send: bool
) -> None:
    server = lab.start(channel_bindings=rule)
    assert lab.session(ntlm(send_cbt=send)).get(server.url("/app")).status_code == status


@pytest.mark.parametrize(("certificate", "status"), [("own", 200), ("another", 401)])
@pytest.mark.parametrize("rule", ["allow", "require"])
def test_a_binding_to_another_connection_is_refused(
    lab: Lab, password: str, rule: str, certificate: str, status: int
) -> None:
    """What a man in the middle with a certificate of his own would hand on."""
    server = lab.start(channel_bindings=rule)
    tls = ssl.create_default_context(cafile=str(lab.authority.ca_file))
    place = urlsplit(server.url("/app"))
    connection = http.client.HTTPSConnection(place.hostname or "", place.port, context=tls, timeout=20)
    connection.connect()
    assert isinstance(connection.sock, ssl.SSLSocket)
    digest = hashlib.sha256(connection.sock.getpeercert(binary_form=True) or b"").digest()
    bound = digest if certificate == "own" else bytes(32)
    bindings = GssChannelBindings(application_data=b"tls-server-end-point:" + bound)
    client = spnego.client("CONTOSO\\svc", password, protocol="ntlm", channel_bindings=bindings)
    with closing(connection):
        token, answer = client.step(), None
        while token:
            connection.request("GET", "/app", headers={"Authorization": f"NTLM {b64encode(token).decode()}"})
            answer = connection.getresponse()
            answer.read()
            challenge = (answer.headers["WWW-Authenticate"] or "").partition("NTLM ")[2].partition(",")[0]
            token = client.step(b64decode(challenge)) if challenge else None
    assert answer is not None
    assert answer.status == status


@pytest.mark.parametrize("who", ["CONTOSO\\svc", "svc@contoso.com", "nobody"])
def test_a_wrong_password_is_counted_once(lab: Lab, ntlm: Callable[..., Any], who: str) -> None:
    server = lab.start()
    assert lab.session(ntlm(who, "wrong")).post(server.url("/app"), data=b"x").status_code == 401
    assert lab.accounts.failures(who) == 1
    assert lab.session((who, "wrong")).get(server.url("/app")).status_code == 401
    assert lab.accounts.failures(who) == 2


def test_accounts_are_locked_and_unlocked() -> None:
    accounts = Accounts([Account("D\\u", "right")], lock_after=2)
    assert accounts.check("u", "right")
    assert not accounts.check("u", "wrong")
    assert not accounts.check("D\\U", "wrong")
    assert not accounts.check("u", "right")
    assert accounts.failures("u") == 3
    accounts.unlock("u")
    assert accounts.check("u", "right")


def test_who_logged_in_by_ntlm_stays_so_on_the_connection_only(lab: Lab, ntlm: Callable[..., Any]) -> None:
    server = lab.start()
    session = lab.session(ntlm())
    assert session.get(server.url("/app")).status_code == 200
    session.auth = None
    assert session.get(server.url("/app")).status_code == 200
    assert lab.session().get(server.url("/app")).status_code == 401


def test_basic_is_for_one_request(lab: Lab, password: str) -> None:
    server, session = lab.start(), lab.session(("svc", password.encode()))
    assert session.get(server.url("/app")).status_code == 200
    session.auth = None
    assert session.get(server.url("/app")).status_code == 401


def test_open_places_ask_nobody(lab: Lab) -> None:
    assert lab.session().get(lab.start().url("/OPEN")).text == "None GET /OPEN "
