"""What tests left is found by its token and removed; what may be of a test that goes on elsewhere is not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from imadmin import Change
from imadmin.errors import ParameterError
from imadmin.session import Target, open_session
from imadmin_lab.mail import Content, directory, folders
from imadmin_lab.mail import items as mail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

    from .conftest import Sender

    Items = Callable[[], list[str]]
    Put = Callable[..., str]

pytestmark = pytest.mark.lab("healthy")

A, B, OTHER = "probe-a@contoso.com", "probe-b@contoso.com", "anna.lind@contoso.com"
PAIR = f"{A} → {B}"
HEX = "00112233445566aa"
TOKEN = f"imadmin test {HEX}"


@pytest.fixture
def put(lab: Lab) -> Put:
    """Put an item into a folder of a mailbox; gives its subject."""

    def put(mailbox: str, folder: str = "inbox", of: str = TOKEN, subject: str = "m ({})") -> str:
        with lab.store.writing() as session:
            box = directory.by_address(session, mailbox)
            assert box is not None
            place = folders.distinguished(session, box.id, folder)
            assert place is not None
            content = Content(subject=subject.format(of), received=session.now)
            mail.create(session, place, content, "test")
        return subject.format(of)

    return put


def killed(sender: Sender, token: str = TOKEN) -> None:
    """A test send that was killed after it had sent, as the journal has it."""
    detail = {"sender": A, "recipient": B, "message_class": "IPM.Note.Microsoft.Missed"}
    sender.journal.begin("killed", deployment="contoso", source=str(sender.file), command=("test",))
    log = sender.journal.changes
    [number] = log.plan("killed", "test-send", [Change(PAIR, detail=detail)])
    log.begin(number)
    log.intend(number, "send", {"mailbox": A, "to": B, "token": token})


@pytest.mark.parametrize(
    "folder", ["inbox", "drafts", "outbox", "sentitems", "junkemail", "deleteditems", "conversationhistory"]
)
def test_it_is_found_wherever_it_lies(folder: str, sender: Sender, put: Put, items: Items) -> None:
    put(B, folder)
    [finding] = sender.apply("cleanup", minutes=0)
    assert (finding.subject, finding.status) == (TOKEN, "pass")
    assert finding.evidence["found"] == [f"{folder}: IPM.Note"]
    assert items() == []


def test_answers_and_reports_go_with_it(sender: Sender, put: Put, items: Items) -> None:
    put(B)
    put(A, subject="Undeliverable: m ({})")
    put(A, subject="RE: m ({})")
    [finding] = sender.apply("cleanup", minutes=0)
    assert finding.evidence["found"] == ["inbox: IPM.Note"] * 3
    assert items() == []


def test_other_mail_stays(sender: Sender, put: Put, items: Items) -> None:
    kept = [
        put(B, of="imadmin test"),
        put(B, of="imadmin test 00112233445566a"),
        put(B, of="imadmin test 00112233445566aab"),
        put(B, of="Imadmin Test 00112233445566AA"),
        put(B, of="0011223344556677"),
        put(OTHER),
    ]
    assert sender.apply("cleanup", minutes=0) == []
    assert sorted(items()) == sorted(kept)


def test_what_is_new_may_be_of_a_test_that_goes_on_elsewhere(sender: Sender, put: Put, items: Items) -> None:
    put(B)
    assert sender.apply("cleanup") == []
    assert len(items()) == 1


def test_what_the_journal_knows_to_be_interrupted_is_removed_at_once(
    sender: Sender, put: Put, items: Items
) -> None:
    killed(sender)
    put(B)
    put(B, of="imadmin test ffffffffffffffff")
    [finding] = sender.apply("cleanup")
    assert (finding.subject, finding.status) == (TOKEN, "pass")
    assert items() == ["m (imadmin test ffffffffffffffff)"]
    assert sender.changes() == [(PAIR, True), (TOKEN, True)]
    [judged] = sender.judged().findings
    assert (judged.subject, judged.status) == (PAIR, "warn")
    assert "Its message was found in inbox as IPM.Note, and removed." in judged.message


def test_a_test_that_is_going_on_is_left_alone(sender: Sender, put: Put, items: Items) -> None:
    killed(sender)
    put(B)
    lock = sender.journal.changes.lock(str(sender.file), PAIR)
    assert lock is not None
    try:
        assert sender.apply("cleanup", minutes=0) == []
        [finding] = sender.judged().findings
        assert finding.message.endswith(" is still going on.")
    finally:
        lock.close()
    assert len(items()) == 1


def test_what_came_after_its_test_was_over_is_removed_at_once(
    lab: Lab, sender: Sender, put: Put, items: Items
) -> None:
    lab.faults.switch_on("delivery-lost")
    [finding] = sender.send(sender=A, recipient=B)
    put(B, of=str(finding.evidence["token"]))
    assert [finding.status for finding in sender.apply("cleanup")] == ["pass"]
    assert items() == []
    assert sender.apply("cleanup") == []


def test_a_killed_test_of_which_nothing_is_found_may_still_come(sender: Sender) -> None:
    killed(sender)
    [finding] = sender.apply("cleanup")
    assert (finding.status, finding.message.partition(":")[0]) == ("pass", "There was nothing to remove")
    [judged] = sender.judged().findings
    assert judged.message.startswith(
        "Whether its message was sent is not known; it is in neither mailbox now."
    )


def test_what_is_taken_back_is_removed_and_nothing_is_sent(sender: Sender, put: Put, items: Items) -> None:
    killed(sender)
    put(B)
    [finding] = sender.undo("killed")
    assert (finding.subject, finding.status) == (PAIR, "warn")
    assert items() == []
    assert [action for action, _, _ in sender.effects()] == ["send", "delete"]
    assert sender.changes() == [(PAIR, True), (PAIR, True)]


def test_a_mailbox_that_cannot_be_looked_into_costs_no_other(
    lab: Lab, sender: Sender, put: Put, items: Items
) -> None:
    put(A)
    put(B)
    lab.faults.switch_on("access-denied", mailbox=A)
    findings = {finding.subject: finding for finding in sender.apply("cleanup", minutes=0)}
    assert (findings[A].status, findings[TOKEN].status) == ("error", "pass")
    assert findings[A].message.startswith("Whether something is left here is not known: ")
    assert len(items()) == 1


def test_what_cannot_be_removed_is_told(lab: Lab, sender: Sender, put: Put) -> None:
    put(B)
    lab.faults.switch_on("access-denied", mailbox=B, operation="DeleteItem")
    [finding] = sender.apply("cleanup", minutes=0)
    assert (finding.status, f"could not be removed: {B}: " in finding.message) == ("error", True)


def test_only_named_mailboxes_are_opened(
    lab: Lab, put: Put, items: Items, deploy: Callable[..., Path], sending: type[Sender]
) -> None:
    sender = sending(deploy(test_send={"mailboxes": [B]}))
    killed(sender)
    put(A)
    put(B)
    [finding] = sender.apply("cleanup")
    assert finding.status == "error"
    assert f"{A} is not named under test_send:, so it is not touched" in finding.message
    assert len(items()) == 2
    assert lab.store.version


@pytest.mark.parametrize("minutes", [-1, math.nan, math.inf, 1e300])
def test_minutes_that_nobody_can_mean(sender: Sender, minutes: float) -> None:
    with pytest.raises(ParameterError, match="from 0 to"):
        sender.apply("cleanup", minutes=minutes)


def test_without_mailboxes_nothing_is_said_to_be_gone(sender: Sender) -> None:
    sender.one()
    [past] = sender.journal.changes.of("r0")
    nameless = past._replace(planned=past.planned._replace(detail={}))
    with open_session(Target.of(sender.file), run_id="r0", log=sender.journal.changes) as session:
        [finding] = session.changing.undo([nameless])
    assert (finding.status, "nothing was looked for" in finding.message) == ("error", True)
