"""Following a message: the session's checks are run, and what they say of these two people is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.errors import SourceError, UsageError
from imadmin.explain.names import much_like
from imadmin.explain.recipient import recipient_of
from imadmin.explain.records import Explanation
from imadmin.explain.rows import Rows
from imadmin.model import delivery, person_of
from imadmin.records import Missing, Status
from imadmin.reports.saved import notice, saved
from imadmin.tables import Table
from imadmin.verdict import DECISIVE, not_examined

if TYPE_CHECKING:
    from imadmin.explain.records import Step
    from imadmin.session import Session

__all__ = ["explain"]

_STOPPING = (Status.FAIL, Status.WAIVED)
_AN_ADDRESS = "Give a SIP address, such as alice@contoso.com."


def explain(session: Session, sender: str, recipient: str) -> Explanation:
    """Follow a message from *sender* to *recipient*.

    Raises:
        UsageError: there is no such sender, or it is one who is not judged; or the recipient is no address.
        SourceError: nobody knows who the people are.
    """
    users = _people(session)
    name, other = _sender(users, sender), _address(recipient)
    session.check()
    outcomes = session.outcomes()
    references = {check: owned.record.reference for check, owned in session.catalog.checks().items()}
    found = recipient_of(session, users, other, name)
    own = recipient_of(session, users, name, name)
    rows = Rows(name, users, references, (name, other, found.mailbox, own.mailbox))
    steps = tuple(step for outcome in outcomes for step in rows.of(outcome))
    missing = tuple(str(stage) for stage in not_examined(outcomes))
    info = session.info
    return Explanation(
        sender=name,
        to=found,
        verdict=_verdict(steps, missing),
        steps=steps,
        not_examined=missing,
        delivery=tuple(delivery.same_organisation() if found.same_organisation else delivery.federated()),
        conditions=tuple(delivery.unreadable()),
        judged=", ".join(filter(None, (info.deployment, info.source, saved(info)))),
        notice=notice(info),
    )


def _people(session: Session) -> Table:
    users = session.facts["users"]
    if isinstance(users, Missing):
        raise SourceError(f"the people are not known: {users.reason}")
    if not isinstance(users, Table):
        raise SourceError("the fact users is not a table")
    return users


def _sender(users: Table, given: str) -> str:
    name = person_of(given)
    found = users.query("select uncounted from users where person = ?", [name])
    if not found:
        close = much_like(users, name)
        remedy = f"Did you mean {close}?" if close else _AN_ADDRESS
        raise UsageError(f"there is no user {name or repr(given)}", remedy=remedy)
    if found[0][0]:
        raise UsageError(f"{name} {found[0][0]}, and is not judged")
    return name


def _address(given: str) -> str:
    name = person_of(given)
    local, _, domain = name.rpartition("@")
    if not local or not domain or any(map(str.isspace, name)):
        raise UsageError(f"the recipient {given!r} is no address", remedy=_AN_ADDRESS)
    return name


def _verdict(steps: tuple[Step, ...], missing: tuple[str, ...]) -> str:
    statuses = {step.status for step in steps if step.decides}
    if not statuses.isdisjoint(_STOPPING):
        return "cannot"
    if Status.ERROR in statuses:
        return "unknown"
    return "unexamined" if any(stage in missing for stage in DECISIVE) else "can"
