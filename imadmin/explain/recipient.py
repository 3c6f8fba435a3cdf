"""The last stretch of the way: who the recipient is, where the mailbox is, whether mail is taken there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from imadmin.explain.names import much_like
from imadmin.explain.records import Recipient, Step
from imadmin.model.domains import accepting
from imadmin.model.located import located
from imadmin.model.mailboxes import Location, Mailboxes
from imadmin.model.requirements import OFFLINE_IM
from imadmin.model.values import quoted
from imadmin.records import Missing, Stage, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.model.domains import AcceptedDomain
    from imadmin.session import Session
    from imadmin.tables import Table

__all__ = ["recipient_of"]

_CHECK = "delivery.recipient"
"""Not a check of its own: what `explain` says of one recipient, of whom no check judges anything."""

_NO_MAILBOX = "has no mailbox in Exchange, so there is nowhere for the message to arrive (an inference)"


class _Knowledge(NamedTuple):
    """What the session knows, as far as a recipient is concerned."""

    users: Table
    mailboxes: Mailboxes | Missing
    accepted: tuple[AcceptedDomain, ...]
    domains: frozenset[str]


def recipient_of(session: Session, users: Table, name: str, sender: str) -> Recipient:
    """What is known of the recipient *name*."""
    known = _known(session, users)
    found = _identified(known, name)
    if name == sender:
        found = replace(found, kind="self", known=f"{name} is the sender.")
    return replace(found, steps=tuple(_steps(found, known)))


def _known(session: Session, users: Table) -> _Knowledge:
    mailboxes = session.facts["mailboxes"]
    accepted = session.facts["accepted_domains"]
    listed = () if isinstance(accepted, Missing) or not isinstance(accepted, tuple) else accepted
    domains = {domain.lower() for domain in session.deployment.sip_domains}
    domains |= {str(row[0]) for row in users.query("select distinct split_part(person, '@', 2) from users")}
    there = mailboxes if isinstance(mailboxes, Mailboxes) else Missing("mailboxes", _reason(mailboxes))
    return _Knowledge(users, there, listed, frozenset(domains))


def _reason(value: object) -> str:
    return value.reason if isinstance(value, Missing) else "no list of mailboxes"


def _identified(known: _Knowledge, name: str) -> Recipient:
    found = known.users.query("select uncounted from users where person = ?", [name])
    if found:
        location, mailbox, _ = _mailbox_of_user(known, name)
        kind = "not-judged" if found[0][0] else "user"
        told = f"{name} {found[0][0] or 'is a user of this deployment'}."
        return Recipient(name, kind, told, same_organisation=True, location=location, mailbox=mailbox)
    domain = name.rpartition("@")[2]
    location, mailbox = _mailbox_at(known, name)
    if mailbox:
        told = f"{name} is a mailbox of this deployment, and no user of Skype for Business."
        return Recipient(name, "mailbox", told, same_organisation=True, location=location, mailbox=mailbox)
    if domain in known.domains or accepting(known.accepted, domain):
        told = f"{name} is not a user of this deployment, though {domain} is one of its domains."
        return Recipient(name, "unknown", told, same_organisation=True, location=location)
    told = f"{name} is of another organisation ({domain})."
    return Recipient(name, "federated", told, same_organisation=False)


def _mailbox_of_user(known: _Knowledge, name: str) -> tuple[str, str, str]:
    sql = f"with {located(known.mailboxes)} select location, mailbox, why_not from located where person = ?"
    [(location, mailbox, why_not)] = known.users.query(sql, [name])
    return location, mailbox or "", why_not or ""


def _mailbox_at(known: _Knowledge, address: str) -> tuple[str, str]:
    """Where the mailbox of an address is that is no user's, and its primary address."""
    if isinstance(known.mailboxes, Missing):
        return "unknown", ""
    table = known.mailboxes.table
    rows = table.query(f"select distinct location, mailbox from {table.name} where address = ?", [address])
    if len(rows) == 1:
        return rows[0][0], rows[0][1]
    return ("none" if known.mailboxes.complete and not rows else "unknown"), ""


def _steps(found: Recipient, known: _Knowledge) -> Iterator[Step]:
    if found.kind == "unknown":
        yield _step(found, *_nobody(found, known))
        return
    yield _step(found, *_person(found))
    if found.same_organisation:
        yield replace(_step(found, *_mailbox(found, known)), evidence=_evidence(found))
        domain = (found.mailbox or found.person).rpartition("@")[2]
        yield from (replace(_step(found, *told), subject=domain) for told in _domain(found, known.accepted))


def _step(found: Recipient, status: Status, reason: str, remedy: str = "") -> Step:
    return Step(
        Stage.DELIVERY,
        _CHECK,
        "The recipient can be reached",
        status,
        found.person,
        reason,
        remedy,
        decides=False,
        severity="medium",
        reference=OFFLINE_IM,
        examined=status is not Status.SKIP,
    )


def _evidence(found: Recipient) -> dict[str, object]:
    return {"location": found.location, **({"mailbox": found.mailbox} if found.mailbox else {})}


def _person(found: Recipient) -> tuple[Status, str, str]:
    not_documented = "whether the client offers to leave such a recipient a message is not documented"
    match found.kind:
        case "user":
            return Status.PASS, found.known, ""
        case "federated":
            return Status.SKIP, f"{found.known[:-1]}: what stands there cannot be seen from here.", ""
        case "self":
            return Status.WARN, f"{found.known[:-1]} too: nobody is written to.", "Name another recipient."
    return Status.WARN, f"{found.known[:-1]}: {not_documented}.", ""


def _nobody(found: Recipient, known: _Knowledge) -> tuple[Status, str, str]:
    """Nobody has this address; perhaps somebody has one much like it."""
    mailbox = ", and no mailbox has that address" if found.location == "none" else ""
    close = much_like(known.users, found.person)
    remedy = f"Did you mean {close}?" if close else "Look at how the address is spelt."
    return Status.WARN, f"{found.known[:-1]}{mailbox}.", remedy


def _mailbox(found: Recipient, known: _Knowledge) -> tuple[Status, str, str]:
    if found.location == "none":
        remedy = f"Enable-Mailbox {quoted(found.person)}   (or look for the mailbox elsewhere)"
        return Status.WARN, f"{found.person} {_NO_MAILBOX}.", remedy
    if found.location == "unknown":
        why = _why_unknown(found, known)
        what = f"Where the mailbox of {found.person} is, is not known: {why}."
        return Status.SKIP, what, "Save Get-Mailbox of every Exchange organisation."
    place = Location(found.location).organisation
    return Status.PASS, f"The mailbox {found.mailbox or found.person} is in {place}.", ""


def _why_unknown(found: Recipient, known: _Knowledge) -> str:
    return "it is listed twice" if found.kind == "mailbox" else _mailbox_of_user(known, found.person)[2]


def _domain(found: Recipient, accepted: Iterable[AcceptedDomain]) -> Iterator[tuple[Status, str, str]]:
    """Whether mail for the recipient's address is taken, where the accepted domains are known."""
    listed = tuple(accepted)
    domain = (found.mailbox or found.person).rpartition("@")[2]
    taking = accepting(listed, domain)
    if taking is not None:
        kind = f" ({taking.kind})" if taking.kind else ""
        yield Status.PASS, f"{domain} is an accepted domain of {taking.place.organisation}{kind}.", ""
    elif listed:
        address = found.mailbox or found.person
        what = f"{domain} is no accepted domain, so mail for {address} may go elsewhere (an inference)."
        yield Status.WARN, what, f"New-AcceptedDomain -Name {quoted(domain)} -DomainName {quoted(domain)}"
