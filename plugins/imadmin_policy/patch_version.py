"""Do the servers where people are homed have an update with Offline IM?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Missing, check
from imadmin.model.requirements import PATCH_VERSION

from .pool_updates import UNKNOWN_POOL, Updates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin import PeopleRows
    from imadmin.model import Pool, Server
    from imadmin.tables import Table


@check(
    id="server.patch-version",
    stage="server",
    severity="high",
    title="Servers have an update with Offline IM",
    reference=PATCH_VERSION,
)
def patch_version(
    users: Table,
    server_updates: Sequence[Server] | Missing = OPTIONAL,
    pools: Sequence[Pool] | Missing = OPTIONAL,
) -> PeopleRows:
    """Each person is judged by the servers of the pool where the person is homed.

    What nobody knows of a server takes nothing away: that `Get-CsImConfiguration` answers already tells.
    """
    lost = server_updates.reason if isinstance(server_updates, Missing) else ""
    updates = Updates([] if isinstance(server_updates, Missing) else server_updates, lost)
    known = [] if isinstance(pools, Missing) else pools
    return users.judge(_JUDGED, rulings=updates.rulings(known))


_JUDGED = f"""
    select u.rowid, u.person, r.status, r.reason, r.object, r.remedy, r.versions
    from users u
      left join rulings p on p.pool = u.registrar_pool
      join rulings r on r.pool = coalesce(p.pool, '{UNKNOWN_POOL}')
    where u.uncounted is null
"""
