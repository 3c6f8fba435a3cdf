"""Every fault of the lab by its name: the step that breaks, and what is said of it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from imadmin.access import Endpoint
from imadmin.probing import diagnose, probe_mailbox
from imadmin.records import Status
from imadmin_lab.ews.access import everybody
from imadmin_lab.ews.faults import KINDS
from imadmin_lab.web.faults import CONNECTION, HANDSHAKE, REQUEST

if TYPE_CHECKING:
    from imadmin.probing import Diagnosis, Step

    from .conftest import Lab

ANNA, CARL = "anna@contoso.com", "carl@contoso.com"
AGENT = "OC/16.0.20228.20190 (Skype for Business)"
STEPS = ["name", "connection", "TLS", "certificate", "clock", "authentication", "log-in", "Autodiscover"]


class Row(NamedTuple):
    """What breaks, and what must be in its message and its remedy."""

    step: str
    said: str
    remedy: str
    status: Status = Status.FAIL


_POLICY = "EwsApplicationAccessPolicy"
OF_EXCHANGE = {
    "access-denied": Row("mailbox", "may not open", _POLICY),
    "busy": Row("log-in", "throttling", "fewer `connections`", Status.ERROR),
    "cas-error": Row("log-in", "X-CasErrorCode: UserNotFound", "HttpProxy"),
    "connections": Row("log-in", "ErrorExceededConnectionCount", "fewer `connections`", Status.ERROR),
    "empty": Row("log-in", "an empty answer", "sign-in page"),
    "forbidden": Row("log-in", "forbids EWS", "2027-04-01"),
    "half": Row("log-in", "not what EWS answers", "stands between"),
    "impersonation-denied": Row("mailbox", "may not impersonate", "ApplicationImpersonation"),
    "internal-error": Row("log-in", "failed to answer", "event log"),
    "login-page": Row("log-in", "not Exchange Web Services", "sign-in page"),
    "login-redirect": Row("log-in", "/owa/auth/logon.aspx", "sign-in page"),
    "mailbox-moving": Row("mailbox", "being moved", "move request"),
    "mailbox-unavailable": Row("mailbox", "database is not available", "Get-MailboxDatabase"),
    "malformed": Row("log-in", "not what EWS answers", "stands between"),
    "no-mailbox": Row("mailbox", "no mailbox", "primary SMTP address"),
    "not-found": Row("log-in", "nothing at this address", "/EWS/Exchange.asmx"),
    "old-server": Row("log-in", "older than Exchange 2013", "newer server"),
    "other-operation": Row("log-in", "0 of 2 parts", "stands between"),
    "schema-violation": Row("log-in", "ErrorSchemaValidation", "ResponseCodes"),
    "too-large": Row("log-in", "HTTP 413", "stands before"),
    "too-many-requests": Row("log-in", "HTTP 429", "fewer `connections`", Status.ERROR),
    "transient": Row("log-in", "not available", "later"),
    "unauthorized": Row("log-in", "refused the log-in", "auth: basic"),
    "unavailable": Row("log-in", "HTTP 503", "later"),
    "unknown-code": Row("log-in", "ErrorLabUnheardOf", "ResponseCodes"),
}
HARMLESS = {"no-version", "slow", "wrong-type"}
OF_THE_WAY = {
    "refused": Row("connection", "refused", "firewall"),
    "certificate-expired": Row("certificate", "has expired on", "Renew"),
    "certificate-not-yet-valid": Row("certificate", "is not valid before", "clocks"),
    "certificate-wrong-name": Row("certificate", "not for localhost", "names"),
    "certificate-self-signed": Row("certificate", "not trusted here", "ca_file"),
    "certificate-foreign": Row("certificate", "Somebody else's CA", "ca_file"),
    "handshake-refused": Row("TLS", "ends the connection", "port"),
    "handshake-stalled": Row("TLS", "no end in time", "port"),
    "handshake-old": Row("TLS", "nothing newer than TLS 1.1", "TLS 1.2"),
    "handshake-plain": Row("TLS", "does not speak TLS", "port"),
    "reset": Row("log-in", "closed before the answer", "load balancer"),
    "close": Row("log-in", "closed before the answer", "load balancer"),
    "stall": Row("log-in", "did not answer in time", "firewalls"),
    "drip": Row("log-in", "did not answer in time", "firewalls"),
    "half-body": Row("log-in", "closed before the answer", "load balancer"),
    "reset-in-body": Row("log-in", "closed before the answer", "load balancer"),
    "redirect": Row("log-in", "https://elsewhere.invalid/owa", "sign-in page"),
    "status": Row("log-in", "HTTP 500", "event log"),
    "garbage": Row("log-in", "not Exchange Web Services", "sign-in page"),
}


def diagnosed(lab: Lab, mailbox: str = ANNA, **settings: Any) -> Diagnosis:
    client = lab.client(**settings)
    endpoint = Endpoint(client.config, client)
    return diagnose(endpoint, ca_file=lab.authority.ca_file, mailbox=mailbox, user_agent=AGENT)


def broken(found: Diagnosis) -> Step | None:
    """The first step that broke, those of the mailbox included."""
    return found.broken or (found.first.broken if found.first else None)


def assert_is(found: Diagnosis, row: Row) -> None:
    step = broken(found)
    assert step is not None
    assert (step.name, step.status) == (row.step, row.status)
    assert row.said in step.message
    assert row.remedy in step.remedy
    if row.step != "mailbox":
        later = found.steps[[one.name for one in found.steps].index(step.name) + 1 :]
        assert {one.status for one in later} == {Status.SKIP}
        assert {one.message for one in later} == {f"not tried, because of: {step.name}"}


def test_all_is_well(lab: Lab) -> None:
    found = diagnosed(lab)
    assert [step.name for step in found.steps] == [*STEPS, "user agent"]
    assert {step.status for step in found.steps} == {Status.PASS}
    assert (broken(found), found.error) == (None, None)
    assert found.first is not None
    assert [step.status for step in found.first.steps] == [Status.PASS, Status.PASS]
    seen = {step.name: step.evidence for step in found.steps}
    assert seen["authentication"]["schemes"] == ("Negotiate", "NTLM", "Basic")
    assert seen["TLS"]["protocol"] == "TLSv1.3"
    assert seen["Autodiscover"]["named"] == (lab.server.url("/EWS/Exchange.asmx"),) * 2
    assert all(step.seconds > 0 for step in found.steps)


@pytest.mark.parametrize("name", OF_EXCHANGE)
def test_faults_of_exchange(lab: Lab, name: str) -> None:
    lab.break_exchange(name)
    assert_is(diagnosed(lab, auth="ntlm" if name == "unauthorized" else "basic"), OF_EXCHANGE[name])


@pytest.mark.parametrize("name", OF_THE_WAY)
def test_faults_of_the_way(lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("imadmin.probing.reaching.SECONDS", 0.5)
    lab.spoil(name, **({"location": "https://elsewhere.invalid/owa"} if name == "redirect" else {}))
    deadline = 0.5 if name in ("stall", "drip") else 30.0
    assert_is(diagnosed(lab, deadline=deadline), OF_THE_WAY[name])


@pytest.mark.parametrize(
    ("name", "step", "said"),
    [
        ("drip", "authentication", "did not answer in time"),
        ("stall", "authentication", "did not answer in time"),
        ("reset", "authentication", "closed before the answer"),
        ("redirect", "log-in", "https://elsewhere.invalid/owa"),
        ("garbage", "log-in", "not Exchange Web Services"),
    ],
)
def test_faults_before_anybody_logs_in(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str, step: str, said: str
) -> None:
    """Such as a gateway's own page to sign in on; the clock has its seconds, and is no reason to stop."""
    monkeypatch.setattr("imadmin.probing.reaching.SECONDS", 0.3)
    lab.spoil(name, location="https://elsewhere.invalid/owa", before_login=True)
    found = diagnosed(lab, deadline=0.5)
    assert_is(found, Row(step, said, ""))
    offer = next(one for one in found.steps if one.name == "authentication")
    assert offer.status is (Status.WARN if step == "log-in" else Status.FAIL)


def test_every_fault_has_its_row() -> None:
    assert OF_EXCHANGE.keys() | HARMLESS == KINDS.keys()
    assert OF_THE_WAY.keys() == {*CONNECTION, *HANDSHAKE, *REQUEST}


@pytest.mark.parametrize("name", sorted(HARMLESS))
def test_what_is_unusual_and_no_fault(lab: Lab, name: str) -> None:
    lab.break_exchange(name, seconds=0.01)
    assert broken(diagnosed(lab)) is None


def test_a_name_that_nobody_knows(lab: Lab) -> None:
    found = diagnosed(lab, endpoint="https://nowhere.invalid/EWS/Exchange.asmx")
    assert_is(found, Row("name", "", "", broken(found).status))  # type: ignore[union-attr] # it is broken
    assert "nowhere.invalid" in broken(found).message  # type: ignore[union-attr]


def test_nobody_listens(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    found = diagnosed(lab, endpoint=f"https://127.0.0.1:{port}/EWS/Exchange.asmx")
    assert_is(found, Row("connection", f"no connection to port {port}", "firewall"))


@pytest.mark.parametrize(
    ("rules", "auth", "said", "remedy"),
    [
        ({"schemes": ("Basic",)}, "ntlm", "offers Basic", "say auth: basic"),
        ({"schemes": ("Negotiate",)}, "basic", "offers Negotiate", "say auth: negotiate"),
        ({"schemes": ("Bearer",)}, "ntlm", "offers Bearer", "say auth: oauth"),
        ({"schemes": ("NTLM", "Bearer")}, "basic", "offers NTLM, Bearer", "say auth: ntlm or oauth"),
    ],
)
def test_a_way_to_log_in_that_is_not_offered(
    lab: Lab, rules: dict[str, Any], auth: str, said: str, remedy: str
) -> None:
    """And the password is not sent for it."""
    found = diagnosed(lab, server=lab.start(**rules), auth=auth)
    assert_is(found, Row("authentication", said, remedy))
    assert not any("Authorization" in request.headers for request in lab.seen)


def test_a_wrong_password(lab: Lab) -> None:
    found = diagnosed(lab, password="wrong")  # noqa: S106
    assert_is(found, Row("log-in", "it offers Negotiate, NTLM, Basic", "Extended Protection"))
    assert lab.accounts.failures("svc") == 1


def test_a_client_that_is_not_let_in(lab: Lab) -> None:
    lab.exchange._allowed = lambda _, agent: not agent.startswith("OC/")  # type: ignore[misc]
    found = diagnosed(lab, "admin@contoso.com", user=r"CONTOSO\admin", access="delegate")
    assert lab.exchange._allowed is not everybody
    step = found.broken
    assert step is not None
    assert (step.name, "an inference" in step.message) == ("user agent", True)
    assert "EwsBlockList" in step.remedy
    assert found.error is None


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("https://other.contoso.com/EWS/Exchange.asmx", "names https://other.contoso.com"),
        ("http://mail.contoso.com/EWS/Exchange.asmx", "which is not https"),
    ],
)
def test_autodiscover_that_does_not_agree(lab: Lab, named: str, said: str) -> None:
    """Nobody is asked there."""
    lab.named = named
    found = diagnosed(lab)
    step = next(step for step in found.steps if step.name == "Autodiscover")
    assert (step.status, found.broken) == (Status.WARN, None)
    assert said in step.message
    assert "autodiscover" in step.remedy.lower()


def test_another_autodiscover(lab: Lab) -> None:
    other = lab.start()
    found = diagnosed(lab, autodiscover=other.url("/autodiscover/autodiscover.svc"))
    step = next(step for step in found.steps if step.name == "Autodiscover")
    assert (step.status, step.evidence["asked"]) == (
        Status.PASS,
        other.url("/autodiscover/autodiscover.svc"),
    )


def test_no_mailbox_to_ask_for(lab: Lab) -> None:
    found = diagnosed(lab, "")
    assert_is(found, Row("log-in", "nobody can be asked for", "mailboxes:", Status.ERROR))
    assert {request.method for request in lab.seen} == {"HEAD"}  # of the clock


def test_no_conversation_history(lab: Lab) -> None:
    mailbox, history = probe_mailbox(lab.client(), CARL).steps
    assert (mailbox.status, history.status) == (Status.PASS, Status.WARN)
    assert "Sign in" in history.remedy


def test_what_is_no_address(lab: Lab) -> None:
    found = probe_mailbox(lab.client(), "carl")
    assert (found.steps[0].status, "not an address" in found.steps[0].message) == (Status.FAIL, True)
    assert not lab.seen
