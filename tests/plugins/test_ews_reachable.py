"""`ews.reachable`, over a real endpoint: what stands for everybody, for one mailbox, and for nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin.run import CheckResult
    from imadmin_lab.lab import Lab

pytestmark = pytest.mark.lab("healthy")

CHECK = "ews.reachable"
PROBES = ["probe-a@contoso.com", "probe-b@contoso.com"]
SERVICE = "svc-imadmin"


class Row(NamedTuple):
    status: str
    reason: str
    about: str
    remedy: str


def check(file: Path) -> CheckResult:
    with open_session(Target.of(file)) as session:
        [result] = session.check(CHECK)
        return result


def told(file: Path) -> dict[str, str]:
    """Of a deployment without people the status of each endpoint and mailbox that is not `pass`."""
    return {finding.subject: finding.status for finding in check(file).findings}


def judged(file: Path) -> dict[str, Row]:
    """The row of each person."""
    with open_session(Target.of(file)) as session:
        session.check(CHECK)
        [outcome] = [outcome for outcome in session.outcomes() if outcome.result.check == CHECK]
        sql = f"select person, status, reason, object, coalesce(remedy, '') from {outcome.rows}"
        rows = session.database.cursor().execute(sql).fetchall()
    return {str(person).partition("@")[0]: Row(*row) for person, *row in rows}


@pytest.fixture
def people(lab: Lab) -> dict[str, object]:
    """Sections with saved output: four people on-premises, online, without and with an unlisted mailbox."""
    folder = lab.deployment.parent / "saved"
    names = ("anna.lind", "ben.carver", "cara", "dan")
    users = [
        {"SipAddress": f"sip:{name}@contoso.com", "Enabled": True, "HostingProvider": "SRV:"}
        for name in names
    ]
    save_output(folder, "skype/Get-CsUser", users)
    onprem = [*PROBES, "anna.lind@contoso.com", "ben.carver@contoso.com"]
    save_output(folder, "exchange/Get-Mailbox", [{"PrimarySmtpAddress": address} for address in onprem])
    save_output(folder, "exchange_online/Get-Mailbox", [{"PrimarySmtpAddress": "cara@contoso.com"}])
    return {
        shell: {"shell": "export", "folder": f"saved/{shell}"}
        for shell in ("skype", "exchange", "exchange_online")
    }


def endpoint(lab: Lab, name: str, path: str = "/EWS/Exchange.asmx", **keys: Any) -> dict[str, Any]:
    given = {"name": name, "endpoint": lab.url(path), "auth": "ntlm", "access": "impersonation"}
    return {**given, "credential": "ews-probe", **keys}


# The whole organisation


def test_everybody_can_where_all_is_well(lab: Lab) -> None:
    with open_session(Target.of(lab.deployment)) as session:
        results = {result.check: result for result in session.check()}
        summary = session.run().summary
    assert results[CHECK].status == "pass"
    assert results[CHECK].counts["pass"] == summary.people == summary.can_send == 8


@pytest.mark.lab("ews-down")
def test_nobody_can_where_ews_is_down(lab: Lab) -> None:
    with open_session(Target.of(lab.deployment)) as session:
        results = {result.check: result for result in session.check()}
        run = session.run()
    assert (run.summary.people, run.summary.cannot_send) == (8, 8)
    assert {person.because for person in run.people} == {(CHECK,)}
    [finding] = results[CHECK].findings
    assert (finding.subject, finding.people_count) == ("onprem", 8)
    assert "the service is not available at the moment" in finding.message
    assert finding.message.endswith("(asked from this computer)")


def test_a_fault_that_is_over_is_no_longer_told(lab: Lab, deploy: Callable[..., Path]) -> None:
    lab.faults.switch_on("unavailable")
    assert set(told(deploy()).values()) == {"fail"}
    lab.faults.switch_off("unavailable")
    assert told(deploy()) == {}


# Without people: an endpoint and its mailboxes are findings


FAULTS = {
    "refused": ("fail", "fail"),
    "reset": ("fail", "fail"),
    "half-body": ("fail", "fail"),
    "handshake-refused": ("fail", "fail"),
    "certificate-expired": ("fail", "fail"),
    "certificate-not-yet-valid": ("fail", "fail"),
    "certificate-wrong-name": ("fail", "fail"),
    "not-found": ("fail", "fail"),
    "unavailable": ("fail", "fail"),
    "internal-error": ("fail", "fail"),
    "login-page": ("fail", "fail"),
    "malformed": ("fail", "fail"),
    "no-mailbox": ("error", "fail"),
    "certificate-foreign": ("error", "error"),
    "forbidden": ("error", "error"),
    "unauthorized": ("error", "error"),
    "impersonation-denied": ("error", "error"),
    "busy": ("error", "error"),
    "redirect": ("error", "error"),
    "old-server": ("error", "error"),
    "unknown-code": ("error", "error"),
    "mailbox-moving": ("error", "error"),
    "mailbox-unavailable": ("error", "error"),
    "access-denied": ("error", "error"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_would_meet_the_client_fails_and_the_rest_is_unknown(
    fault: str, lab: Lab, deploy: Callable[..., Path]
) -> None:
    of_endpoint, of_mailbox = FAULTS[fault]
    lab.faults.switch_on(fault)
    result = check(deploy())
    expected = {"onprem": of_endpoint, **{f"onprem: {probe}": of_mailbox for probe in PROBES}}
    found = {finding.subject: finding for finding in result.findings}
    assert {subject: str(finding.status) for subject, finding in found.items()} == {
        subject: status for subject, status in expected.items() if status != "pass"
    }
    assert result.counts["pass"] == list(expected.values()).count("pass")
    assert all(finding.remedy for finding in found.values())
    assert result.status == of_mailbox


def test_findings_where_all_is_well(deploy: Callable[..., Path]) -> None:
    result = check(deploy())
    assert (result.status, result.counts["pass"], result.findings) == ("pass", 3, ())


def test_a_mailbox_that_does_not_answer_costs_no_other(lab: Lab, deploy: Callable[..., Path]) -> None:
    lab.faults.switch_on("mailbox-moving", mailbox=PROBES[1])
    assert told(deploy()) == {f"onprem: {PROBES[1]}": "error"}


def test_two_endpoints(lab: Lab, deploy: Callable[..., Path]) -> None:
    spare = endpoint(lab, "spare", "/spare/Exchange.asmx", mailboxes=PROBES[1:])
    result = check(deploy(ews=[endpoint(lab, "onprem", mailboxes=PROBES[:1]), spare]))
    assert {finding.subject: str(finding.status) for finding in result.findings} == {
        "spare": "fail",
        f"spare: {PROBES[1]}": "fail",
    }
    assert result.counts["pass"] == 2


def test_an_endpoint_that_is_asked_for_no_mailbox_is_unknown(deploy: Callable[..., Path]) -> None:
    [finding] = check(deploy(test_send=None)).findings
    assert (finding.subject, finding.status) == ("onprem", "error")
    assert finding.message.startswith("No mailbox was asked for at this endpoint")
    assert "mailboxes:" in finding.remedy


# imadmin's own log-in


def test_a_wrong_password_is_unknown_and_tried_once(
    lab: Lab, deploy: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    [variable] = lab.environment
    monkeypatch.setenv(variable, "Wrong-4711")
    mailboxes = [*PROBES, "anna.lind@contoso.com", "ben.carver@contoso.com"]
    result = check(deploy(ews=[endpoint(lab, "onprem", mailboxes=mailboxes, connections=4)]))
    assert result.status == "error"
    assert result.counts["error"] == 1 + len(mailboxes)
    assert all("refused the log-in" in finding.message for finding in result.findings)
    assert lab.accounts.failures(SERVICE) == 1
    assert "Wrong-4711" not in repr(result)


def test_a_password_that_is_not_to_be_had_is_unknown_and_nobody_is_asked(
    lab: Lab, deploy: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    [variable] = lab.environment
    monkeypatch.delenv(variable)
    result = check(deploy())
    assert result.status == "error"
    assert any(variable in finding.message + finding.remedy for finding in result.findings)
    assert lab.accounts.failures(SERVICE) == 0


# People


def test_people_are_judged_by_the_endpoints_that_serve_them(
    deploy: Callable[..., Path], people: dict[str, object]
) -> None:
    rows = judged(deploy(**people))
    for name in ("anna.lind", "ben.carver"):
        assert (rows[name].status, rows[name].about) == ("pass", "onprem")
        assert rows[name].reason.startswith("EWS answers at https://")
    assert rows["cara"].status == "error"
    assert rows["cara"].reason.startswith(
        "No endpoint under ews: is known to serve mailboxes in Exchange Online"
    )
    assert (rows["dan"].status, rows["dan"].reason[:14]) == ("error", "Has no mailbox")


def test_the_own_mailbox_stands_before_the_endpoint(
    lab: Lab, deploy: Callable[..., Path], people: dict[str, object]
) -> None:
    lab.faults.switch_on("no-mailbox", mailbox="anna.lind@contoso.com")
    ews = [endpoint(lab, "onprem", mailboxes=[*PROBES, "anna.lind@contoso.com"])]
    rows = judged(deploy(ews=ews, **people))
    assert (rows["anna.lind"].status, rows["anna.lind"].about) == ("fail", "anna.lind@contoso.com")
    assert (rows["ben.carver"].status, rows["ben.carver"].about) == ("pass", "onprem")


def test_of_two_endpoints_that_serve_a_person_one_that_answers_is_enough(
    lab: Lab, deploy: Callable[..., Path], people: dict[str, object]
) -> None:
    ews = [endpoint(lab, "a-spare", "/spare/Exchange.asmx"), endpoint(lab, "onprem")]
    rows = judged(deploy(ews=ews, **people))
    assert (rows["anna.lind"].status, rows["anna.lind"].about) == ("pass", "onprem")


def test_whose_location_is_unknown_is_unknown(deploy: Callable[..., Path], people: dict[str, object]) -> None:
    del people["exchange_online"]
    rows = judged(deploy(**people))
    assert (rows["anna.lind"].status, rows["cara"].status, rows["dan"].status) == ("pass", "error", "error")
    assert rows["cara"].reason.startswith("Where the mailbox is, is not known")


@pytest.mark.parametrize(("endpoints", "status"), [(1, "pass"), (2, "error")])
def test_without_lists_of_mailboxes_only_a_single_endpoint_stands_for_everybody(
    endpoints: int, status: str, lab: Lab, deploy: Callable[..., Path], people: dict[str, object]
) -> None:
    ews = [endpoint(lab, f"e{number}") for number in range(endpoints)]
    rows = judged(deploy(ews=ews, skype=people["skype"]))
    assert {row.status for row in rows.values()} == {status}


def test_a_probe_that_is_nobodys_does_not_go_unseen(lab: Lab) -> None:
    lab.faults.switch_on("mailbox-moving", mailbox=PROBES[1])
    with open_session(Target.of(lab.deployment)) as session:
        results = {result.check: result for result in session.check("ews")}
        session.check()
        summary = session.run().summary
    assert results[CHECK].status == "pass"
    [finding] = results["ews.probed-mailbox"].findings
    assert (finding.subject, finding.status) == (f"onprem: {PROBES[1]}", "error")
    assert summary.can_send == summary.people


# The steps


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        ("refused", "connection"),
        ("handshake-refused", "TLS"),
        ("certificate-expired", "certificate"),
        ("forbidden", "log-in"),
        ("mailbox-moving", "mailbox"),
    ],
)
def test_evidence_names_the_step_that_broke(
    fault: str, step: str, lab: Lab, deploy: Callable[..., Path]
) -> None:
    lab.faults.switch_on(fault)
    findings = {finding.subject: finding for finding in check(deploy()).findings}
    assert findings["onprem"].evidence["step"] == findings[f"onprem: {PROBES[0]}"].evidence["step"] == step


@pytest.mark.lab("ews-block-list")
def test_a_client_that_is_shut_out_is_a_warning(deploy: Callable[..., Path]) -> None:
    [finding] = check(deploy()).findings
    assert (finding.subject, finding.status) == ("onprem", "warn")
    assert "forbids EWS to OC/16.0" in finding.message
    assert "EwsBlockList" in finding.remedy
