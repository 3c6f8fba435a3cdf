"""The test send and the check that judges it, over a lab's Exchange: a message's fate, and its traces."""

from __future__ import annotations

import math
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
import yaml

from imadmin.access import Access
from imadmin.deployment import read_deployment
from imadmin.errors import ConfigError, ParameterError, UsageError
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

    from .conftest import Sender

    Items = Callable[[], list[str]]

pytestmark = pytest.mark.lab("healthy")

CHECK = "delivery.test-send"
A, B, PARTNER = "probe-a@contoso.com", "probe-b@contoso.com", "probe@fabrikam.com"
MISSED = "IPM.Note.Microsoft.Missed"
PAIR = f"{A} → {B}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wait", -1),
        ("wait", math.nan),  # it would wait for ever
        ("wait", math.inf),
        ("message_class", 'IPM.Note"'),
        ("message_class", ""),
        ("recipient", A),
    ],
)
def test_parameters_that_make_no_sense(sender: Sender, name: str, value: object) -> None:
    with pytest.raises(ParameterError) as refused:
        sender.one(**{name: value})
    assert refused.value.where == name
    assert sender.effects() == []


# What becomes of a message


def test_it_arrives_as_what_it_is(sender: Sender, items: Items) -> None:
    before = items()
    finding = sender.one()
    assert (finding.subject, finding.status, finding.remedy) == (PAIR, "pass", "")
    assert f"in inbox as {MISSED}." in finding.message
    assert (finding.evidence["classes"], finding.evidence["folders"]) == ([MISSED], ["inbox"])
    assert finding.evidence["conversation_history"] == "there"
    for folder in ("drafts", "outbox", "sentitems"):
        assert (finding.evidence[f"{folder}_before"], finding.evidence[f"{folder}_after"]) == (0, 0)
    assert items() == before


@pytest.mark.lab("class-lost")
def test_its_class_is_lost(sender: Sender, items: Items) -> None:
    finding = sender.one()
    assert finding.status == "fail"
    assert f"in inbox as IPM.Note, but it was sent as {MISSED}: the class was lost" in finding.message
    assert finding.remedy
    assert items() == []


FAULTS = {
    "class-rewritten": ("fail", "the class was lost"),
    "delivery-lost": ("fail", "did not arrive within 1 seconds (the client's timer: 120 seconds)"),
    "delivery-delayed": ("fail", "did not arrive within 1 seconds"),
    "delivery-junk": ("fail", f"in junkemail as {MISSED}: nobody sees it there"),
    "delivery-twice": ("warn", f"in inbox as {MISSED}, 2 times"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_happen_on_the_way(fault: str, lab: Lab, sender: Sender, items: Items) -> None:
    status, message = FAULTS[fault]
    before = items()
    lab.faults.switch_on(fault)
    finding = sender.one()
    assert (str(finding.status), message in finding.message) == (status, True), finding.message
    assert finding.remedy
    assert items() == before
    lab.faults.switch_off(fault)
    assert sender.one().status == "pass"


def test_another_class_is_followed_as_well(sender: Sender) -> None:
    finding = sender.one(message_class="IPM.Note.Test")
    assert (finding.status, finding.evidence["classes"]) == ("pass", ["IPM.Note.Test"])


def test_it_is_returned(deploy: Callable[..., Path], items: Items, sending: type[Sender]) -> None:
    """A mailbox that is named and does not exist: the report comes back, and is removed as well."""
    sender = sending(deploy(test_send={"mailboxes": [A, "gone@contoso.com"]}))
    before = items()
    [finding] = sender.send(sender=A)
    assert (finding.subject, finding.status) == (f"{A} → gone@contoso.com", "fail")
    assert finding.message == (
        "The message was returned: 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP"
        " address lookup."
    )
    assert items() == before


def test_a_recipient_without_conversation_history_is_no_failure(
    lab: Lab, deploy: Callable[..., Path], sending: type[Sender]
) -> None:
    with lab.store.writing() as session:
        session.execute(
            "delete from folder where distinguished = 'conversationhistory' and mailbox ="
            " (select id from mailbox where address = ?)",
            B,
        )
    finding = sending(deploy()).one()
    assert (finding.status, finding.evidence["conversation_history"]) == ("pass", "absent")


# Other organisations


def test_a_partner_whose_mailbox_cannot_be_seen(sender: Sender, items: Items) -> None:
    [finding] = sender.send(sender=A, recipient=PARTNER)
    assert (finding.subject, finding.status) == (f"{A} → {PARTNER}", "warn")
    assert "was not returned within 1 seconds; whether it arrived is unseen" in finding.message
    assert ["imadmin test" in subject for subject in items()] == [True], "it cannot be removed there"


def test_a_partner_gets_plain_mail(
    lab: Lab, deploy: Callable[..., Path], items: Items, sending: type[Sender]
) -> None:
    ews = yaml.safe_load(lab.deployment.read_text(encoding="utf-8"))
    file = deploy(ews=ews["ews"], credentials=ews["credentials"])
    [finding] = sending(file).send(sender=A, recipient=PARTNER)
    assert finding.status == "pass", finding.message
    assert "as IPM.Note. For another organisation that is all there is to expect." in finding.message
    assert items() == []


def test_without_a_pair_every_mailbox_writes_to_every_other(sender: Sender) -> None:
    pairs = [PAIR, f"{A} → {PARTNER}", f"{B} → {A}", f"{B} → {PARTNER}"]
    assert [finding.subject for finding in sender.send()] == pairs
    assert sender.changes() == [(pair, True) for pair in pairs]


def test_a_pair_by_any_spelling(sender: Sender) -> None:
    [finding] = sender.send(sender=B.upper(), recipient=A.title())
    assert (finding.subject, finding.status) == (f"{B} → {A}", "pass")


# What is never touched


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (
            {"sender": "anna.lind@contoso.com"},
            "anna.lind@contoso.com is not named under test_send: mailboxes,",
        ),
        ({"recipient": "anna.lind@contoso.com"}, "is not named under test_send: mailboxes or federated,"),
        ({"sender": PARTNER}, f"{PARTNER} is not named under test_send: mailboxes,"),
        ({"sender": A, "recipient": "nobody@contoso.com"}, "nobody@contoso.com is not named under"),
        ({"sender": "*"}, r"\* is not named under"),
    ],
)
def test_a_mailbox_that_is_not_named_is_refused_before_anything_is_sent(
    values: dict[str, object], named: str, sender: Sender, items: Items
) -> None:
    with pytest.raises(UsageError, match=named) as refused:
        sender.send(**values)
    assert A in refused.value.remedy
    assert (sender.changes(), sender.effects(), items()) == ([], [], [])


@pytest.mark.parametrize("named", [None, {"mailboxes": [A]}, {"federated": [PARTNER]}])
def test_without_two_mailboxes_nothing_can_be_sent(
    named: dict[str, list[str]] | None, deploy: Callable[..., Path], sending: type[Sender]
) -> None:
    sender = sending(deploy(test_send=named))
    with pytest.raises(ConfigError, match="names no two mailboxes") as refused:
        sender.send()
    assert "test_send: {mailboxes:" in refused.value.remedy
    assert sender.changes() == []


def test_an_unknown_parameter(sender: Sender) -> None:
    with pytest.raises(ParameterError, match="no parameter 'to'"):
        sender.send(to=B)


# What is journaled


def test_the_journal_has_intents_and_outcomes(sender: Sender, lab: Lab) -> None:
    finding = sender.one()
    token = finding.evidence["token"]
    (send, sent, sending), (delete, deleted, deleting) = sender.effects()
    assert (send, sent, sending) == ("send", "done", {"mailbox": A, "to": B, "token": token})
    assert (delete, deleted) == ("delete", "done")
    assert deleting == {"mailbox": B, "token": token, "folders": ["inbox"]}
    kept = b"".join(path.read_bytes() for path in sender.journal.path.parent.glob("journal*"))
    assert not [secret for secret in lab.environment.values() if secret.encode() in kept]


def test_two_messages_have_nothing_in_common(sender: Sender) -> None:
    assert sender.one().evidence["token"] != sender.one().evidence["token"]


# What goes wrong with imadmin's own requests


def test_a_sender_who_cannot_be_opened(lab: Lab, sender: Sender) -> None:
    lab.faults.switch_on("no-mailbox", mailbox=A)
    finding = sender.one()
    assert (finding.status, "there is no mailbox with this address" in finding.message) == ("error", True)
    assert (sender.changes(), sender.effects()) == ([(PAIR, True)], [])


def test_a_message_that_may_have_gone_is_in_doubt_and_looked_for(
    lab: Lab, sender: Sender, items: Items
) -> None:
    """The server takes it, and the answer is lost."""
    before = items()
    lab.faults.switch_on("half", operation="CreateItem")
    finding = sender.one()
    assert finding.status == "warn"
    assert "The message arrived after" in finding.message
    assert "The server's answer to the sending was lost: " in finding.message
    assert [(action, status) for action, status, _ in sender.effects()] == [
        ("send", "in doubt"),
        ("delete", "done"),
    ]
    assert items() == before


def test_what_cannot_be_removed_is_told(lab: Lab, sender: Sender, items: Items) -> None:
    lab.faults.switch_on("access-denied", operation="DeleteItem")
    finding = sender.one()
    assert finding.status == "warn"
    assert "The message arrived after" in finding.message
    assert f"What is left of it ({finding.evidence['token']}): {B}: " in finding.message
    assert sender.effects()[-1][:2] == ("delete", "in doubt")
    assert len(items()) == 1


# Interrupted


SENDING = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever this test is started from
from imadmin.journal import Journal
from imadmin.session import Target, open_session

file = Path(sys.argv[1])
journal = Journal()
journal.begin("interrupted", deployment="contoso", source=str(file), command=("test",))
with open_session(Target.of(file), run_id="interrupted", log=journal.changes) as session:
    session.apply("test-send", sender=sys.argv[2], recipient=sys.argv[3], wait=1)
"""


def until_an_item_is_there(lab: Lab, items: Items, count: int = 1) -> None:
    """Wait for mail to arrive, whoever it is for."""
    seen = lab.store.version
    if len(items()) < count:
        lab.store.wait(seen, 60)
        until_an_item_is_there(lab, items, count)


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
def test_interrupted_in_between_it_leaves_nothing_but_the_journal(
    lab: Lab, sender: Sender, items: Items
) -> None:
    """Ctrl-C while the server has taken the message and has not answered yet."""
    lab.faults.switch_on("slow", operation="CreateItem", seconds=60)
    with subprocess.Popen(
        [sys.executable, "-c", SENDING, str(sender.file), A, B], stderr=subprocess.PIPE, text=True
    ) as process:
        until_an_item_is_there(lab, items)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in complaint.splitlines()[-1]
    lab.faults.switch_off("slow")
    assert items() == []
    assert sender.changes() == [(PAIR, False)]
    assert [(action, status) for action, status, _ in sender.effects()] == [
        ("send", "in doubt"),
        ("delete", "done"),
    ]
    [finding] = sender.judged().findings
    assert (finding.subject, finding.status, finding.evidence) == (PAIR, "error", {"run": "interrupted"})
    [token] = {intent["token"] for _, _, intent in sender.effects()}
    assert f"was interrupted. In the mailboxes a message with '{token}' in its subject may" in finding.message
    assert "imadmin undo interrupted" in finding.remedy


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
def test_interrupted_while_several_are_being_sent_none_is_left(
    lab: Lab, deploy: Callable[..., Path], sending: type[Sender], items: Items
) -> None:
    sender = sending(deploy(test_send={"mailboxes": [A, B, "anna.lind@contoso.com"]}))
    lab.faults.switch_on("slow", operation="CreateItem", seconds=2)
    with subprocess.Popen(
        [sys.executable, "-c", SENDING, str(sender.file), "", ""], stderr=subprocess.PIPE, text=True
    ) as process:
        until_an_item_is_there(lab, items, 3)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in complaint.splitlines()[-1]
    assert items() == []
    sent = [status for action, status, _ in sender.effects() if action == "send"]
    assert set(sent) <= {"done", "in doubt"}
    assert len(sent) > 1


@pytest.mark.skipif(os.name != "posix", reason="POSIX")
def test_what_a_killed_test_left_is_removed_by_the_next(lab: Lab, sender: Sender, items: Items) -> None:
    lab.faults.switch_on("slow", operation="CreateItem", seconds=60)
    with subprocess.Popen([sys.executable, "-c", SENDING, str(sender.file), A, B]) as process:
        until_an_item_is_there(lab, items)
        process.kill()
    lab.faults.switch_off("slow")
    assert len(items()) == 1
    assert sender.one().status == "pass"
    assert items() == []
    assert sender.judged().status == "pass"
    assert sender.changes() == [(PAIR, True), (PAIR, True)]


# What is tolerated


def test_a_look_that_fails_is_not_the_end(lab: Lab, sender: Sender, items: Items) -> None:
    lab.faults.switch_on("busy", mailbox=B, operation="FindItem", times=2, seconds=0.2)
    finding = sender.one(wait=30)
    assert finding.status == "pass"
    assert items() == []


def test_a_recipient_that_cannot_be_looked_into_any_more(lab: Lab, sender: Sender) -> None:
    lab.faults.switch_on("access-denied", mailbox=B, operation="FindItem")
    finding = sender.one()
    assert finding.status == "error"
    assert "The message was sent, and could not be followed to its end: " in finding.message
    assert str(finding.evidence["token"]) in finding.remedy
    assert f"What is left of it ({finding.evidence['token']}): {B}: " in finding.message


def test_much_other_mail_is_no_reason_to_say_that_it_did_not_arrive(lab: Lab, sender: Sender) -> None:
    with Access(read_deployment(sender.file)) as access:
        for number in range(201):
            access.ews()[0].send(A, [B], f"noise {number}", "", "IPM.Note")
    lab.faults.switch_on("delivery-lost", mailbox=B)
    finding = sender.one()
    assert finding.status == "error"
    assert "too much other mail came meanwhile" in finding.message


# The check


def test_before_anything_was_sent_it_skips(sender: Sender) -> None:
    result = sender.judged()
    assert (result.status, result.counts["skip"]) == ("skip", 1)
    assert result.findings[0].message.startswith("No test message was sent in this deployment yet")


def test_afterwards_it_judges_what_came_of_it(lab: Lab, sender: Sender) -> None:
    sender.one()
    result = sender.judged()
    assert (result.status, result.counts["pass"], result.findings) == ("pass", 1, ())
    lab.faults.switch_on("delivery-lost")
    sender.one()
    [finding] = sender.judged().findings
    assert (finding.subject, finding.status) == (PAIR, "fail")
    assert finding.message.endswith("(Tried just now.)")
    assert finding.evidence["run"] == "r1"
    assert str(finding.evidence["tried"]).endswith("Z")


@pytest.mark.parametrize(
    ("back", "told"),
    [
        ("-90 seconds", "1 minute ago"),
        ("-7200 seconds", "2 hours ago"),
        ("-1 days", "1 day ago"),
        ("-40 days", "40 days ago"),
    ],
)
def test_it_says_how_old_that_is(back: str, told: str, lab: Lab, sender: Sender) -> None:
    lab.faults.switch_on("delivery-lost")
    sender.one()
    with closing(sqlite3.connect(sender.journal.path)) as connection, connection:
        connection.execute("update changes set begun = strftime('%Y-%m-%dT%H:%M:%SZ', 'now', ?)", (back,))
    [finding] = sender.judged().findings
    assert finding.message.endswith(f"(Tried {told}.)")


def test_another_deployment_knows_nothing_of_it(
    sender: Sender, deploy: Callable[..., Path], sending: type[Sender]
) -> None:
    sender.one()
    assert sending(deploy("theirs")).judged().status == "skip"


def test_the_same_session_judges_anew_what_it_has_sent(sender: Sender) -> None:
    sender.journal.begin("r9", deployment="contoso", source=str(sender.file), command=("test",))
    with open_session(Target.of(sender.file), run_id="r9", log=sender.journal.changes) as session:
        assert [str(result.status) for result in session.check(CHECK)] == ["skip"]
        session.apply("test-send", sender=A, recipient=B, wait=1)
        assert [str(result.status) for result in session.check(CHECK)] == ["pass"]


def test_without_a_journal_nothing_is_sent_and_nothing_is_known(sender: Sender, items: Items) -> None:
    with open_session(Target.of(sender.file)) as session:
        with pytest.raises(UsageError, match="would leave no trace"):
            session.apply("test-send")
        [result] = session.check(CHECK)
    assert (result.status, items()) == ("skip", [])


def test_a_message_that_does_not_arrive_changes_nobodys_verdict(lab: Lab, sending: type[Sender]) -> None:
    """It is a finding on two probe mailboxes; the people are judged by what stands for them."""
    lab.faults.switch_on("delivery-lost")
    sender = sending(lab.deployment)
    sender.one()
    with open_session(Target.of(lab.deployment), log=sender.journal.changes) as session:
        results = {result.check: str(result.status) for result in session.check()}
        summary = session.run().summary
    assert results[CHECK] == "fail"
    assert (summary.people, summary.can_send) == (8, 8)


# From the runbook


@pytest.mark.parametrize(("asked", "subjects"), [("true", [PAIR, f"{B} → {A}"]), ("false", [])])
def test_readiness_sends_only_where_it_is_asked_to(
    asked: str,
    subjects: list[str],
    deploy: Callable[..., Path],
    items: Items,
    sending: type[Sender],
) -> None:
    sender = sending(deploy(test_send={"mailboxes": [A, B]}))
    command = ["run", "readiness", "--deployment", str(sender.file), "-p", f"test_send={asked}", "-q"]
    done = subprocess.run(
        [sys.executable, "-m", "imadmin", *command],
        cwd=sender.file.parent,
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert "Traceback" not in done.stdout + done.stderr
    found = sender.journal.changes.latest("test-send", str(sender.file))
    assert [past.subject for past in found if past.finding and past.finding.status == "pass"] == subjects
    assert items() == []
