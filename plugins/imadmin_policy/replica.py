"""Do the central store and a server's replica of it agree? Servers tell clients what the replica says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Missing, check
from imadmin.model.requirements import REPLICATION
from imadmin.model.topology import SiteNames

from .differences import NO_REPLICA, compared
from .homes import judge_at_home

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin import PeopleRows
    from imadmin.model import ClientPolicy, ImConfiguration, LocalStore, Pool, Site
    from imadmin.tables import Table

    from .rulings import Ruling


@check(
    id="server.replica",
    stage="server",
    severity="medium",
    title="Servers have the configuration that was made",
    reference=REPLICATION,
)
def replica(
    users: Table,
    local_store: LocalStore | Missing = OPTIONAL,
    im_configurations: Sequence[ImConfiguration] | Missing = OPTIONAL,
    client_policies: Sequence[ClientPolicy] | Missing = OPTIONAL,
    pools: Sequence[Pool] | Missing = OPTIONAL,
    sites: Sequence[Site] | Missing = OPTIONAL,
) -> PeopleRows:
    """Each person is judged by the objects that would apply, in the central store and in the replica.

    Whose server the replica is of, nobody knows. So one that says no is an `error` for those whom it would
    concern, and where there is none, nobody is judged by it.
    """
    configurations, policies = (None, None) if isinstance(local_store, Missing) else local_store
    names = SiteNames(() if isinstance(sites, Missing) else sites)
    found = {
        "configurations": [NO_REPLICA, *_configurations(im_configurations, configurations, names)],
        "policies": [NO_REPLICA, *_policies(client_policies, policies, names)],
    }
    compares = any(len(rulings) > 1 for rulings in found.values())
    return judge_at_home(users, _BY_BOTH if compares else _BY_NEITHER, pools, sites, **found)


def _configurations(
    central: Sequence[ImConfiguration] | Missing, replica: Sequence[ImConfiguration] | None, names: SiteNames
) -> Iterator[Ruling]:
    if replica and not isinstance(central, Missing):
        here, there = (
            {one.scope: one.enable_offline_im for one in objects} for objects in (central, replica)
        )
        yield from compared("EnableOfflineIm", here, there, names, null_stops=True)


def _policies(
    central: Sequence[ClientPolicy] | Missing, replica: Sequence[ClientPolicy] | None, names: SiteNames
) -> Iterator[Ruling]:
    if replica and not isinstance(central, Missing):
        here, there = (
            {one.scope: one.enable_im_auto_archiving for one in objects} for objects in (central, replica)
        )
        yield from compared("EnableIMAutoArchiving", here, there, names, null_stops=False)


_BY_BOTH = """
    , keys as (
      select h.id, h.person, coalesce(c.key, 'global') as configuration,
             coalesce(h.granted, p.key, 'global') as policy
      from homes h left join configurations c on c.key = h.site_key
                   left join policies p on p.key = h.site_key
    ),
    told as (
      select k.id, k.person, r.* from keys k join configurations r on r.key = k.configuration
      union all
      select k.id, k.person, r.* from keys k join policies r on r.key = k.policy
    )
    select id as rowid, person, status, reason, object, remedy, value as replica from told
    union all
    select h.id as rowid, h.person, r.status, r.reason, r.object, r.remedy, null
    from homes h cross join configurations r
    where r.key = '' and not exists (select 1 from told where told.id = h.id)
"""
_BY_NEITHER = """
    select h.id as rowid, h.person, r.status, r.reason, r.object, r.remedy, null as replica
    from homes h cross join configurations r
"""
