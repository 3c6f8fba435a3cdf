"""Accepted domains, retention tags and transport rules: what each form of an object means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin.model import Location
from imadmin.model.domains import AcceptedDomain, accepting
from imadmin.model.spans import days_of
from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from imadmin.run import CheckResult

SHELLS = ("exchange", "exchange_online")


def check(folder: Path, name: str, **objects: Sequence[Mapping[str, Any]]) -> CheckResult:
    """The result of a check over the objects of the cmdlets, in both organisations."""
    save_output(folder, "skype/Get-CsUser", [{"SipAddress": "sip:ann@x.com"}])
    for cmdlet, found in objects.items():
        save_output(folder, f"exchange/{cmdlet.replace('_', '-')}", found)
    with open_session(Target.of(folder)) as session:
        [result] = session.check(name)
    return result


# Retention tags


DELETES: Mapping[str, Any] = {
    "Name": "Clean",
    "MessageClass": "*",
    "RetentionEnabled": True,
    "RetentionAction": "DeleteAndAllowRecovery",
    "AgeLimitForRetention": "7.00:00:00",
    "Type": "All",
}
TAGS: dict[str, tuple[Mapping[str, Any], str]] = {
    "every class": ({}, "warn"),
    "the class itself": ({"MessageClass": "IPM.Note.Microsoft.Missed"}, "warn"),
    "in other letters": ({"MessageClass": "ipm.note.microsoft.missed*"}, "warn"),
    "as the guide has it": ({"MessageClass": "IM.Note.MissedConversation"}, "warn"),
    "a pattern": ({"MessageClass": "IPM.Note.*"}, "warn"),
    "another class": ({"MessageClass": "IPM.Note.Microsoft.Voicemail*"}, "pass"),
    "the Inbox": ({"Type": "Inbox"}, "warn"),
    "the history": ({"Type": "ConversationHistory"}, "warn"),
    "another folder": ({"Type": "JunkEmail"}, "pass"),
    "by each user's choice": ({"Type": "Personal"}, "pass"),
    "moves to Deleted Items": ({"RetentionAction": "MoveToDeletedItems"}, "warn"),
    "for good": ({"RetentionAction": "PermanentlyDelete"}, "warn"),
    "archives": ({"RetentionAction": "MoveToArchive"}, "pass"),
    "switched off": ({"RetentionEnabled": False}, "pass"),
    "just under": ({"AgeLimitForRetention": "29.23:00:00"}, "warn"),
    "long enough": ({"AgeLimitForRetention": "30.00:00:00"}, "pass"),
    "within hours": ({"AgeLimitForRetention": "12:00:00"}, "warn"),
    "of no age": ({"AgeLimitForRetention": None}, "skip"),
    "an action as a number": ({"RetentionAction": 5}, "skip"),
    "a number that cannot matter": ({"RetentionAction": 5, "AgeLimitForRetention": "365.00:00:00"}, "pass"),
    "a class that is not known": ({"MessageClass": None}, "skip"),
}


@pytest.mark.parametrize("what", TAGS)
def test_a_retention_tag(what: str, tmp_path: Path) -> None:
    changes, status = TAGS[what]
    result = check(tmp_path, "delivery.retention", Get_RetentionPolicyTag=[{**DELETES, **changes}])
    assert result.status == status
    if status == "warn":
        [finding] = result.findings
        assert "an inference" in finding.message
        assert finding.remedy.startswith("Set-RetentionPolicyTag 'Clean' -AgeLimitForRetention 30")


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("365.00:00:00", 365),
        ("P3D", 3),
        ("P1DT12H", 1.5),
        ("PT6H", 0.25),
        ("00:00:00", 0),
        ({"TotalDays": 2.5, "Days": 2}, 2.5),
        ("P", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_span(value: object, days: float | None) -> None:
    assert days_of({"Age": value}, "Age") == days


# Transport rules


DELETING: Mapping[str, Any] = {"Name": "Rule", "State": "Enabled", "Mode": "Enforce", "DeleteMessage": True}
RULES: dict[str, tuple[Mapping[str, Any], str]] = {
    "the subject": ({"SubjectContainsWords": ["Missed conversation with"]}, "warn"),
    "a word of it": ({"SubjectContainsWords": ["invoice", "conversation"]}, "warn"),
    "part of a word of it": ({"SubjectContainsWords": ["convers"]}, "pass"),
    "a pattern": ({"SubjectMatchesPatterns": ["^Missed conversation"]}, "warn"),
    "a pattern that fits": ({"SubjectMatchesPatterns": ["^missed\\s+conv"]}, "warn"),
    "a pattern that does not": ({"SubjectMatchesPatterns": ["^conversation"]}, "pass"),
    "a pattern that is none": ({"SubjectMatchesPatterns": ["(["]}, "pass"),
    "a pattern that would take for ever": ({"SubjectMatchesPatterns": ["^(\\w+\\s?)+#$"]}, "pass"),
    "the class, in a header": ({"HeaderContainsWords": ["IPM.Note.Microsoft.Missed"]}, "warn"),
    "another header": ({"HeaderContainsWords": ["conversation"]}, "pass"),
    "another subject": ({"SubjectContainsWords": ["invoice"]}, "pass"),
    "everything": ({}, "pass"),
    "switched off": ({"SubjectContainsWords": ["Skype"], "State": "Disabled"}, "pass"),
    "only watching": ({"SubjectContainsWords": ["Skype"], "Mode": "Audit"}, "pass"),
    "does nothing of the kind": ({"SubjectContainsWords": ["Skype"], "DeleteMessage": False}, "pass"),
    "redirects": (
        {"SubjectContainsWords": ["Skype"], "DeleteMessage": False, "RedirectMessageTo": ["x@x.com"]},
        "warn",
    ),
    "quarantines": ({"SubjectContainsWords": "Skype", "DeleteMessage": None, "Quarantine": True}, "warn"),
}


@pytest.mark.parametrize("what", RULES)
def test_a_transport_rule(what: str, tmp_path: Path) -> None:
    changes, status = RULES[what]
    result = check(tmp_path, "delivery.transport-rules", Get_TransportRule=[{**DELETING, **changes}])
    assert result.status == status
    assert all("an inference" in finding.message for finding in result.findings)


def test_every_text_that_a_rule_looks_for_is_told(tmp_path: Path) -> None:
    words = ["Missed conversation with", "invoice", "sent you a message"]
    rule = {**DELETING, "SubjectContainsWords": words, "HeaderContainsWords": ["IPM.Note.Microsoft.Missed"]}
    result = check(tmp_path, "delivery.transport-rules", Get_TransportRule=[rule])
    [finding] = result.findings
    assert finding.evidence == {
        "SubjectContainsWords": "Missed conversation with; sent you a message",
        "HeaderContainsWords": "IPM.Note.Microsoft.Missed",
    }
    assert '"Missed conversation with" or "sent you a message" (SubjectContainsWords) and' in finding.message


# Accepted domains


def test_a_domain_that_nobody_takes(tmp_path: Path) -> None:
    boxes = [{"PrimarySmtpAddress": f"{name}", "EmailAddresses": []} for name in ("ann@x.com", "bob@Y.com")]
    result = check(
        tmp_path,
        "delivery.accepted-domains",
        Get_AcceptedDomain=[{"DomainName": "X.com", "DomainType": "Authoritative", "MatchSubDomains": False}],
        Get_Mailbox=boxes,
    )
    [finding] = result.findings
    assert (finding.subject, finding.status) == ("y.com", "warn")
    assert finding.remedy.startswith("New-AcceptedDomain -Name 'y.com' -DomainName 'y.com'")


@pytest.mark.parametrize(
    ("name", "subdomains", "taken", "not_taken"),
    [
        ("x.com", False, ["x.com", "X.COM"], ["a.x.com", "ax.com", "com"]),
        ("x.com", True, ["x.com", "a.x.com"], ["ax.com"]),
        ("*.x.com", False, ["x.com", "a.b.x.com"], ["ax.com", "y.com"]),
        ("*", False, ["x.com", "y"], []),
        ("", False, [], ["x.com", ""]),
    ],
)
def test_what_an_accepted_domain_takes(
    name: str,
    subdomains: object,
    taken: list[str],
    not_taken: list[str],
) -> None:
    domain = AcceptedDomain.read({"DomainName": name, "MatchSubDomains": subdomains}, Location.ON_PREMISES)
    assert all(accepting([domain], one) for one in taken)
    assert not any(accepting([domain], one) for one in not_taken)
    assert domain.wildcard == (bool(subdomains) or "*" in name)


# What is not there


@pytest.mark.parametrize(
    "name", ["delivery.retention", "delivery.transport-rules", "delivery.accepted-domains"]
)
def test_what_nobody_has_saved_is_skipped(name: str, tmp_path: Path) -> None:
    result = check(tmp_path, name, Get_Mailbox=[{"PrimarySmtpAddress": "ann@x.com"}])
    assert result.status == "skip"
    assert "holds no Get-" in result.findings[0].message


def test_one_organisation_will_do(tmp_path: Path) -> None:
    save_output(tmp_path, "exchange_online/Get-TransportRule", [DELETING])
    result = check(tmp_path, "delivery.transport-rules", Get_Mailbox=[{"PrimarySmtpAddress": "ann@x.com"}])
    assert result.status == "pass"


def test_what_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange/Get-TransportRule.xml").write_bytes(b"<Objs")
    assert check(tmp_path, "delivery.transport-rules").status == "error"
