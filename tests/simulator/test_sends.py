"""In every scenario: what imadmin says of its test send is what becomes of such a message.

The same message is sent by hand beside it, and looked up by hand in the recipient's mailbox.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from imadmin.journal import Journal
from imadmin.session import Target, open_session

from .conftest import network_of, password_of, running
from .ews import MISSED, Login, Outcome, leave_message, lying, trusted
from .scenario import SCENARIOS

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin_lab.lab import Lab

NAMES = sorted(path.stem for path in SCENARIOS.glob("*.yaml"))
SENDER, RECIPIENT = "probe-a@contoso.com", "probe-b@contoso.com"
SUBJECT = "Probe A sent you a message in Skype for Business (by hand)"
REFUSED = {"certificate-expired", "ews-allow-list", "ews-disabled-organisation", "ews-down"}
LOST = {"class-lost", "mail-delayed", "mail-junked", "mail-rewritten", "rule-deletes", "transport-rule"}


class Said(NamedTuple):
    """What imadmin says: the statuses of checks before a test send, and that of the test send."""

    before: dict[str, str]
    status: str


def said(lab: Lab) -> Said:
    journal = Journal()
    journal.begin("r1", deployment="contoso", source=str(lab.deployment), command=("test",))
    with open_session(Target.of(lab.deployment), run_id="r1", log=journal.changes) as session:
        before = {result.check: str(result.status) for result in session.check("ews", "delivery")}
        [finding] = session.apply("test-send", sender=SENDER, recipient=RECIPIENT, wait=1)
        [after] = session.check("delivery.test-send")
    assert after.status == finding.status
    return Said(before, str(finding.status))


def became(lab: Lab) -> str:
    """`arrived`, `lost` or `refused`."""
    network, password = network_of(lab), password_of(lab)
    if not trusted(network):
        return "refused"
    sender, recipient = (Login(f"CONTOSO\\probe-{one}", password) for one in "ab")
    if leave_message(network, sender, "", RECIPIENT, SUBJECT) is not Outcome.SENT:
        return "refused"
    return "arrived" if lying(network, recipient, SUBJECT) == [("inbox", MISSED)] else "lost"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_a_test_send_is_what_becomes_of_it(name: str, tmp_path: Path) -> None:
    with running(name, tmp_path) as lab:
        found, fate = said(lab), became(lab)
    assert fate == ("refused" if name in REFUSED else "lost" if name in LOST else "arrived")
    assert found.status == {"arrived": "pass", "lost": "fail", "refused": "error"}[fate]
    assert (found.before["ews.probed-mailbox"] == "pass") == (fate != "refused")
    if found.before["delivery.transport-rules"] == "warn":
        assert fate == "lost"
