"""Does the client policy let people save conversations? Only then their client offers offline messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Status, check
from imadmin.model import Setting
from imadmin.model.requirements import CLIENT_POLICY
from imadmin.model.values import quoted

from .homes import judge_at_home
from .rulings import Ruling, unreadable
from .strays import telling_of_strays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin import Missing, PeopleRows
    from imadmin.model import ClientPolicy, Pool, Site
    from imadmin.tables import Table

_UNSEEN = "it saves unless the person has unticked it, which cannot be seen from here"
_STATUS = {Setting.TRUE: Status.PASS, Setting.FALSE: Status.FAIL, Setting.NULL: Status.WARN}


@check(
    id="policy.auto-archiving",
    stage="policy",
    severity="high",
    title="Senders may save conversations",
    reference=CLIENT_POLICY,
)
def auto_archiving(
    users: Table,
    client_policies: Sequence[ClientPolicy],
    pools: Sequence[Pool] | Missing = OPTIONAL,
    sites: Sequence[Site] | Missing = OPTIONAL,
) -> PeopleRows:
    """Each person is judged by the nearest policy: the one granted, else that of the site, else Global."""
    rulings = telling_of_strays([*map(_ruling, client_policies)], pools, sites)
    return judge_at_home(users, _NEAREST, pools, sites, rulings=rulings)


_NEAREST = """
    , nearest as (
      select h.*, s.key as of_site from homes h left join rulings s on s.key = h.site_key
    ),
    judged as (
      select n.*,
             case when not n.client_policy_known then 'no-assignment'
                  when n.granted is null and $by_site$ and n.site is null then 'no-site' end as problem,
             coalesce(n.granted, n.of_site, 'global') as key
      from nearest n
    )
    select j.id as rowid, j.person,
           case when j.problem is not null or r.key is null then 'error' else r.status end as status,
           case when j.problem = 'no-assignment'
                then 'The output of Get-CsUser lacks ClientPolicy, so which policy applies is unknown.'
                when j.problem = 'no-site' then j.why_not
                when r.key is null and j.granted is not null
                then 'The policy ' || j.client_policy
                     || ' is assigned, but Get-CsClientPolicy does not list it.'
                when r.key is null then 'Get-CsClientPolicy listed no Global policy, which applies here.'
                else r.reason end as reason,
           case when j.problem = 'no-assignment' then 'Get-CsUser'
                when j.problem = 'no-site' then 'site unknown'
                else coalesce(r.object, j.client_policy, 'Global') end as object,
           case when j.problem = 'no-assignment' then 'Get-CsUser | Export-Clixml -Depth 4 Get-CsUser.xml'
                when j.problem = 'no-site'
                then 'Save Get-CsUser (RegistrarPool) and Get-CsPool (Site) again: some policy is per site.'
                when r.key is null
                then 'Run Get-CsClientPolicy without a filter;'
                     || ' Get-CsEffectivePolicy shows what applies to a person.'
                else r.remedy end as remedy,
           case when j.problem is null then r.value end as "EnableIMAutoArchiving"
    from judged j left join rulings r on r.key = j.key
"""


def _ruling(policy: ClientPolicy) -> Ruling:
    name = str(policy.scope)
    setting = policy.enable_im_auto_archiving
    status = _STATUS.get(setting, Status.ERROR)
    command = f"Set-CsClientPolicy -Identity {quoted(name)} -EnableIMAutoArchiving $true"
    texts = {
        Status.PASS: (f"{name} lets the client save conversations.", ""),
        Status.FAIL: (
            f"{name} forbids saving conversations (EnableIMAutoArchiving is False): no offline messages.",
            f"{command}   (hardening baselines set False on purpose: ask before you change it)",
        ),
        Status.WARN: (
            f"{name} leaves EnableIMAutoArchiving to the client (null): {_UNSEEN}.",
            f"To make sure: {command}",
        ),
        Status.ERROR: (
            unreadable("Get-CsClientPolicy", f"EnableIMAutoArchiving of {name}", setting),
            "Get-CsClientPolicy | Export-Clixml -Depth 4 Get-CsClientPolicy.xml",
        ),
    }
    reason, remedy = texts[status]
    return Ruling(policy.scope.key, status, reason, name, remedy, setting.value)
