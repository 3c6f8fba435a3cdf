"""Where people are homed: Get-CsUser's RegistrarPool, then Get-CsPool's Site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Missing
from imadmin.model.values import lowered
from imadmin.tables import literal

from .rulings import has_sites

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imadmin import PeopleRows
    from imadmin.model import Pool
    from imadmin.tables import Table

    from .rulings import Ruling

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


def judge_at_home(
    users: Table, sql: str, rulings: Sequence[Ruling], pools: Sequence[Pool] | Missing
) -> PeopleRows:
    """Judge people by the rulings that apply where they are homed.

    Args:
        users: the fact.
        sql: follows `HOMES`, and joins it with `rulings`; `$by_site$` in it is whether some ruling is of
            a site.
        rulings: one for each object.
        pools: the fact, or why it is missing.
    """
    lost = literal(pools.reason) if isinstance(pools, Missing) and pools.reason else "null"
    by_site = "true" if has_sites(rulings) else "false"
    whole = f"with {HOMES.replace('$lost$', lost)} {sql.replace('$by_site$', by_site)}"
    return users.judge(whole, rulings=rulings, pools=_pool_rows(pools))


def _pool_rows(pools: Sequence[Pool] | Missing) -> list[dict[str, object]]:
    """The pools as a list for `Table.judge`; of a pool in two places nobody knows the site."""
    sites: dict[str, str] = {}
    for pool in [] if isinstance(pools, Missing) else pools:
        same = lowered(sites.setdefault(pool.fqdn, pool.site)) == lowered(pool.site)
        sites[pool.fqdn] = pool.site if same else ""
    return [{"fqdn": fqdn, "site": site} for fqdn, site in (sites or {"": ""}).items()]
