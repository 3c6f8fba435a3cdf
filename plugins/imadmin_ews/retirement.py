"""Exchange Online gives up Exchange Web Services: what that means on the day as of which is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import OPTIONAL, Status, check
from imadmin.model import Location, Setting
from imadmin.model.located import located
from imadmin.model.requirements import EWS_ACCESS, EWS_ONLINE_END, EWS_ONLINE_PHASE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from imadmin import Missing, PeopleRows
    from imadmin.model import Mailboxes
    from imadmin.tables import Table

    from .access import EwsAccess

_KEEP = "Plan for a mailbox on-premises: Exchange Server keeps EWS."
_SHOW = "Get-OrganizationConfig -RetrieveEwsOperationAccessPolicy | fl EwsEnabled,EwsAllowedAppIDs"
_SAVE = f"Save it from Exchange Online: {_SHOW.partition(' |')[0]} | Export-Clixml -Depth 4 …"
_END = f"on {EWS_ONLINE_END.value} Microsoft ends it for good (as announced)"


@check(
    id="ews.online-retirement",
    stage="ews",
    severity="high",
    title="Exchange Online still offers EWS",
    reference=EWS_ACCESS,
)
def online_retirement(
    users: Table,
    ews_organisations: Mapping[Location, EwsAccess],
    today: date,
    mailboxes: Mailboxes | Missing = OPTIONAL,
) -> PeopleRows:
    """People with a mailbox online are judged by the date, and until the end by two settings."""
    online = _online(ews_organisations.get(Location.ONLINE), today)
    rulings = [
        online,
        Ruling(
            Location.ON_PREMISES,
            Status.PASS,
            "The mailbox is on-premises: EWS stays.",
            Location.ON_PREMISES.organisation,
        ),
        Ruling("none", Status.PASS, "Exchange Online holds no mailbox of this person.", "no mailbox"),
        _unknown(today),
    ]
    return users.judge(f"with {located(mailboxes)} {_JUDGED}", rulings=rulings)


class Ruling(NamedTuple):
    """What holds for everybody whose mailbox is there."""

    location: str
    status: Status
    reason: str
    object: str
    remedy: str = ""


_JUDGED = """
    select l.id as rowid, l.person, r.status, r.reason, r.object, r.remedy
    from located l join rulings r using (location) where l.counted
"""


def _online(settings: EwsAccess | None, today: date) -> Ruling:
    if today >= EWS_ONLINE_END.value:
        what = f"{_of(today)} Exchange Online has no EWS: {_END}."
        return _ruling(Status.FAIL, what, _KEEP)
    if today < EWS_ONLINE_PHASE.value:
        what = f"Exchange Online gives up EWS from {EWS_ONLINE_PHASE.value} on, tenant by tenant; {_END}."
        return _ruling(Status.WARN, what, _KEEP)
    if settings is None:
        what = f"{_of(today)} EWS is being switched off in Exchange Online, which is not described."
        return _ruling(Status.ERROR, what, "Describe exchange_online:.")
    return _in_phase(settings, today)


def _in_phase(settings: EwsAccess, today: date) -> Ruling:
    if settings.enabled is Setting.FALSE:
        what = f"{_of(today)} EWS is switched off in Exchange Online (EwsEnabled is False); {_END}."
        return _ruling(Status.FAIL, what, f"{_KEEP} Whether it can be switched on again is not documented.")
    if settings.enabled is Setting.NULL:
        what = f"{_of(today)} what EwsEnabled means where it is not set (null) depends on the tenant's turn."
        return _ruling(Status.ERROR, what, _SHOW)
    if settings.enabled is Setting.UNKNOWN or settings.apps_listed is None:
        what = "EwsEnabled or EwsAllowedAppIDs of Exchange Online is not in the output, or not readable."
        return _ruling(Status.ERROR, what, _SAVE)
    if settings.apps_listed:
        what = (
            "EwsAllowedAppIDs lets only the applications that it lists use EWS; under which id the Skype for"
            " Business client asks is not documented."
        )
        return _ruling(Status.ERROR, what, "Try it with one client, or ask Microsoft which id to list.")
    what = f"{_of(today)} EWS is on in Exchange Online (EwsEnabled is True, EwsAllowedAppIDs blank); {_END}."
    return _ruling(Status.WARN, what, _KEEP)


def _unknown(today: date) -> Ruling:
    if today < EWS_ONLINE_PHASE.value:
        what = f"EWS of Exchange Online stays until {EWS_ONLINE_PHASE.value}, wherever the mailbox is."
        return Ruling("unknown", Status.PASS, what, "mailbox unknown")
    what = f"{_of(today)} Exchange Online gives up EWS, and whether it holds the mailbox is not known."
    return Ruling(
        "unknown", Status.ERROR, what, "mailbox unknown", "Save Get-Mailbox of every Exchange organisation."
    )


def _ruling(status: Status, reason: str, remedy: str) -> Ruling:
    return Ruling("online", status, reason, "Exchange Online", remedy)


def _of(today: date) -> str:
    return f"As of {today}"
