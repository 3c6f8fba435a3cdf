"""May the client use modern authentication where Exchange Online holds the mailbox?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Status, check
from imadmin.model import Setting
from imadmin.model.located import located
from imadmin.model.requirements import MODERN_AUTHENTICATION
from imadmin.model.values import quoted

from .homes import judge_at_home
from .rulings import Ruling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin import Missing, PeopleRows
    from imadmin.model import ClientPolicy, Mailboxes, Pool, Site
    from imadmin.tables import Table

_NAME = "AllowAdalForNonLyncIndependentOfLync"
_UNSEEN = (
    "unless the registry of the computer sets it, or the servers themselves have modern authentication"
    " (neither can be seen from here)"
)
_STATUS = {Setting.TRUE: Status.PASS, Setting.UNKNOWN: Status.SKIP}


@check(
    id="policy.modern-authentication",
    stage="policy",
    severity="medium",
    title="Clients may use modern authentication for a mailbox online",
    reference=MODERN_AUTHENTICATION,
)
def modern_authentication(
    users: Table,
    client_policies: Sequence[ClientPolicy],
    pools: Sequence[Pool] | Missing = OPTIONAL,
    sites: Sequence[Site] | Missing = OPTIONAL,
    mailboxes: Mailboxes | Missing = OPTIONAL,
) -> PeopleRows:
    """People homed here whose mailbox is online are judged by the nearest policy; it warns, and no more."""
    sql = f", {located(mailboxes)} {_NEAREST}"
    return judge_at_home(users, sql, pools, sites, rulings=map(_ruling, client_policies))


_NEAREST = """
    , nearest as (
      select h.*, l.location, coalesce(h.granted, s.key, 'global') as key,
             not h.client_policy_known or (h.granted is null and $by_site$ and h.site is null) as lost
      from homes h join located l using (id) left join rulings s on s.key = h.site_key
    )
    select n.id as rowid, n.person,
           case when n.location in ('on-premises', 'none') then 'pass'
                when n.location = 'unknown' or n.lost or r.key is null then 'skip'
                else r.status end as status,
           case when n.location in ('on-premises', 'none')
                then 'Exchange Online holds no mailbox of this person, who would have to log in there.'
                when n.location = 'unknown'
                then 'Where the mailbox is, is not known, so whether modern authentication matters is not.'
                when n.lost or r.key is null then 'Which client policy applies is not known.'
                else r.reason end as reason,
           case when n.location in ('on-premises', 'none', 'unknown') then 'mailbox ' || n.location
                when n.lost or r.key is null then 'policy unknown'
                else r.object end as object,
           case when n.location = 'online' and not n.lost then r.remedy end as remedy,
           case when n.location = 'online' and not n.lost then r.value end as entry
    from nearest n left join rulings r on r.key = n.key
"""


def _ruling(policy: ClientPolicy) -> Ruling:
    name, setting = str(policy.scope), policy.modern_authentication
    status = _STATUS.get(setting, Status.WARN)
    reason = {
        Status.PASS: f"{name} lets clients use modern authentication ({_NAME}).",
        Status.SKIP: f"Get-CsClientPolicy does not show PolicyEntry of {name}.",
        Status.WARN: f"{name} has no {_NAME}: the client may ignore the modern authentication of Exchange"
        f" Online and then have no EWS there, {_UNSEEN}.",
    }[status]
    entry = f"New-CsClientPolicyEntry -Name {_NAME} -Value 'True'"
    remedy = f"Set-CsClientPolicy -Identity {quoted(name)} -PolicyEntry @{{Add=({entry})}}"
    return Ruling(
        policy.scope.key, status, reason, name, remedy if status is Status.WARN else "", setting.value
    )
