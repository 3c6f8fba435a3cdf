"""The operation `allow-ews`: a mailbox, or an organisation, lets the client use Exchange Web Services."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Change, ImadminError, Operation, SourceError
from imadmin.errors import UsageError
from imadmin.model import Location
from imadmin.model.requirements import EWS_ACCESS

from .access import LATEST_AGENT, EwsAccess
from .foreseeing import FACTS, foresee
from .targets import ENABLED, LISTS, POLICY, Target, target_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin import Finding
    from imadmin.access import Access
    from imadmin.effects import Effects

__all__ = ["ALLOW_EWS"]

_RETIRING = (
    "Exchange Online is retiring EWS: for how long it keeps what is set here is for Microsoft to say"
    " (see the check ews.online-retirement)."
)
_EVERYBODY = (
    "It lets every program use EWS that no other setting stops, for every mailbox that does not forbid it."
)
_INFERRED = (
    "Microsoft documents no user agent for the client: that it begins with OC/ is an inference from"
    " administrators' logs. Whatever calls itself so is let in."
)


def _plan(
    access: Access, *, mailbox: str = "", organisation: str = "", pattern: str = ""
) -> Iterator[Change]:
    """`EwsEnabled` of the one that is named; with a pattern, its application access policy."""
    target = _target(access, mailbox, organisation)
    yield from _by_pattern(target, access, pattern) if pattern else _switched_on(target, access)


def _target(access: Access, mailbox: str, organisation: str) -> Target:
    if bool(mailbox) == bool(organisation):
        raise UsageError(
            "allow-ews takes a mailbox or an organisation, and one of them",
            remedy="Say -p mailbox=ADDRESS, -p organisation=on-premises or -p organisation=online.",
        )
    return _mailbox(access, mailbox) if mailbox else _organisation(organisation)


def _organisation(name: str) -> Target:
    if name not in list(Location):
        raise UsageError(f"there is no organisation {name!r}", remedy=f"There are: {', '.join(Location)}.")
    place = Location(name)
    return Target(place.organisation, place, mailbox=False)


def _mailbox(access: Access, address: str) -> Target:
    """Where the mailbox is: the organisation whose Get-CASMailbox has it."""
    found, reasons = [], []
    for place in (place for place in Location if place.shell in access.deployment.shells):
        target = Target(address, place, mailbox=True)
        try:
            target.managed.values(access, address)
        except ImadminError as error:
            reasons.append(error.line)
        else:
            found.append(target)
    if len(found) != 1:
        several = f"the mailbox {address} is in Exchange on-premises and in Exchange Online"
        why = "; ".join(reasons) or "the deployment describes no Exchange"
        raise SourceError(several if found else f"the mailbox {address} was not found: {why}")
    return found[0]


def _switched_on(target: Target, access: Access) -> Iterator[Change]:
    before = target.managed.values(access, target.subject)
    if before[ENABLED] is False:  # null is no prohibition
        cautions = _cautions(target, "" if target.mailbox else _EVERYBODY)
        yield Change(target.subject, before, {ENABLED: True}, target.detail, cautions)


def _by_pattern(target: Target, access: Access, pattern: str) -> Iterator[Change]:
    policy = target.managed._replace(properties=(POLICY,)).values(access, target.subject)[POLICY]
    name = LISTS.get(str(policy or "").lower())
    if name is None:
        raise UsageError(
            f"{target.subject} has no application access policy, so there is no list to change",
            remedy="Without one every program is let in; what else stops the client says ews.allowed.",
        )
    target = target._replace(list=name)
    before = target.managed.values(access, target.subject)
    present = [str(entry) for entry in _entries(before[name])]
    wanted = _with(present, pattern) if name == "EwsAllowList" else _without(present, pattern, target.subject)
    if wanted != present:
        cautions = _cautions(target, _INFERRED, _aside(pattern))
        yield Change(target.subject, before, {**before, name: wanted}, target.detail, cautions)


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _with(present: list[str], pattern: str) -> list[str]:
    return present if pattern in present else [*present, pattern]


def _without(present: list[str], pattern: str, subject: str) -> list[str]:
    if pattern not in present:
        raise UsageError(
            f"EwsBlockList of {subject} does not have {pattern!r}, so it cannot be taken out",
            remedy=f"It has: {', '.join(present) or 'nothing'}.",
        )
    return [entry for entry in present if entry != pattern]


def _aside(pattern: str) -> str:
    """Said of a pattern that has nothing to do with the client as it is known here."""
    alone = EwsAccess.read({POLICY: "EnforceAllowList", "EwsAllowList": [pattern]})
    if alone.rule(LATEST_AGENT).verdict == "allowed":
        return ""
    return f"{pattern} does not match {LATEST_AGENT}, which the client is taken to call itself."


def _cautions(target: Target, *texts: str) -> str:
    retiring = _RETIRING if target.place is Location.ONLINE else ""
    return " ".join(filter(None, (*texts, retiring)))


def _read(change: Change, access: Access) -> Mapping[str, object]:
    return target_of(change).managed.read(change, access)


def _apply(change: Change, effects: Effects) -> Finding:
    return target_of(change).managed.write(change, effects)


ALLOW_EWS = Operation(
    name="allow-ews",
    title="Let a mailbox or an organisation use EWS (EwsEnabled, or the application access policy)",
    reference=EWS_ACCESS,
    plan=_plan,
    apply=_apply,
    read=_read,
    facts=FACTS,
    foresee=foresee,
)
