"""What one combination of settings and client means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Status
from imadmin.model import Location, Setting
from imadmin.model.values import quoted

from .access import EwsAccess, user_agent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .access import Level

__all__ = ["Combination", "Ruling", "ruling"]

_INFERRED = "that its user agent begins with OC/ is an inference"
_ALLOW_ORGANISATION = {
    Location.ON_PREMISES: "Set-OrganizationConfig -EwsEnabled $true   (in Exchange on-premises)",
    Location.ONLINE: "Set-OrganizationConfig -EwsEnabled $true   (in Exchange Online; whether that is still"
    " possible since EWS is being retired there is not documented: see ews.online-retirement)",
}
_ALLOW_MAILBOX = "Set-CASMailbox '$mailbox$' -EwsEnabled $true"
_REVIEW = "Get-OrganizationConfig | fl Ews*; Get-CASMailbox '$mailbox$' | fl Ews*"


class Combination(NamedTuple):
    """The settings and the client of some people; all of them have the same.

    Attributes:
        location: of the mailbox, or `none`, or `unknown`.
        why_not: why the location is unknown.
        listed: whether Get-CASMailbox has the mailbox.
        agent: what a client of the person calls itself to the registrar.
    """

    location: str
    why_not: str | None
    listed: bool
    enabled: str | None
    policy: str | None
    allow: list[str] | None
    block: list[str] | None
    agent: str | None

    @property
    def mailbox(self) -> EwsAccess:
        """The settings of the mailbox."""
        return EwsAccess(
            Setting(self.enabled or "unknown"), self.policy, tuple(self.allow or ()), tuple(self.block or ())
        )


class Ruling(NamedTuple):
    """The judgement on them, as rows are made of it.

    Attributes:
        key: of the combination.
        about: what the finding is about: an organisation's name, or `mailbox`, or `person`.
    """

    key: str
    status: str
    reason: str
    about: str
    remedy: str = ""


def ruling(combination: Combination, organisations: Mapping[Location, EwsAccess], key: str) -> Ruling:
    """Judge a combination."""
    if combination.location == "none":
        what = "Has no mailbox in Exchange, and without one the client has no EWS (an inference)."
        return Ruling(key, Status.ERROR, what, "person", "Enable-Mailbox, or look for it elsewhere.")
    if combination.location == "unknown":
        what = f"Where the mailbox is, is not known: {combination.why_not}."
        return Ruling(key, Status.ERROR, what, "person", "Save Get-Mailbox of every Exchange organisation.")
    place = Location(combination.location)
    organisation = organisations.get(place)
    if organisation is None:
        what = f"{place.organisation} holds the mailbox, and the deployment does not describe it."
        return Ruling(key, Status.ERROR, what, place.organisation, f"Describe {place.shell}:.")
    return _switched(combination, organisation, place, key) or _by_policy(
        combination, organisation, place, key
    )


def _switched(combination: Combination, organisation: EwsAccess, place: Location, key: str) -> Ruling | None:
    """The judgement by `EwsEnabled`, where that is decisive."""
    name = place.organisation
    if organisation.enabled is Setting.FALSE:
        remedy = _ALLOW_ORGANISATION[place]
        return Ruling(key, Status.FAIL, f"EWS is switched off for all of {name}.", name, remedy)
    if combination.listed and combination.mailbox.enabled is Setting.FALSE:
        return Ruling(key, Status.FAIL, "EWS is switched off for the mailbox.", "mailbox", _ALLOW_MAILBOX)
    if organisation.enabled is Setting.UNKNOWN:
        what = f"EwsEnabled of {name} is not in the output of Get-OrganizationConfig, or not readable."
        return Ruling(key, Status.ERROR, what, name, "Save Get-OrganizationConfig again.")
    if not combination.listed:
        what = "Get-CASMailbox does not list the mailbox, so whether EWS is switched on for it is unknown."
        return Ruling(key, Status.ERROR, what, "mailbox", "Run Get-CASMailbox -ResultSize Unlimited.")
    if combination.mailbox.enabled is Setting.UNKNOWN:
        what = "EwsEnabled of the mailbox is not in the output of Get-CASMailbox, or not readable."
        return Ruling(key, Status.ERROR, what, "mailbox", "Save Get-CASMailbox again.")
    return None


def _by_policy(combination: Combination, organisation: EwsAccess, place: Location, key: str) -> Ruling:
    """The judgement by the application access policies."""
    agent = user_agent(combination.agent)
    name = place.organisation
    levels = {name: organisation.rule(agent), "mailbox": combination.mailbox.rule(agent)}
    told = {about: level for about, level in levels.items() if level.verdict != "none"}
    verdicts = {level.verdict for level in told.values()}
    if not told:
        return Ruling(key, Status.PASS, "EWS is allowed.", name)
    about, level = next(iter(told.items()))
    if verdicts == {"allowed"}:
        return Ruling(key, Status.PASS, f"EWS is allowed: {level.reason} ({_INFERRED}).", about)
    if verdicts == {"blocked"}:
        who = f"The application access policy of {_of(about)} shuts the client out"
        what = f"{who}: {level.reason} ({_INFERRED})."
        return Ruling(key, Status.FAIL, what, about, _open(about, level))
    what = f"Whether the application access policy lets the client in is not known: {_doubt(told)}."
    return Ruling(key, Status.ERROR, what, about, _REVIEW)


def _of(about: str) -> str:
    return "the mailbox" if about == "mailbox" else about


def _doubt(told: Mapping[str, Level]) -> str:
    unsure = [level.reason for level in told.values() if level.verdict == "unsure"]
    return (
        unsure[0]
        if unsure
        else (
            "that of the mailbox and that of the organisation differ, and which prevails is not documented"
            " (of access in general Microsoft's guide for developers says that the specific setting does)"
        )
    )


def _open(about: str, level: Level) -> str:
    cmdlet = "Set-CASMailbox '$mailbox$'" if about == "mailbox" else "Set-OrganizationConfig"
    if level.pattern:
        return f"{cmdlet} -EwsBlockList @{{Remove={quoted(level.pattern)}}}"
    return f"{cmdlet} -EwsAllowList @{{Add='OC/*'}}   (that the client calls itself so is an inference)"
