"""Many pairs at once: what is looked into how often, and what one mailbox costs the others."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
import yaml

from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imadmin import Event, Finding, Matrix
    from imadmin_lab.lab import Lab

    from .conftest import Sender

    Items = Callable[[], list[str]]
    Asked = Counter[tuple[str, str]]

pytestmark = pytest.mark.lab("healthy")

NAMES = ["probe-a", "probe-b", "anna.lind", "ben.carver", "eva.huber"]
MAILBOXES = [f"{name}@contoso.com" for name in NAMES]
PAIRS = [f"{one} → {other}" for one in MAILBOXES for other in MAILBOXES if one != other]


@pytest.fixture
def many(deploy: Callable[..., Path], sending: type[Sender]) -> Sender:
    return sending(deploy(test_send={"mailboxes": MAILBOXES}))


@pytest.fixture
def asked(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """How often each EWS operation was asked of each mailbox."""
    from imadmin.ews.client import EwsClient

    counted: Asked = Counter()
    ask = EwsClient._ask

    def counting(
        client: EwsClient, operation: str, mailbox: str, *arguments: object, **more: object
    ) -> object:
        counted[operation, mailbox] += 1
        return ask(client, operation, mailbox, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(EwsClient, "_ask", counting)
    yield counted
    assert lab.store.version


def test_all_pairs_arrive_and_nothing_is_left(many: Sender, items: Items) -> None:
    before = items()
    findings = many.send(wait=60)
    assert [finding.subject for finding in findings] == PAIRS
    assert {str(finding.status) for finding in findings} == {"pass"}
    assert items() == before
    assert many.changes() == [(pair, True) for pair in PAIRS]


def test_one_look_into_a_mailbox_serves_all_pairs(many: Sender, asked: Asked) -> None:
    """Twenty messages: no more looks into a mailbox than one message between two would need."""
    many.send(wait=60)
    for mailbox in MAILBOXES:
        assert asked["CreateItem", mailbox] == len(MAILBOXES) - 1
        assert asked["FindItem", mailbox] <= 5  # before, arrived, to remove it, gone; one for the slow
        assert asked["DeleteItem", mailbox] <= 2


def test_one_that_is_late_holds_up_only_its_own(lab: Lab, many: Sender, items: Items) -> None:
    lab.faults.switch_on("delivery-lost", mailbox=MAILBOXES[1])
    finished: list[str] = []

    def tell(event: Event) -> None:
        if event.kind == "change" and event.status != "started":
            finished.append(f"{event.status}: {event.message.partition(':')[0]}")

    findings = run(many, tell, wait=3)
    lost = [pair for pair in PAIRS if pair.endswith(f"→ {MAILBOXES[1]}")]
    assert [finding.subject for finding in findings if finding.status == "fail"] == lost
    assert set(finished[:16]) == {f"pass: {pair}" for pair in PAIRS if pair not in lost}
    assert set(finished[16:]) == {f"fail: {pair}" for pair in lost}
    assert items() == []


def test_while_it_waits_it_counts_down(lab: Lab, many: Sender) -> None:
    lab.faults.switch_on("delivery-lost")
    told: list[str] = []
    run(many, lambda event: told.append(event.message), sender=MAILBOXES[0], recipient=MAILBOXES[1], wait=3.2)
    waits = [text for text in told if text.startswith("waiting for")]
    assert waits[0].startswith(f"waiting for the message from {PAIRS[0]}: 1")
    left = [int(text.split(": ")[1].split()[0]) for text in waits]
    assert left == sorted(left, reverse=True)
    assert left[0] > left[-1]


def test_a_mailbox_that_cannot_be_opened_costs_only_its_own_pairs(
    lab: Lab, many: Sender, items: Items
) -> None:
    lab.faults.switch_on("no-mailbox", mailbox=MAILBOXES[2])
    findings = many.send(wait=2)
    lab.faults.switch_off("no-mailbox")
    for finding in findings:
        sender, _, recipient = finding.subject.partition(" → ")
        expected = "error" if sender == MAILBOXES[2] else "warn" if recipient == MAILBOXES[2] else "pass"
        assert (finding.subject, str(finding.status)) == (finding.subject, expected), finding.message
    assert {subject for subject in items() if "imadmin test" not in subject} == set()


def test_a_server_that_is_down_is_waited_for_once(lab: Lab, many: Sender, asked: Asked) -> None:
    lab.faults.switch_on("refused")
    findings = many.send()
    assert {str(finding.status) for finding in findings} == {"error"}
    assert {finding.evidence["result"] for finding in findings} == {"not sent"}
    assert sum(asked.values()) == 1
    assert many.effects() == []


def test_a_throttling_server_is_sent_each_message_once(lab: Lab, many: Sender, items: Items) -> None:
    lab.faults.switch_on("busy", operation="CreateItem", times=2, seconds=0.05)
    findings = many.send(wait=30)
    assert {str(finding.status) for finding in findings} == {"pass"}
    sent = Counter(
        intent["token"] for action, status, intent in many.effects() if (action, status) == ("send", "done")
    )
    assert set(sent.values()) == {1}
    assert len(sent) == len(PAIRS)
    assert items() == []


def test_the_matrix(lab: Lab, many: Sender) -> None:
    lab.faults.switch_on("class-rewritten", mailbox=MAILBOXES[0])
    matrix = shown(many, many.send(wait=30))
    assert matrix.rows == matrix.columns[-1:] + matrix.columns[:-1] == tuple(MAILBOXES)
    for (sender, recipient), cell in matrix.cells.items():
        assert sender != recipient
        assert cell == "class lost" if recipient == MAILBOXES[0] else cell.endswith(" s")
    assert len(matrix.cells) == len(PAIRS)


def run(many: Sender, tell: Callable[[Event], None], **values: object) -> list[Finding]:
    many.journal.begin("r9", deployment="contoso", source=str(many.file), command=("test",))
    with open_session(Target.of(many.file), run_id="r9", log=many.journal.changes, tell=tell) as session:
        return session.apply("test-send", **values)


def shown(many: Sender, findings: list[Finding]) -> Matrix:
    with open_session(Target.of(many.file), log=many.journal.changes) as session:
        matrix = session.changing.matrix("test-send", findings)
    assert matrix is not None
    return matrix


def test_over_several_endpoints(
    lab: Lab, deploy: Callable[..., Path], sending: type[Sender], items: Items
) -> None:
    described = yaml.safe_load(lab.deployment.read_text(encoding="utf-8"))
    file = deploy(
        ews=described["ews"],
        credentials=described["credentials"],
        test_send={"mailboxes": MAILBOXES[:3], "federated": ["probe@fabrikam.com"]},
    )
    findings = sending(file).send(wait=30)
    assert len(findings) == 9
    assert {str(finding.status) for finding in findings} == {"pass"}
    assert items() == []
