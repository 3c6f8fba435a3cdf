"""Each connection of a lab in which something is wrong: the line that names the cause, and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

pytestmark = pytest.mark.lab("healthy")
SKYPE = {"name", "connection", "TLS", "certificate", "clock", "log-in", "rights"}
CANARY = "Canary-5b1f"

FAULTS = [
    ("certificate-expired", "certificate", "fail: the certificate has expired on 20"),
    ("certificate-not-yet-valid", "certificate", "fail: the certificate is not valid before 20"),
    ("certificate-wrong-name", "certificate", "fail: the certificate is for elsewhere.invalid, not for 127."),
    ("certificate-self-signed", "certificate", "fail: the certificate comes from CN=localhost, which is not"),
    ("certificate-foreign", "certificate", "fail: the certificate comes from CN=Somebody else's CA, which"),
    ("handshake-old", "TLS", "fail: the server offers nothing newer than TLS 1.1"),
    ("handshake-plain", "TLS", "fail: what listens there does not speak TLS"),
    ("handshake-refused", "TLS", "fail: the server ends the connection before the TLS handshake"),
    ("refused", "connection", "fail: no connection to port "),
    ("close", "log-in", "fail: the server dropped the connection"),
    ("redirect", "log-in", "fail: the server redirects to https://elsewhere.invalid/, which is not followed"),
    ("garbage", "log-in", "fail: what answers there does not speak PowerShell remoting"),
]


def test_nothing_is_wrong(lab: Lab, examined: Callable[..., Any]) -> None:
    found = examined(lab.deployment)
    assert found.statuses("skype") == dict.fromkeys(SKYPE, "pass")
    assert found.verdict.attention == 0
    assert found.verdict.sentence.startswith(
        f"All {found.verdict.tried} things that were tried are in order;"
    )
    assert found.verdict.examined == ("server", "policy", "client", "ews", "delivery", "spool")
    assert found.line("skype", "log-in") == "pass: as CONTOSO\\svc-imadmin (negotiate)"
    assert "trusted by ca.pem" in found.line("skype", "certificate")
    assert "Get-CsClientPolicy, Get-CsExternalAccessPolicy, Get-CsImConfiguration, " in (
        found.line("skype", "rights")
    )
    assert found.line("ews onprem", "probe-a@contoso.com").startswith("pass: answers (Exchange 15.2.2562.17)")


@pytest.mark.parametrize(("fault", "subject", "line"), FAULTS, ids=[fault for fault, *_ in FAULTS])
def test_a_fault_is_named_and_the_rest_is_not_tried(
    lab: Lab, examined: Callable[..., Any], fault: str, subject: str, line: str
) -> None:
    lab.faults.switch_on(fault)
    found = examined(lab.deployment)
    assert found.line("skype", subject).startswith(line)
    told = list(found.of("skype").values())
    place = next(number for number, one in enumerate(told) if one.subject == subject)
    assert {one.status for one in told[:place]} == {"pass"}
    assert told[place].remedy
    later = told[place + 1 :]
    assert {(one.status, one.message) for one in later} <= {("skip", f"not tried, because of: {subject}")}
    assert found.verdict.unexamined["server"] == f"skype: {subject}"


def test_ews_that_is_not_available(lab: Lab, examined: Callable[..., Any]) -> None:
    lab.faults.switch_on("unavailable")
    found = examined(lab.deployment)
    assert found.line("ews onprem", "log-in").startswith("fail: the service is not available at the moment")
    assert found.statuses("ews onprem")["probe-b@contoso.com"] == "skip"
    assert found.verdict.unexamined == dict.fromkeys(("ews", "delivery", "spool"), "ews onprem: log-in")
    assert found.statuses("skype") == dict.fromkeys(SKYPE, "pass")


def test_ews_that_is_busy_is_unknown(lab: Lab, examined: Callable[..., Any]) -> None:
    lab.faults.switch_on("busy")
    assert examined(lab.deployment).line("ews onprem", "log-in").startswith("error: the server is throttling")


def test_a_wrong_password_is_tried_once(
    lab: Lab, examined: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three connections have the same account: one of them is refused, the others do not try."""
    monkeypatch.setenv("IMADMIN_LAB_PASSWORD", CANARY)
    found = examined(lab.deployment)
    lines = {name: found.line(name, "log-in") for name in ("skype", "exchange", "ews onprem")}
    [refused] = [name for name, line in lines.items() if line.startswith("fail: ")]
    assert "log-in" in lines.pop(refused)
    place = "/EWS/" if refused.startswith("ews ") else f"{refused} at https://"
    for line in lines.values():
        assert line.startswith("skip: not tried: ")
        assert place in line
        assert "has refused the log-in of CONTOSO\\svc-imadmin, and another attempt might" in line
    assert lab.accounts.failures("CONTOSO\\svc-imadmin") == 1
    assert found.verdict.unexamined["server"] == "skype: log-in"
    assert CANARY not in found.text


def test_each_kind_of_connection_knows_a_refusal(
    lab: Lab, examined: Callable[..., Any], changed: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two connections of one kind, so that whichever is first, the other hears of it."""
    monkeypatch.setenv("IMADMIN_LAB_PASSWORD", CANARY)
    endpoint = {"endpoint": lab.url("/EWS/Exchange.asmx"), "credential": "ews-probe"}
    twice = [{"name": name, **endpoint} for name in ("one", "two")]
    only_ews = examined(changed(skype=None, exchange=None, ews=twice))
    only_shells = examined(changed(ews=None))
    for found, names in ((only_ews, ("ews one", "ews two")), (only_shells, ("skype", "exchange"))):
        assert {found.statuses(name)["log-in"] for name in names} == {"fail", "skip"}
    assert lab.accounts.failures("CONTOSO\\svc-imadmin") == 2


def test_a_password_that_cannot_be_had(
    lab: Lab, examined: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IMADMIN_LAB_PASSWORD")
    found = examined(lab.deployment)
    what = "fail: the environment variable IMADMIN_LAB_PASSWORD, which holds the password of credential"
    assert found.line("credentials", "skype-admin") == f"{what} skype-admin, is not set"
    assert found.line("skype", "log-in").startswith(what)
    assert found.line("ews onprem", "log-in").startswith(what)
    assert lab.accounts.failures("CONTOSO\\svc-imadmin") == 0


@pytest.mark.lab("cmdlet-hidden")
def test_a_hidden_cmdlet(lab: Lab, examined: Callable[..., Any]) -> None:
    found = examined(lab.deployment)
    assert found.line("skype", "Get-CsClientPolicy").startswith(
        "fail: is not offered, and without it there is no client_policies"
    )
    assert 'Get-CsAdminRole | ? {$_.Cmdlets -match "Get-CsClientPolicy"}' in (
        found.of("skype")["Get-CsClientPolicy"].remedy
    )
    assert "Get-CsUser" in found.line("skype", "rights")
    assert found.verdict.unexamined == {"policy": "skype: Get-CsClientPolicy"}


def test_rights_that_cannot_be_found_out(lab: Lab, examined: Callable[..., Any]) -> None:
    lab.faults.switch_on("cmdlet-fail", cmdlet="Get-Command")
    found = examined(lab.deployment)
    assert found.statuses("exchange")["log-in"] == "pass"
    assert found.line("exchange", "rights").startswith("error: Get-Command failed: The server is in maint")


def test_what_takes_too_long_is_given_up(lab: Lab, examined: Callable[..., Any]) -> None:
    """What has been found until then is told."""
    lab.faults.switch_on("cmdlet-hang", cmdlet="Get-Command")
    found = examined(lab.deployment, seconds=5)
    assert found.line("skype", "time") == "error: the rest was not done after 5 seconds, and was given up"
    assert "rights" not in found.of("skype")


def test_mailboxes(examined: Callable[..., Any], changed: Callable[..., Path]) -> None:
    """One that is not there, and one whose Conversation History is not, cost the endpoint nothing."""
    boxes = ["nobody@contoso.com", "Anna.Lind@contoso.com", "anna.lind@contoso.com"]
    found = examined(changed(test_send={"mailboxes": boxes}))
    assert found.statuses("ews onprem")["log-in"] == "pass"
    assert found.line("ews onprem", "nobody@contoso.com").startswith("fail: there is no mailbox")
    assert found.statuses("ews onprem")["anna.lind@contoso.com"] == "pass"
    assert found.line("deployment", "test_send") == "fail: named more than once: anna.lind@contoso.com"
    assert "ews" in found.verdict.examined


@pytest.mark.lab("conversation-history-absent")
def test_no_conversation_history(examined: Callable[..., Any], changed: Callable[..., Path]) -> None:
    found = examined(changed(test_send={"mailboxes": ["anna.lind@contoso.com", "probe-a@contoso.com"]}))
    assert found.line("ews onprem", "anna.lind@contoso.com").startswith("warn: answers")
    assert found.line("ews onprem", "anna.lind@contoso.com").endswith("without Conversation History")


def test_an_endpoint_without_mailboxes_is_unknown(
    examined: Callable[..., Any], changed: Callable[..., Path]
) -> None:
    found = examined(changed(test_send=None))
    assert found.line("ews onprem", "log-in").startswith("error: nobody can be asked for")
    assert found.verdict.unexamined["delivery"] == "no test_send: is described"


@pytest.mark.parametrize(
    ("uri", "subject", "line"),
    [
        ("https://nobody.invalid/OcsPowershell", "name", "fail: the name nobody.invalid is not known"),
        ("https://pool01:99999/OcsPowershell", "name", "fail: 'https://pool01:99999/OcsPowershell' is not"),
    ],
)
def test_an_address_that_leads_nowhere(
    examined: Callable[..., Any], changed: Callable[..., Path], uri: str, subject: str, line: str
) -> None:
    skype = {"shell": "psrp", "uri": uri, "credential": "skype-admin"}
    found = examined(changed(skype=skype))
    assert found.line("skype", subject).startswith((line, "error: the name service does not answer"))
    assert found.statuses("skype")["log-in"] == "skip"


def test_an_authority_that_is_not_there(examined: Callable[..., Any], changed: Callable[..., Path]) -> None:
    found = examined(changed(tls={"ca_file": "gone.pem"}))
    assert found.of("deployment")["ca_file"].message.endswith(
        "gone.pem cannot be used: No such file or directory"
    )
    assert found.statuses("skype")["certificate"] == "fail"
    assert found.statuses("skype")["log-in"] == "skip"
