"""What is known of a message's way: stages, in them checks, in them what each says of the sender."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING

from imadmin.records import Stage, Status, worst
from imadmin.verdict import DECISIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CheckNode", "Explanation", "Recipient", "StageNode", "Step"]

_EXIT = {"can": 0, "cannot": 1, "unknown": 3, "unexamined": 0}


@dataclass(frozen=True, slots=True)
class Step:
    """What one check says of the sender, or of an object on the way.

    Attributes:
        subject: the object or person it is about.
        decides: whether it is a check on people; what others say informs, and changes no verdict.
        examined: False where the check was skipped for want of a source.
        evidence: the values that were looked at.
    """

    stage: str
    check: str
    title: str
    status: str
    subject: str
    reason: str
    remedy: str = ""
    decides: bool = True
    severity: str = ""
    reference: str = ""
    examined: bool = True
    evidence: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CheckNode:
    """A check with all that it says; its status is the worst of that."""

    steps: tuple[Step, ...]

    @property
    def first(self) -> Step:
        """One of its steps: what is of the check is the same in each."""
        return self.steps[0]

    @property
    def status(self) -> Status:
        """The worst of its steps."""
        return worst([Status(step.status) for step in self.steps])


@dataclass(frozen=True, slots=True)
class StageNode:
    """A stage of the message's way.

    Attributes:
        decides: whether nobody can be said to be able to send where it was not examined.
    """

    stage: Stage
    checks: tuple[CheckNode, ...]
    decides: bool

    @property
    def status(self) -> Status:
        """The worst of what decides, or where nothing does, of all that is said.

        A part that was not examined is never made good by one that passed, or that warns.
        """
        steps = [step for check in self.checks for step in check.steps]
        steps = [step for step in steps if step.decides] or steps
        found = worst([Status(step.status) for step in steps], Status.SKIP)
        lacking = self.decides and any(not step.examined for step in steps)
        return Status.SKIP if lacking and found in {Status.PASS, Status.WARN} else found


@dataclass(frozen=True, slots=True)
class Recipient:
    """What is known of the recipient; nothing of it changes the verdict on the sender.

    Attributes:
        person: the SIP address.
        kind: `user`; `not-judged` (disabled, or homed elsewhere); `self`; `mailbox` (of this organisation,
            and no user); `unknown` (nobody has that address, though the domain is this organisation's); or
            `federated` (of another one).
        known: that in a sentence.
        same_organisation: whether the domain is one of this organisation's.
        location: of the mailbox: `on-premises`, `online`, `none` or `unknown`.
        mailbox: its primary address; empty where it is not known.
        steps: what stands on the message's last stretch.
    """

    person: str
    kind: str
    known: str
    same_organisation: bool
    location: str = "unknown"
    mailbox: str = ""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A message's way.

    Attributes:
        verdict: on the sender: `can`, `cannot`, `unknown` (something could not be found out) or
            `unexamined` (nothing stands against it, and some stage was not looked at).
        to: the recipient.
        steps: in the order of the way.
        not_examined: the stages that nobody looked at.
        delivery: what to expect.
        conditions: what cannot be read anywhere.
        judged: the deployment, and how old its saved output is.
        notice: what to mind of output that is old; empty where it is not.
    """

    sender: str
    to: Recipient
    verdict: str
    steps: tuple[Step, ...]
    not_examined: tuple[str, ...]
    delivery: tuple[str, ...]
    conditions: tuple[str, ...]
    judged: str
    notice: str

    @property
    def recipient(self) -> str:
        """The recipient's address."""
        return self.to.person

    @property
    def recipient_is(self) -> str:
        """What is known of the recipient."""
        return self.to.known

    def text(self, width: int = 80) -> str:
        """For a terminal so many columns wide, without colours."""
        from imadmin.explain.text import render

        return render(self, width)

    def json(self) -> str:
        """As JSON; its shape is published as `imadmin/explain/schema-1.json`."""
        from imadmin.explain.document import dumps

        return dumps(self)

    @property
    def exit_status(self) -> int:
        """0 where nothing stops it, 1 where something does, 3 where something could not be found out.

        What stops it and is accepted by name counts as nothing here, though not in the verdict.
        """
        if self.accepted:
            lost = any(step.decides and step.status == Status.ERROR for step in self.steps)
            return _EXIT["unknown" if lost else "can"]
        return _EXIT[self.verdict]

    @property
    def accepted(self) -> bool:
        """Whether something stops it, and all of that is accepted by name."""
        failed = any(step.decides and step.status == Status.FAIL for step in self.steps)
        return self.verdict == "cannot" and not failed

    @property
    def first(self) -> Step | None:
        """Where the way breaks first, or could: what to begin with; None where there is nothing to do."""
        wanted = Status.ERROR if self.verdict != "cannot" else Status.WAIVED if self.accepted else Status.FAIL
        broken = (step for step in self.steps if step.decides and step.status == wanted)
        return next(broken, None) or next((s for s in self.to.steps if s.status == Status.WARN), None)

    @property
    def stages(self) -> tuple[StageNode, ...]:
        """The tree: every stage, also one that has no check."""
        every = (*self.steps, *self.to.steps)
        return tuple(
            StageNode(stage, _checks(step for step in every if step.stage == stage), stage in DECISIVE)
            for stage in Stage
        )


def _checks(steps: Iterable[Step]) -> tuple[CheckNode, ...]:
    groups = groupby(steps, key=lambda step: step.check)
    return tuple(CheckNode(tuple(sorted(group, key=_worst_first))) for _, group in groups)


def _worst_first(step: Step) -> int:
    return -Status(step.status).rank
