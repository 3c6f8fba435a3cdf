"""What an organisation's transport rules do to mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin_lab.mail import Content
from imadmin_lab.mail.transport_rules import TransportRule, add_transport_rule

from .test_delivery import arrived, send

if TYPE_CHECKING:
    from imadmin_lab.mail import MailStore

BERT, FRED = "bert@contoso.com", "fred@fabrikam.com"
EVERYTHING = TransportRule("all")


def add(store: MailStore, organisation: str, rule: TransportRule) -> None:
    with store.writing() as session:
        add_transport_rule(session, organisation, rule)


@pytest.mark.parametrize(
    ("conditions", "acts"),
    [
        ({}, True),
        ({"SubjectContainsWords": ["other", "missed CONVERSATION with"]}, True),
        ({"SubjectContainsWords": ["conversation w"]}, False),
        ({"SubjectContainsWords": ["tomorrow"]}, False),
        ({"SubjectOrBodyContainsWords": ["tomorrow"]}, True),
        ({"SubjectMatchesPatterns": ["^missed .* anna$"]}, True),
        ({"SubjectMatchesPatterns": ["^conversation"]}, False),
        ({"SubjectOrBodyMatchesPatterns": [r"back \w+\."]}, True),
        ({"SubjectContainsWords": ["Anna"], "SubjectMatchesPatterns": ["Bert"]}, False),
        ({"HeaderContainsWords": ["Missed"]}, False),
        ({"HeaderContainsMessageHeader": ["Subject"]}, False),
        ({"MessageTypeMatches": ["Voicemail"]}, False),
    ],
)
def test_conditions(conditions: dict[str, list[str]], *, acts: bool) -> None:
    rule = TransportRule("r", tuple((name, tuple(texts)) for name, texts in conditions.items()))
    content = Content(subject="Missed conversation with Anna", body="I am back tomorrow.")
    assert rule.acts_on(content) is acts


def test_what_is_deleted_is_gone_without_a_word(store: MailStore) -> None:
    add(store, "Contoso", EVERYTHING)
    send(store, BERT)
    assert arrived(store, BERT) == []
    assert arrived(store, "anna@contoso.com") == []


def test_of_what_is_rejected_a_report_comes_back(store: MailStore) -> None:
    add(store, "Contoso", TransportRule("no", (("SubjectContainsWords", ("s",)),), "No chat in mail."))
    sent = send(store, BERT, FRED)
    reports = arrived(store, "anna@contoso.com")
    assert [report.content.in_reply_to for report in reports] == [sent.message_id] * 2
    assert all("5.7.1" in report.text_body and "No chat in mail." in report.text_body for report in reports)
    assert arrived(store, BERT) == arrived(store, FRED) == []


def test_a_rule_is_that_of_one_organisation(store: MailStore) -> None:
    add(store, "Fabrikam", EVERYTHING)
    send(store, BERT, FRED)
    assert len(arrived(store, BERT)) == 1
    assert arrived(store, FRED) == []
