"""Where people are homed: Get-CsUser's RegistrarPool, then Get-CsPool's Site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Missing
from imadmin.model.values import lowered
from imadmin.tables import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imadmin.model import Pool

HOMES = """
    homes as (
      select u.person, u.registrar_pool, u.client_policy, u.client_policy_known,
             case when $lost$ is null then nullif(p.site, '') end as site,
             case when $lost$ is not null
                  then 'Where people are homed could not be found out: ' || $lost$ || '.'
                  when u.registrar_pool is null then 'Get-CsUser names no registrar pool for this person.'
                  when p.fqdn is null
                  then 'The pool ' || u.registrar_pool || ' is not among those of Get-CsPool.'
                  else 'Get-CsPool names no site for the pool ' || u.registrar_pool || '.' end as why_not
      from users u left join pools p on p.fqdn = u.registrar_pool
      where u.uncounted is null
    )
"""
"""A common table expression: each person's site, or why it is not known (`$lost$` is put in)."""


def homes_sql(lost: str) -> str:
    """`HOMES`, where *lost* says why there are no pools; empty where there are."""
    return HOMES.replace("$lost$", literal(lost) if lost else "null")


def pool_rows(pools: Sequence[Pool] | Missing) -> Iterable[dict[str, object]]:
    """The pools as a list for `Table.judge`; of a pool in two places nobody knows the site."""
    sites: dict[str, str] = {}
    for pool in [] if isinstance(pools, Missing) else pools:
        same = lowered(sites.setdefault(pool.fqdn, pool.site)) == lowered(pool.site)
        sites[pool.fqdn] = pool.site if same else ""
    return [{"fqdn": fqdn, "site": site} for fqdn, site in (sites or {"": ""}).items()]


def loss(pools: Sequence[Pool] | Missing) -> str:
    """Why there are no pools; empty where there are."""
    return pools.reason if isinstance(pools, Missing) else ""
