"""The operation `allow-ews`: a mailbox, or an organisation, lets the client use Exchange Web Services."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import ImadminError, Operation, SourceError
from imadmin.errors import UsageError
from imadmin.managed import Managed, read, write
from imadmin.model import Location
from imadmin.model.requirements import EWS_ACCESS

from .access import LATEST_AGENT, EwsAccess
from .foreseeing import FACTS, foresee

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin import Change
    from imadmin.access import Access

__all__ = ["ALLOW_EWS"]

_ENABLED, _POLICY = "EwsEnabled", "EwsApplicationAccessPolicy"
_LISTS = {"enforceallowlist": "EwsAllowList", "enforceblocklist": "EwsBlockList"}
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


class _Target(NamedTuple):
    """What is to allow it.

    Attributes:
        noun: of its cmdlets.
        key: the property by which it is told from others; empty for an organisation.
        identity: likewise.
    """

    subject: str
    place: Location
    noun: str
    key: str = ""
    identity: str = ""

    def managed(self, properties: tuple[str, ...], lists: tuple[str, ...] = ()) -> Managed:
        return Managed(self.place.shell, self.noun, properties, lists, self.key)


def _plan(
    access: Access, *, mailbox: str = "", organisation: str = "", pattern: str = ""
) -> Iterator[Change]:
    """`EwsEnabled` of the one that is named; with a pattern, its application access policy."""
    target = _target(access, mailbox, organisation)
    yield from _by_pattern(target, access, pattern) if pattern else _switched_on(target, access)


def _target(access: Access, mailbox: str, organisation: str) -> _Target:
    if bool(mailbox) == bool(organisation):
        raise UsageError(
            "allow-ews takes a mailbox or an organisation, and one of them",
            remedy="Say -p mailbox=ADDRESS, -p organisation=on-premises or -p organisation=online.",
        )
    return _mailbox(access, mailbox) if mailbox else _organisation(organisation)


def _organisation(name: str) -> _Target:
    if name not in list(Location):
        raise UsageError(f"there is no organisation {name!r}", remedy=f"There are: {', '.join(Location)}.")
    place = Location(name)
    return _Target(place.organisation, place, "OrganizationConfig")


def _mailbox(access: Access, address: str) -> _Target:
    """Where the mailbox is: the organisation whose Get-CASMailbox has it."""
    found, reasons = [], []
    for place in (place for place in Location if place.shell in access.deployment.shells):
        target = _Target(address, place, "CASMailbox", "PrimarySmtpAddress", address)
        try:
            target.managed((_ENABLED,)).values(access, address)
        except ImadminError as error:
            reasons.append(error.line)
        else:
            found.append(target)
    if len(found) != 1:
        several = f"the mailbox {address} is in Exchange on-premises and in Exchange Online"
        why = "; ".join(reasons) or "the deployment describes no Exchange"
        raise SourceError(several if found else f"the mailbox {address} was not found: {why}")
    return found[0]


def _switched_on(target: _Target, access: Access) -> Iterator[Change]:
    managed = target.managed((_ENABLED,))
    before = managed.values(access, target.identity)
    if before[_ENABLED] is False:  # null is no prohibition
        wide = _EVERYBODY if not target.key else ""
        yield managed.change(
            target.subject, target.identity, before, {_ENABLED: True}, _cautions(target, wide)
        )


def _by_pattern(target: _Target, access: Access, pattern: str) -> Iterator[Change]:
    policy = str(target.managed((_POLICY,)).values(access, target.identity)[_POLICY] or "").lower()
    name = _LISTS.get(policy)
    if name is None:
        raise UsageError(
            f"{target.subject} has no application access policy, so there is no list to change",
            remedy="Without one every program is let in; what else stops the client says ews.allowed.",
        )
    managed = target.managed((_POLICY,), (name,))
    before = managed.values(access, target.identity)
    present = [str(entry) for entry in _entries(before[name])]
    wanted = _with(present, pattern) if name == "EwsAllowList" else _without(present, pattern, target.subject)
    if wanted != present:
        cautions = _cautions(target, _INFERRED, _aside(pattern))
        yield managed.change(target.subject, target.identity, before, {**before, name: wanted}, cautions)


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
    alone = EwsAccess.read({_POLICY: "EnforceAllowList", "EwsAllowList": [pattern]})
    if alone.rule(LATEST_AGENT).verdict == "allowed":
        return ""
    return f"{pattern} does not match {LATEST_AGENT}, which the client is taken to call itself."


def _cautions(target: _Target, *texts: str) -> str:
    retiring = _RETIRING if target.place is Location.ONLINE else ""
    return " ".join(filter(None, (*texts, retiring)))


ALLOW_EWS = Operation(
    name="allow-ews",
    title="Let a mailbox or an organisation use EWS (EwsEnabled, or the application access policy)",
    reference=EWS_ACCESS,
    plan=_plan,
    apply=write,
    read=read,
    facts=FACTS,
    foresee=foresee,
)
