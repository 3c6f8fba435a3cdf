"""Drafts, and messages that were delivered elsewhere: over a lab's Exchange, by the real client library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from imadmin import Status
from imadmin.journal import Journal
from imadmin.session import Target, open_session
from imadmin_lab.lab import Lab
from imadmin_lab.mail import InboxRule, directory
from imadmin_lab.mail.inbox_rules import add_inbox_rule
from imadmin_lab.scenario.planting import plant_item
from imadmin_lab.scenario.records import Planted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin import Finding

A, B, PARTNER = "probe-a@contoso.com", "probe-b@contoso.com", "probe@fabrikam.com"
ANNA, BEN = "anna.lind@contoso.com", "ben.carver@contoso.com"
SUBJECT = "Missed conversation with Anna Lind"
NDR = "REPORT.IPM.Note.NDR"
MISSED = {"recipient": BEN, "sender": ANNA}

pytestmark = pytest.mark.lab("healthy")


@pytest.fixture
def plant(lab: Lab) -> Callable[..., None]:
    """Put a message into a folder of a mailbox."""

    def put(mailbox: str, folder: str, **given: Any) -> None:
        with lab.store.writing() as session:
            plant_item(session, Planted(mailbox, folder, **{"subject": SUBJECT, "sender": ANNA, **given}))

    return put


@pytest.fixture
def rule(lab: Lab) -> Callable[..., None]:
    """Let the owner of a mailbox make a rule."""

    def make(mailbox: str, **given: Any) -> None:
        with lab.store.writing() as session:
            found = directory.by_address(session, mailbox)
            assert found is not None
            add_inbox_rule(session, found.id, InboxRule("Tidy", **given))

    return make


@pytest.fixture
def look(lab: Lab) -> Callable[..., list[Finding]]:
    """The findings of a check."""

    def judge(check: str = "delivery.elsewhere", **section: Any) -> list[Finding]:
        target = Target("file", lab.deployment, sections={"troubleshoot": section})
        with open_session(target, log=Journal().changes) as session:
            [result] = session.check(check)
        return list(result.findings)

    return judge


def test_nothing_in_a_healthy_lab(look: Any, lab: Lab) -> None:
    with open_session(Target.of(lab.deployment), log=Journal().changes) as session:
        results = session.check("spool", "delivery.elsewhere")
    assert {result.check: result.status for result in results} == dict.fromkeys(
        (
            "delivery.elsewhere",
            "spool.client-log",
            "spool.configuration-information",
            "spool.drafts",
            "spool.history-spooler",
            "spool.searched-places",
        ),
        Status.PASS,
    )
    assert look(lost=[MISSED])[0].status is Status.FAIL


PLACES: list[tuple[str, dict[str, Any], str]] = [
    ("inbox", {}, ""),
    ("conversationhistory", {}, ""),
    ("inbox", {"item_class": "IPM.Note"}, "lost its class on the way"),
    ("junkemail", {}, "is in Junk E-Mail"),
    ("deleteditems", {}, "is in Deleted Items"),
    ("recoverableitemsdeletions", {}, "is in Recoverable Items"),
    ("inbox", {"sender": B}, "is in no folder that was looked into"),
    ("inbox", {"age": 30 * 86400.0}, "is in no folder that was looked into"),
]


def test_a_message_that_is_missed(lab: Lab, look: Any, plant: Any) -> None:
    """Where it is, is told; only where the recipient sees it is that no finding."""
    for where, given, what in PLACES:
        plant(BEN, where, **given)
        found = [finding for finding in look(lost=[MISSED]) if finding.subject == f"{ANNA} → {BEN}"]
        assert [finding.status for finding in found] == ([Status.FAIL] if what else []), where
        assert all(what in finding.message for finding in found), where
        with lab.store.writing() as session:
            session.execute("delete from item")


def test_by_its_subject_in_any_language(look: Any, plant: Any) -> None:
    """A token is certain: no class and no words are needed."""
    plant(BEN, "inbox", subject="Verpasste Unterhaltung 4711", item_class="IPM.Note")
    [finding] = look(lost=[{"recipient": BEN, "subject": "4711"}])
    assert finding.status is Status.FAIL
    assert "inference" not in finding.message


def test_from_another_organisation_without_the_class(look: Any, plant: Any) -> None:
    plant(BEN, "inbox", sender=PARTNER, item_class="IPM.Note", subject="4711")
    assert look(lost=[{"recipient": BEN, "sender": PARTNER, "subject": "4711"}]) == []


def test_within_a_window(look: Any, plant: Any) -> None:
    plant(BEN, "inbox", age=4 * 3600.0)
    now = datetime.now(UTC)
    around = {"after": now - timedelta(hours=5), "before": now - timedelta(hours=3)}
    late = {"after": now - timedelta(hours=2)}
    assert look(lost=[{**MISSED, **around}]) == []
    [finding] = look(lost=[{**MISSED, **late}])
    assert finding.status is Status.FAIL


def test_at_the_sender(look: Any, plant: Any) -> None:
    plant(ANNA, "outbox")
    [finding] = look(lost=[MISSED])
    assert "still lies at its sender, in Outbox" in finding.message
    plant(ANNA, "inbox", item_class=NDR, subject=f"Unzustellbar: {SUBJECT}", sender="postmaster@contoso.com")
    assert "came back" in look(lost=[MISSED])[0].message


RULES: list[tuple[dict[str, Any], bool]] = [
    ({"delete": True}, True),
    ({"contains": "missed conversation", "move_to": "deleteditems"}, True),
    ({"item_class": "IPM.Note.Microsoft.Missed", "move_to": "junkemail"}, True),
    ({"sender": ANNA, "delete": True}, True),
    ({"contains": "Newsletter", "delete": True}, False),
    ({"delete": True, "enabled": False}, False),
    ({"sender": B, "delete": True}, False),
]


def test_rules(lab: Lab, look: Any, rule: Any) -> None:
    """Those that may have taken the message away are named, and no others."""
    for made, named in RULES:
        rule(BEN, **made)
        found = [finding for finding in look(lost=[MISSED]) if finding.subject.startswith(ANNA)]
        assert ("'Tidy'" in found[0].message) is named, made
        with lab.store.writing() as session:
            session.execute("delete from inbox_rule")


def test_a_rule_does_what_it_says(lab: Lab, look: Any, rule: Any) -> None:
    """The lab's rules act on what arrives, so a test send shows what they do."""
    rule(B, contains="imadmin test", delete=True)
    journal = Journal()
    journal.begin("r1", deployment="contoso", source=str(lab.deployment), command=("test",))
    with open_session(Target.of(lab.deployment), run_id="r1", log=journal.changes) as session:
        [finding, *_] = session.apply("test-send", sender=A, recipient=B, wait=1)
        assert finding.status is Status.FAIL
        [result] = session.check("delivery.elsewhere")
    assert any(f.subject == f"{A} → {B}" for f in result.findings)
    assert look()[0].evidence["missed_because"].startswith("the test send of")


def test_a_mailbox_that_nobody_named_is_not_looked_into(look: Any, plant: Any) -> None:
    plant(ANNA, "junkemail")
    plant(ANNA, "drafts")
    assert look() == look("spool.drafts") == []
    assert [finding.subject for finding in look("spool.drafts", mailboxes=[ANNA])] == [ANNA]


def test_a_mailbox_that_is_not_there(look: Any) -> None:
    found = look(mailboxes=["nobody@contoso.com"])
    assert [finding.status for finding in found] == [Status.ERROR]
    found = look("spool.drafts", mailboxes=["nobody@contoso.com"])
    assert [finding.status for finding in found] == [Status.ERROR]


def test_rules_that_cannot_be_read(lab: Lab, look: Any) -> None:
    lab.faults.switch_on("access-denied", operation="GetInboxRules")
    assert {finding.status for finding in look()} == {Status.ERROR}


def test_drafts(look: Any, plant: Any) -> None:
    plant(ANNA, "drafts", age=30)
    plant(ANNA, "drafts", age=9000, item_class="IPM.Note")
    assert look("spool.drafts", mailboxes=[ANNA]) == []
    plant(ANNA, "drafts", age=7200)
    [finding] = look("spool.drafts", mailboxes=[ANNA])
    assert finding.status is Status.FAIL
    assert "2 offline messages were not sent and lie in Drafts, the oldest for 2 hours" in finding.message
    assert "2016-06-14" in finding.message
    assert (
        "Client 16.0.20228.20190 should not have it; that the fix came with 16.0.6920.1000" in finding.message
    )
    assert finding.people == (ANNA,)


def test_drafts_that_become_more(lab: Lab, look: Any, plant: Any) -> None:
    """Compared with the look that was noted last."""
    plant(A, "drafts")
    journal = Journal()
    journal.begin("r1", deployment="contoso", source=str(lab.deployment), command=("test",))
    with open_session(Target.of(lab.deployment), run_id="r1", log=journal.changes) as session:
        session.apply("note-drafts")
    plant(A, "drafts")
    [finding] = look("spool.drafts")
    assert "1 more than at" in finding.message
    assert "they become more" in finding.message


FOUND_BY = {
    "spool-stuck": "spool.history-spooler",
    "drafts-filling": "spool.drafts",
    "mail-junked": "delivery.elsewhere",
    "rule-deletes": "delivery.elsewhere",
    "mail-returned": "delivery.elsewhere",
    "mail-rewritten": "delivery.elsewhere",
    "policy-not-received": "spool.client-log",
    "client-without-ews": "spool.configuration-information",
}


@pytest.mark.parametrize("scenario", FOUND_BY)
def test_each_scenario_is_found_at_its_stage(tmp_path: Path, monkeypatch: Any, scenario: str) -> None:
    with Lab(scenario, folder=tmp_path) as lab:
        for name, value in lab.environment.items():
            monkeypatch.setenv(name, value)
        with open_session(Target.of(lab.deployment), log=Journal().changes) as session:
            results = session.check("spool", "delivery.elsewhere")
    assert [result.check for result in results if result.status is Status.FAIL] == [FOUND_BY[scenario]]
