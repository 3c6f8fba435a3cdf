"""What goes wrong, by its name in the lab, and what the client makes of it."""

from __future__ import annotations

import pickle
import socket
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.ews import EwsError, Folder, Kind
from imadmin.ews.statuses import refusal_of
from imadmin.ews.wire import Reply
from imadmin.ews.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Lab

    Failing = Callable[[Callable[[], object]], EwsError]

ANNA = "anna@contoso.com"
OF_EXCHANGE = {
    "access-denied": Kind.ACCESS_DENIED,
    "busy": Kind.THROTTLED,
    "cas-error": Kind.OTHER,
    "connections": Kind.THROTTLED,
    "empty": Kind.NOT_EWS,
    "forbidden": Kind.FORBIDDEN,
    "half": Kind.MALFORMED,
    "impersonation-denied": Kind.IMPERSONATION_DENIED,
    "internal-error": Kind.SERVER_ERROR,
    "login-page": Kind.NOT_EWS,
    "login-redirect": Kind.REDIRECTED,
    "mailbox-moving": Kind.MAILBOX_MOVING,
    "mailbox-unavailable": Kind.MAILBOX_UNAVAILABLE,
    "malformed": Kind.MALFORMED,
    "no-mailbox": Kind.NO_MAILBOX,
    "not-found": Kind.NOT_FOUND,
    "old-server": Kind.OLD_SERVER,
    "other-operation": Kind.MALFORMED,
    "schema-violation": Kind.OTHER,
    "too-large": Kind.OTHER,
    "too-many-requests": Kind.THROTTLED,
    "transient": Kind.UNAVAILABLE,
    "unauthorized": Kind.UNAUTHORIZED,
    "unavailable": Kind.UNAVAILABLE,
    "unknown-code": Kind.OTHER,
}
HARMLESS = ("no-version", "slow", "wrong-type")
OF_THE_WAY = {
    "certificate-expired": Kind.TLS_EXPIRED,
    "certificate-not-yet-valid": Kind.TLS_NOT_YET_VALID,
    "certificate-wrong-name": Kind.TLS_WRONG_NAME,
    "certificate-self-signed": Kind.TLS_UNTRUSTED,
    "certificate-foreign": Kind.TLS_UNTRUSTED,
    "handshake-refused": Kind.TLS,
    "handshake-old": Kind.TLS,
    "handshake-plain": Kind.TLS,
    "reset": Kind.DROPPED,
    "close": Kind.DROPPED,
    "half-body": Kind.DROPPED,
    "reset-in-body": Kind.DROPPED,
    "status": Kind.SERVER_ERROR,
    "garbage": Kind.NOT_EWS,
    "redirect": Kind.REDIRECTED,
}


@pytest.mark.parametrize(("name", "kind"), OF_EXCHANGE.items())
@pytest.mark.parametrize("question", ["look", "newest", "send"])
def test_faults_of_exchange(lab: Lab, fault: Failing, name: str, kind: Kind, question: str) -> None:
    lab.break_exchange(name)
    client = lab.client(auth="basic")
    arguments: dict[str, tuple[Any, ...]] = {
        "look": (ANNA,),
        "newest": (ANNA, [Folder.INBOX, Folder.JUNK]),
        "send": (ANNA, [ANNA], "s", "b", "IPM.Note"),
    }
    error = fault(lambda: getattr(client, question)(*arguments[question]))
    assert error.kind is kind
    assert error.where == lab.server.url("/EWS/Exchange.asmx")
    assert len(lab.seen) == (2 if (name, question) == ("schema-violation", "look") else 1)


def test_every_fault_of_exchange_is_looked_at() -> None:
    from imadmin_lab.ews.faults import KINDS

    assert set(OF_EXCHANGE) | set(HARMLESS) == set(KINDS)


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_unusual_and_no_fault(lab: Lab, name: str) -> None:
    lab.break_exchange(name, seconds=0.01)
    assert lab.client().look(ANNA).folders


@pytest.mark.parametrize(("name", "kind"), OF_THE_WAY.items())
@pytest.mark.parametrize("auth", ["basic", "ntlm"])
def test_faults_of_the_way(lab: Lab, fault: Failing, name: str, kind: Kind, auth: str) -> None:
    client = lab.client(auth=auth)
    lab.spoil(name, location="https://elsewhere.invalid/owa", times=1)
    assert fault(lambda: client.look(ANNA)).kind is kind
    assert client.look(ANNA).folders


@pytest.mark.parametrize("name", ["reset", "close", "half-body", "redirect", "status"])
def test_faults_on_the_way_to_the_login(lab: Lab, fault: Failing, name: str) -> None:
    lab.spoil(name, location="https://elsewhere.invalid/owa", before_login=True)
    assert fault(lambda: lab.client().look(ANNA)).kind is OF_THE_WAY[name]
    assert lab.accounts.failures("svc") == 0


def test_seconds_to_wait(lab: Lab, fault: Failing) -> None:
    client = lab.client()
    for name, seconds in (("busy", 2.5), ("unavailable", 7.0)):
        lab.break_exchange(name, seconds=seconds, times=1)
        assert fault(lambda: client.look(ANNA)).back_off == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Fri, 20 Nov 2026 00:01:30 GMT", 90.0),
        ("Thu, 19 Nov 2026 00:00:00 GMT", 0.0),
        ("Fri, 99 Nov 2026 00:00:00 GMT", None),
        ("soon", None),
    ],
)
def test_a_date_to_wait_for_is_by_the_servers_clock(text: str, seconds: float | None) -> None:
    headers = {"retry-after": text, "date": "Fri, 20 Nov 2026 00:00:00 GMT"}
    error = refusal_of(Reply(503, headers, (), b""), "https://x")
    assert error is not None
    assert error.back_off == seconds


def test_where_a_redirect_leads_is_said(lab: Lab, fault: Failing) -> None:
    lab.break_exchange("login-redirect")
    assert "/owa/auth/logon.aspx" in fault(lambda: lab.client().look(ANNA)).what


def test_a_code_that_nobody_knows_is_quoted(lab: Lab, fault: Failing) -> None:
    lab.break_exchange("unknown-code")
    assert "ErrorLabUnheardOf" in fault(lambda: lab.client().look(ANNA)).what


def test_what_a_server_says_is_quoted_short(lab: Lab, fault: Failing) -> None:
    lab.spoil("status", status=302, headers=[("Location", "https://x.invalid/\x1b[31m" + "y" * 5000)])
    what = fault(lambda: lab.client().look(ANNA)).what
    assert len(what) < 400
    assert what.isprintable()


def test_nobody_listens(lab: Lab, fault: Failing) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        client = lab.client(endpoint=f"https://127.0.0.1:{free.getsockname()[1]}/EWS/Exchange.asmx")
        assert fault(lambda: client.look(ANNA)).kind is Kind.REFUSED


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 70 + ".invalid"])
def test_a_name_that_nobody_knows(lab: Lab, fault: Failing, host: str) -> None:
    client = lab.client(endpoint=f"https://{host}/EWS/Exchange.asmx")
    assert fault(lambda: client.look(ANNA)).kind is Kind.DNS


def test_another_path(lab: Lab, fault: Failing) -> None:
    client = lab.client(endpoint=lab.server.url("/elsewhere"), auth="basic")
    assert fault(lambda: client.look(ANNA)).kind is Kind.NOT_FOUND


@pytest.mark.parametrize(
    ("mailbox", "user", "access", "kind"),
    [
        ("nobody@contoso.com", r"CONTOSO\svc", "impersonation", Kind.NO_MAILBOX),
        ("bert@contoso.com", r"CONTOSO\anna", "delegate", Kind.ACCESS_DENIED),
        ("bert@contoso.com", r"CONTOSO\anna", "impersonation", Kind.IMPERSONATION_DENIED),
        ("nobody@contoso.com", r"CONTOSO\admin", "delegate", Kind.NO_MAILBOX),
    ],
)
def test_rights(lab: Lab, fault: Failing, mailbox: str, user: str, access: str, kind: Kind) -> None:
    client = lab.client(user, access=access)
    assert fault(lambda: client.look(mailbox)).kind is kind
    assert fault(lambda: client.newest(mailbox, [Folder.INBOX])).kind is kind


def test_an_error_survives_a_pickle() -> None:
    error = EwsError.of(Kind.THROTTLED, "https://x", "detail", 3.5)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    assert (str(copy), copy.kind, copy.back_off) == (str(error), Kind.THROTTLED, 3.5)


def test_every_kind_has_words() -> None:
    assert set(WORDS) == set(Kind)
