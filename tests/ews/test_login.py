"""Log-ins that fail, once; and credentials that stay where they belong."""

from __future__ import annotations

import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment import EwsConfig
from imadmin.errors import ConfigError, SourceError
from imadmin.ews import EwsClient, EwsError, Kind
from imadmin.ews.logins import login_for
from imadmin.secrets import Credential, Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

ANNA, SVC = "anna@contoso.com", r"CONTOSO\svc"
CONFIG = EwsConfig("lab", "https://127.0.0.1:1/EWS/Exchange.asmx", "basic")


@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "basic"])
@pytest.mark.parametrize("user", [r"CONTOSO\svc", r"CONTOSO\nobody"])
def test_a_wrong_password_is_tried_once(lab: Lab, fault: Failing, auth: str, user: str) -> None:
    client = lab.client(user, "wrong", auth=auth)
    first = fault(lambda: client.look(ANNA))
    asked = len(lab.seen)
    again = fault(lambda: client.newest(ANNA, ["inbox"]))  # type: ignore[list-item]
    assert (first.kind, again.kind, str(again)) == (Kind.UNAUTHORIZED, Kind.UNAUTHORIZED, str(first))
    assert first is not again
    assert lab.accounts.failures(user) == 1
    assert len(lab.seen) == asked


@pytest.mark.parametrize("auth", ["ntlm", "basic"])
def test_threads_do_not_add_up_to_a_locked_account(lab: Lab, auth: str) -> None:
    client = lab.client(SVC, "wrong", auth=auth, connections=8)

    def look(_: int) -> Kind:
        try:
            client.look(ANNA)
        except EwsError as error:
            return error.kind
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(look, range(16))) == {Kind.UNAUTHORIZED}
    assert lab.accounts.failures("svc") == 1


def test_two_clients_do_not_share_what_they_know(lab: Lab, fault: Failing) -> None:
    right, wrong, right_again = lab.client(), lab.client(SVC, "wrong"), lab.client()
    assert right.look(ANNA).folders
    assert fault(lambda: wrong.look(ANNA)).kind is Kind.UNAUTHORIZED
    assert right_again.look(ANNA).folders
    assert right.look(ANNA).folders
    untrusting = lab.client(ca_file=None)
    assert fault(lambda: untrusting.look(ANNA)).kind is Kind.TLS_UNTRUSTED


@pytest.mark.parametrize("user", [r"CONTOSO\svc", "svc@contoso.com"])
@pytest.mark.parametrize("auth", ["ntlm", "negotiate", "basic"])
def test_names_of_users(lab: Lab, user: str, auth: str) -> None:
    assert lab.client(user, auth=auth).look(ANNA).folders


@pytest.mark.parametrize(
    ("offered", "auth", "said"),
    [
        (("Basic",), "ntlm", "it offers Basic"),
        (("NTLM", "Negotiate"), "basic", "it offers NTLM, Negotiate"),
        (("NTLM",), "negotiate", "it offers NTLM"),
        (("Basic",), "negotiate", "it offers Basic"),
    ],
)
def test_what_the_server_offers_is_said(
    lab: Lab, fault: Failing, offered: tuple[str, ...], auth: str, said: str
) -> None:
    server = lab.start(schemes=offered)
    error = fault(lambda: lab.client(server=server, auth=auth).look(ANNA))
    assert (error.kind, said in error.what) == (Kind.UNAUTHORIZED, True)
    assert lab.accounts.failures("svc") == 0


def test_ntlm_inside_negotiate(lab: Lab) -> None:
    server = lab.start(schemes=("Negotiate",))
    assert lab.client(server=server, auth="ntlm").look(ANNA).folders


def test_a_refusal_may_end_the_connection(lab: Lab) -> None:
    headers = [("WWW-Authenticate", "NTLM"), ("Connection", "close")]
    lab.spoil("status", status=401, headers=headers, before_login=True, times=1)
    assert lab.client().look(ANNA).folders
    assert len({id(request.peer) for request in lab.seen}) == 2


@pytest.mark.parametrize("challenge", ["NTLM AAAA", "NTLM TlRMTVNTUAACAAAA", "NTLM =", "Negotiate YWJj"])
def test_challenges_that_make_no_sense(lab: Lab, fault: Failing, challenge: str) -> None:
    headers = [("WWW-Authenticate", challenge)]
    lab.spoil("status", status=401, headers=headers, before_login=True)
    error = fault(lambda: lab.client(auth=challenge.partition(" ")[0].lower()).look(ANNA))
    assert error.kind in (Kind.LOGIN, Kind.UNAUTHORIZED)
    assert len(lab.seen) <= 2


def test_a_login_without_end_is_ended(lab: Lab, fault: Failing) -> None:
    lab.break_exchange("unauthorized")
    client = lab.client()
    assert fault(lambda: client.look(ANNA)).kind is Kind.UNAUTHORIZED
    assert len(lab.seen) == 3


@pytest.mark.parametrize("auth", ["digest"])
def test_what_cannot_be_done_yet(lab: Lab, auth: str) -> None:
    with pytest.raises(SourceError, match=f"auth: {auth}") as caught:
        lab.client(auth=auth)
    assert not isinstance(caught.value, EwsError)


def test_basic_needs_a_password(lab: Lab) -> None:
    with pytest.raises(ConfigError, match="password"):
        lab.client(password=None, auth="basic")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows brings what is missing here")
@pytest.mark.parametrize(("auth", "secret"), [("kerberos", "x"), ("negotiate", None), ("ntlm", None)])
def test_libraries_that_are_not_there(monkeypatch: pytest.MonkeyPatch, auth: str, secret: str | None) -> None:
    monkeypatch.setattr("imadmin.ews.logins.find_spec", lambda name: None if name == "gssapi" else name)
    credential = Credential("", Secret(secret) if secret else None, integrated=secret is None)
    with pytest.raises(SourceError, match="not installed: gssapi"):
        login_for(auth, credential, "https://x")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://mail.contoso.com/EWS/Exchange.asmx",
        "https://svc:secret@mail.contoso.com/EWS/Exchange.asmx",
        "ftp://mail.contoso.com/",
        "https:///EWS/Exchange.asmx",
        "https://mail.contoso.com:port/",
        "https://mail.contoso.com/a b",
        "https://mail.contoso.com/a?b=c",
        "https://mail.contoso.com/a#b",
        "https://mäil.contoso.com/",
        "https://[::1/",
        "mail.contoso.com",
        "",
    ],
)
def test_endpoints_that_are_not_asked(endpoint: str) -> None:
    credential = Credential("svc", Secret("secret"))
    with pytest.raises(ConfigError) as caught:
        EwsClient(replace(CONFIG, endpoint=endpoint), credential)
    assert "secret" not in str(caught.value)


def test_a_client_is_not_pickled() -> None:
    with EwsClient(CONFIG, Credential("svc", Secret("secret"))) as client, pytest.raises(TypeError):
        pickle.dumps(client)


def test_a_ca_file_that_is_none(lab: Lab) -> None:
    path = lab.authority.folder / "nothing.pem"
    with pytest.raises(SourceError, match=r"nothing\.pem"):
        lab.client(ca_file=path)
    path.write_text("no certificate", encoding="ascii")
    with pytest.raises(SourceError, match="cannot be used"):
        lab.client(ca_file=path)


def test_the_environment_does_not_matter(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = "http://127.0.0.1:1"
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, nowhere)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert lab.client().look(ANNA).folders


@pytest.mark.parametrize(("auth", "accepted"), [("ntlm", True), ("negotiate", True), ("basic", False)])
def test_what_accepts_a_login(lab: Lab, fault: Failing, auth: str, accepted: bool) -> None:  # noqa: FBT001
    """An error may come from what stands before the server, which has not looked at the password."""
    client = lab.client(auth=auth, connections=8)
    assert not client.accepted
    lab.break_exchange("forbidden", times=1)
    assert fault(lambda: client.look("anna@contoso.com")).kind is Kind.FORBIDDEN
    assert client.accepted is accepted
    lab.break_exchange("busy", times=1)
    assert fault(lambda: client.look("anna@contoso.com")).kind is Kind.THROTTLED
    assert client.accepted
