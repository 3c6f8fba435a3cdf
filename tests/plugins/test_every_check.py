"""Every check has a scenario of the lab in which it passes, and one in which it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from imadmin.firstparty import FIRST_PARTY_CHECKS
from imadmin.journal import Journal
from imadmin.plugins import open_catalog
from imadmin.session import Target, open_session
from imadmin_lab.lab import Lab
from imadmin_lab.scenario import read_scenario
from imadmin_lab.scenario.saving import save

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.run import CheckResult


class Scenarios(NamedTuple):
    """In which scenario a check passes, and in which it does not.

    Attributes:
        live: whether it needs a lab that is running; what others need is in saved output.
        passes_on: the day as of which it passes, where that is another than that of the tests.
        first: the operation whose result it judges.
    """

    passes: str
    fails: str
    live: bool = False
    passes_on: str = ""
    first: str = ""


CHECKS = {
    "server.im-configuration": Scenarios("healthy", "server-before-cu3", live=True),
    "server.patch-version": Scenarios("healthy", "server-before-cu3"),
    "server.replica": Scenarios("healthy", "replica-behind"),
    "server.support": Scenarios("healthy", "server-unsupported", passes_on="2025-10-13"),
    "policy.archiving": Scenarios("healthy", "archiving-on-server"),
    "policy.auto-archiving": Scenarios("healthy", "archiving-off-by-tag"),
    "policy.federation": Scenarios("healthy", "partner-blocked", live=True),
    "policy.modern-authentication": Scenarios("healthy", "no-modern-authentication"),
    "policy.offline-im-enabled": Scenarios("healthy", "offline-im-off-at-site"),
    "policy.saving-im": Scenarios("healthy", "archiving-off-by-tag"),
    "client.build": Scenarios("healthy", "old-clients"),
    "client.drafts-defect": Scenarios("healthy", "old-clients"),
    "client.tls": Scenarios("healthy", "msi-clients"),
    "ews.addresses": Scenarios("healthy", "sip-is-not-mail"),
    "ews.allowed": Scenarios("healthy", "ews-allow-list"),
    "ews.licenses": Scenarios("healthy", "frontline-licenses"),
    "ews.online-retirement": Scenarios("healthy", "ews-ends-online"),
    "ews.probed-mailbox": Scenarios("healthy", "ews-down", live=True),
    "ews.reachable": Scenarios("healthy", "ews-down", live=True),
    "ews.virtual-directories": Scenarios("healthy", "ews-not-published"),
    "delivery.accepted-domains": Scenarios("healthy", "accepted-domains"),
    "delivery.elsewhere": Scenarios("healthy", "mail-junked", live=True, first="test-send"),
    "delivery.retention": Scenarios("healthy", "retention-short"),
    "delivery.test-send": Scenarios("healthy", "class-lost", live=True, first="test-send"),
    "delivery.transport-rules": Scenarios("healthy", "transport-rule"),
    "spool.client-log": Scenarios("healthy", "policy-not-received", live=True),
    "spool.configuration-information": Scenarios("healthy", "client-without-ews", live=True),
    "spool.drafts": Scenarios("healthy", "drafts-filling", live=True),
    "spool.history-spooler": Scenarios("healthy", "spool-stuck", live=True),
    "spool.searched-places": Scenarios("healthy", "spool-of-a-leaver", live=True),
}


def judged(check: str, scenario: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> CheckResult:
    if not CHECKS[check].live:
        save(read_scenario(scenario), folder)
        return _judged(check, folder)
    with Lab(scenario, folder=folder) as lab:
        for name, value in lab.environment.items():
            monkeypatch.setenv(name, value)
        return _judged(check, lab.deployment)


def _judged(check: str, source: Path) -> CheckResult:
    journal = Journal()
    journal.begin("r1", deployment="contoso", source=str(source), command=("test",))
    with open_session(Target.of(source), run_id="r1", log=journal.changes) as session:
        if CHECKS[check].first:
            session.apply(CHECKS[check].first, wait=1)
        [result] = session.check(check)
    return result


def counted(result: CheckResult, *statuses: str) -> int:
    return sum(result.counts[status] for status in statuses)


def test_the_list_here_is_complete() -> None:
    first_party = {check for checks in FIRST_PARTY_CHECKS.values() for check in checks}
    assert first_party == CHECKS.keys()
    assert first_party <= open_catalog().checks().keys()


@pytest.mark.parametrize("check", CHECKS)
def test_it_passes_where_it_should(check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if CHECKS[check].passes_on:
        monkeypatch.setenv("IMADMIN_AS_OF", CHECKS[check].passes_on)
    result = judged(check, CHECKS[check].passes, tmp_path, monkeypatch)
    assert counted(result, "pass")
    assert not counted(result, "fail", "error", "warn"), result.findings


@pytest.mark.parametrize("check", CHECKS)
def test_it_does_not_pass_where_it_should_not(
    check: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = judged(check, CHECKS[check].fails, tmp_path, monkeypatch)
    assert counted(result, "fail", "error", "warn")
    bad = [found for found in result.findings if found.status in {"fail", "error", "warn"}]
    assert bad
    assert all(found.message for found in bad)
    assert all(found.remedy for found in bad if found.status in {"fail", "warn"}), bad
