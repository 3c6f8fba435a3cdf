"""How far a message from one person to another gets: the same rows as the verdict's, for one sender."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from imadmin.errors import SourceError, UsageError
from imadmin.model import delivery, person_of
from imadmin.records import Missing, Stage, Status, worst
from imadmin.reports.saved import notice, saved
from imadmin.tables import Table
from imadmin.verdict import DECISIVE, not_examined
from imadmin.waivers import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.engine import Outcome
    from imadmin.records import Finding
    from imadmin.session import Session

__all__ = ["Explanation", "Step", "explain"]

_EXIT = {"can": 0, "cannot": 1, "unknown": 3, "unexamined": 0}
_WORDS = {
    "pass": "ok",
    "warn": "warning",
    "fail": "STOPS",
    "waived": "STOPS, accepted",
    "error": "UNKNOWN",
    "skip": "not examined",
}
_STOPPING = (Status.FAIL, Status.WAIVED)


@dataclass(frozen=True, slots=True)
class Step:
    """What one check says of the sender.

    Attributes:
        decides: whether it is a check on people; what others say informs, and changes no verdict.
    """

    stage: str
    check: str
    title: str
    status: str
    subject: str
    reason: str
    remedy: str = ""
    decides: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """A message's way.

    Attributes:
        verdict: on the sender: `can`, `cannot`, `unknown` (something could not be found out) or
            `unexamined` (nothing stands against it, and some stage was not looked at).
        steps: in the order of the way.
        not_examined: the stages that nobody looked at.
        recipient_is: what is known of the recipient.
        delivery: what to expect.
        conditions: what cannot be read anywhere.
        judged: the deployment, and how old its saved output is.
        notice: what to mind of output that is old; empty where it is not.
    """

    sender: str
    recipient: str
    verdict: str
    steps: tuple[Step, ...]
    not_examined: tuple[str, ...]
    recipient_is: str
    delivery: tuple[str, ...]
    conditions: tuple[str, ...]
    judged: str
    notice: str

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
        """Where it breaks first."""
        wanted = Status.ERROR if self.verdict != "cannot" else Status.WAIVED if self.accepted else Status.FAIL
        return next((step for step in self.steps if step.decides and step.status == wanted), None)

    def json(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self), ensure_ascii=True, indent=1)

    def text(self) -> str:
        """For a terminal."""
        lines = [self._headline(), ""]
        for stage in Stage:
            lines += self._stage(stage)
        lines += ["", f"Recipient: {self.recipient_is}", *(f"  - {line}" for line in self.delivery)]
        lines += ["", "Cannot be known from here:", *(f"  - {line}" for line in self.conditions)]
        lines += ["", f"Judged: {self.judged}", *filter(None, [self.notice])]
        if self.first is not None and self.first.remedy:
            lines += ["", f"Do this first: {self.first.remedy}"]
        return "\n".join(lines)

    def _headline(self) -> str:
        words = {
            "can": f"{self.sender} can leave offline messages.",
            "cannot": f"{self.sender} cannot leave offline messages"
            + (", and all that stops it is accepted by name." if self.accepted else "."),
            "unknown": f"Whether {self.sender} can leave offline messages could not be found out.",
            "unexamined": f"Nothing stands against {self.sender}, but"
            f" {' and '.join(stage for stage in self.not_examined if stage in DECISIVE)} was not examined.",
        }
        lines = [f"{self.sender} -> {self.recipient}", words[self.verdict]]
        failed = {step.stage: None for step in self.steps if not step.decides and step.status == Status.FAIL}
        if failed:
            lines.append(f"Besides, something failed that is not about this person: see {', '.join(failed)}.")
        return "\n".join(lines)

    def _stage(self, stage: Stage) -> list[str]:
        steps = [step for step in self.steps if step.stage == stage]
        if not steps:
            return [f"{stage:<9} not examined"]
        lines = [f"{stage:<9} {_WORDS[_of_all([Status(step.status) for step in steps])]}"]
        for step in steps:
            lines.append(f"          {_WORDS.get(step.status, step.status)}: {step.reason}  [{step.check}]")
            if step.remedy and step.status != Status.PASS:
                lines.append(f"          fix: {step.remedy}")
        return lines


def _of_all(statuses: list[Status]) -> Status:
    """The worst; a part that was not examined is never made good by one that passed."""
    found = worst(statuses)
    return Status.SKIP if found is Status.PASS and Status.SKIP in statuses else found


def explain(session: Session, sender: str, recipient: str) -> Explanation:
    """Follow a message from *sender* to *recipient*.

    Raises:
        UsageError: there is no such sender, or it is one who is not judged.
        SourceError: nobody knows who the people are.
    """
    users = session.facts["users"]
    if isinstance(users, Missing):
        raise SourceError(f"the people are not known: {users.reason}")
    if not isinstance(users, Table):
        raise SourceError("the fact users is not a table")
    name = _sender(users, sender)
    session.check()
    outcomes = session.outcomes()
    steps = tuple(step for outcome in outcomes for step in _steps(outcome, name, users))
    missing = tuple(str(stage) for stage in not_examined(outcomes))
    other = person_of(recipient)
    known, same = _recipient(session, users, other)
    info = session.info
    return Explanation(
        sender=name,
        recipient=other,
        verdict=_verdict(steps, missing),
        steps=steps,
        not_examined=missing,
        recipient_is=known,
        delivery=tuple(delivery.same_organisation() if same else delivery.federated()),
        conditions=tuple(delivery.unreadable()),
        judged=", ".join(filter(None, (info.deployment, info.source, saved(info)))),
        notice=notice(info),
    )


def _sender(users: Table, given: str) -> str:
    name = person_of(given)
    found = users.query("select uncounted from users where person = ?", [name])
    if not found:
        names = [row[0] for row in users.query("select person from users limit 100000")]
        close = difflib.get_close_matches(name, names, 1)
        remedy = f"Did you mean {close[0]}?" if close else "Give a SIP address, such as alice@contoso.com."
        raise UsageError(f"there is no user {name or repr(given)}", remedy=remedy)
    if found[0][0]:
        raise UsageError(f"{name} {found[0][0]}, and is not judged")
    return name


def _steps(outcome: Outcome, person: str, users: Table) -> list[Step]:
    result = outcome.result

    def step(status: str, subject: str, reason: str, remedy: str) -> Step:
        return Step(result.stage, result.check, result.title, status, subject, reason, remedy, outcome.people)

    if outcome.rows:
        rows: list[tuple[Any, ...]] = users.query(
            f"select status, object, reason, remedy from {outcome.rows} where person = ?",
            [person],
        )
        said = [step(status, subject or "", reason, remedy or "") for status, subject, reason, remedy in rows]
        told = _about(result.findings, {person, EVERY, *(one.subject.lower() for one in said)})
        return said + [step(f.status, f.subject, f.message, f.remedy) for f in told]
    if outcome.examined and not outcome.people:
        first = result.findings[0] if result.findings else None
        text, remedy = (first.message, first.remedy) if first else (result.title, "")
        return [step(result.status, result.check, text, remedy)]
    return [
        step(finding.status, finding.subject, finding.message, finding.remedy) for finding in result.findings
    ]


def _about(findings: Iterable[Finding], subjects: set[str]) -> list[Finding]:
    """What is said of these subjects' waivers, beside the rows of people."""
    told = [f for f in findings if f.status is Status.WARN and not f.people_count]
    return [finding for finding in told if finding.subject.lower() in subjects]


def _verdict(steps: tuple[Step, ...], missing: tuple[str, ...]) -> str:
    statuses = {step.status for step in steps if step.decides}
    if not statuses.isdisjoint(_STOPPING):
        return "cannot"
    if Status.ERROR in statuses:
        return "unknown"
    return "unexamined" if any(stage in missing for stage in DECISIVE) else "can"


def _recipient(session: Session, users: Table, name: str) -> tuple[str, bool]:
    """What is known of the recipient, and whether they are of the sender's organisation."""
    found = users.query("select uncounted from users where person = ?", [name])
    if found and found[0][0]:
        return f"{name} {found[0][0]}.", True
    if found:
        return f"{name} is a user of this deployment.", True
    domains = {domain.lower() for domain in session.deployment.sip_domains}
    domains |= {str(row[0]) for row in users.query("select distinct split_part(person, '@', 2) from users")}
    domain = name.rpartition("@")[2]
    if domain in domains:
        return f"{name} is not a user of this deployment, though {domain} is one of its domains.", True
    return f"{name} is of another organisation ({domain}).", False
