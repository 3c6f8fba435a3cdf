"""What is said of a message: when it is late, why it was returned, what of a subject is a token."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin import Change
from imadmin.ews import Folder, Item
from imadmin_send.letters import Letter
from imadmin_send.mailboxes import Look
from imadmin_send.reasons import reason_in
from imadmin_send.tokens import new_token, subject_of, tokens_in
from imadmin_send.verdict import judged

if TYPE_CHECKING:
    from imadmin.effects import Effects

A, B, MISSED = "a@x.y", "b@x.y", "IPM.Note.Microsoft.Missed"
DETAIL = {"sender": A, "recipient": B, "message_class": MISSED, "wait": 300.0, "federated": False}
ITEM = Item("1", "k", Folder.INBOX, "", MISSED, datetime.now(UTC), datetime.now(UTC))


@pytest.fixture
def letter() -> Letter:
    letter = Letter(Change(f"{A} → {B}", detail=DETAIL), cast("Effects", None), waits=300.0)
    letter.sent_at = 1000.0
    letter.before = letter.after = []
    return letter


def look(letter: Letter, at: float, *folders: Folder, item_class: str = MISSED) -> Look:
    """A look that began *at* seconds after the sending, and saw the message in these folders."""
    items = (replace(ITEM, folder=one, subject=letter.token, item_class=item_class) for one in folders)
    return Look(1000.0 + at, tuple(items), 50)


@pytest.mark.parametrize(
    ("missing", "seen", "status"),
    [([], 0.5, "pass"), ([60, 119.9], 120.1, "pass"), ([60, 120], 125, "fail"), ([120.5], 121, "fail")],
)
def test_late_is_what_was_not_there_when_the_timer_ran_out(
    missing: list[float], seen: float, status: str, letter: Letter
) -> None:
    for moment in missing:
        letter.see_recipient(look(letter, moment))
    letter.see_recipient(look(letter, seen, Folder.INBOX))
    finding = judged(letter)
    assert (str(finding.status), finding.evidence["seconds"]) == (status, seen)
    assert finding.evidence["result"] == ("late" if status == "fail" else f"{seen:.1f} s")


@pytest.mark.parametrize("folder", [Folder.DELETED, Folder.RECOVERABLE, Folder.JUNK])
def test_where_nobody_looks(folder: Folder, letter: Letter) -> None:
    letter.see_recipient(look(letter, 1, folder))
    finding = judged(letter)
    assert (finding.status, finding.evidence["result"]) == ("fail", f"in {folder}")


def test_drafts_that_fill_are_named_for_what_they_are(letter: Letter) -> None:
    letter.before = [replace(ITEM, id="old", folder=Folder.DRAFTS)]
    letter.see_recipient(look(letter, 1))
    letter.see_sender(look(letter, 1, Folder.DRAFTS))
    finding = judged(letter)
    assert (finding.status, finding.evidence["result"]) == ("fail", "stayed in drafts")
    assert (
        "as old clients did with Exchange on-premises (fixed in all channels as of 2016-06-14)"
        in finding.message
    )
    letter.see_recipient(look(letter, 2, Folder.INBOX))
    finding = judged(letter)
    assert (finding.status, "Drafts grew by 1 of that class" in finding.message) == ("warn", True)
    assert (finding.evidence["drafts_before"], finding.evidence["drafts_after"]) == (1, 1)


def test_conversation_history_is_a_good_place(letter: Letter) -> None:
    letter.see_recipient(look(letter, 1, Folder.INBOX, Folder.CONVERSATION_HISTORY))
    assert judged(letter).status == "pass"


@pytest.mark.parametrize(
    ("report", "reason"),
    [
        (
            "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found'\nx",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found",
        ),
        (
            "#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##",
            "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
        ),
        ("Diagnose: #< #5.7.1 smtp;550 5.7.1 no> #SMTP#", "5.7.1 smtp;550 5.7.1 no"),
        ("host 10.5.1.10 said: 4.4.7 Message delayed", "4.4.7 Message delayed"),
        ("421-4.4.1 Connection timed out\r\nmore", "421-4.4.1 Connection timed out"),
        ("  It did\n not   work. ", "It did not work."),
        ("", ""),
    ],
)
def test_why_it_was_returned(report: str, reason: str) -> None:
    assert reason_in(report) == reason


@given(st.text(max_size=2000))
def test_any_report_gives_one_short_printable_line(report: str) -> None:
    reason = reason_in(report)
    assert len(reason) <= 200
    assert reason.isprintable()


@given(st.text(max_size=50), st.text(max_size=50))
def test_a_token_is_found_whatever_stands_around_it(before: str, after: str) -> None:
    token = new_token()
    assert token in tokens_in(f"{before} {subject_of(A, token)}{after}")
    assert tokens_in(f"{before}{token[:-1]}") == []


@given(st.text())
def test_what_is_no_token_is_none(text: str) -> None:
    assert tokens_in(text) == []
