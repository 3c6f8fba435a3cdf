"""Where people are homed, and which policy they were granted: what decides which object applies to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Missing
from imadmin.model.topology import SiteNames
from imadmin.model.values import lowered
from imadmin.tables import literal

from .rulings import by_key, has_sites

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from imadmin import PeopleRows
    from imadmin.model import Pool, Site
    from imadmin.tables import Table

    from .rulings import Ruling

HOMES = r"""
    homes as not materialized (
      select u.rowid as id, u.person, u.registrar_pool, u.client_policy, u.client_policy_known,
             case when $lost$ is null then nullif(p.site, '') end as site,
             case when $lost$ is null then nullif(p.site_key, '') end as site_key,
             case when lower(u.client_policy) = 'global' then 'global'
                  when regexp_matches(u.client_policy, '^\s*(?i:tag|site)\s*:')
                  then lower(regexp_replace(trim(u.client_policy), '\s*:\s*', ':'))
                  else 'tag:' || lower(trim(u.client_policy)) end as granted,
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
"""A common table expression: each person's site, or why it is not known (`$lost$` is put in); the key of the
policy that was granted, null where none was."""


def judge_at_home(
    users: Table,
    sql: str,
    pools: Sequence[Pool] | Missing,
    sites: Sequence[Site] | Missing,
    **rulings: Iterable[Ruling],
) -> PeopleRows:
    """Judge people by the rulings that apply where they are homed.

    Args:
        users: the fact.
        sql: follows `HOMES`, and joins it with the rulings; `$by_site$` in it is whether some of them is of
            a site.
        pools: the fact, or why it is missing.
        sites: likewise; for sites that are meant by several names.
        rulings: lists, one for each object; tables of these names in *sql*.
    """
    lost = literal(pools.reason) if isinstance(pools, Missing) and pools.reason else "null"
    names = SiteNames(() if isinstance(sites, Missing) else sites)
    lists: dict[str, Any] = {name: _at_sites(found, names) for name, found in rulings.items()}
    by_site = "true" if any(has_sites(found) for found in lists.values()) else "false"
    whole = f"with {HOMES.replace('$lost$', lost)} {sql.replace('$by_site$', by_site)}"
    return users.judge(whole, pools=_pool_rows(pools, names), **lists)


def _at_sites(rulings: Iterable[Ruling], names: SiteNames) -> list[Ruling]:
    """The rulings by the sites' own names; two of one site that differ become an error."""
    return by_key(
        ruling._replace(key=names.key(ruling.key.removeprefix("site:")))
        if ruling.key.startswith("site:")
        else ruling
        for ruling in rulings
    )


def _pool_rows(pools: Sequence[Pool] | Missing, names: SiteNames) -> list[dict[str, object]]:
    """The pools as a list for `Table.judge`; of a pool in two places nobody knows the site."""
    sites: dict[str, str] = {}
    for pool in [] if isinstance(pools, Missing) else pools:
        same = lowered(sites.setdefault(pool.fqdn, pool.site)) == lowered(pool.site)
        sites[pool.fqdn] = pool.site if same else ""
    return [
        {"fqdn": fqdn, "site": site, "site_key": names.key(site) if site else ""}
        for fqdn, site in (sites or {"": ""}).items()
    ]
