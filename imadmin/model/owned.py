"""Whose each client is: the SQL that every check asking for it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.tables import Table

__all__ = ["owned"]


def owned(client_builds: Table) -> str:
    r"""Common table expressions `kinds` and `owned`.

    `owned` is a row of each client: id (the person's `rowid` among the users), kind, agent, edition, build.
    `kinds` is a row of each kind: clients that are alike are kept once, so that what is worked out of agent,
    edition and build costs little, however many people there are.

    Lists of registrations name people by SIP address. Inventories name them otherwise: by user principal
    name, by e-mail address, or as `DOMAIN\account`; an account that two people have is nobody's.
    """
    name, database = client_builds.name, client_builds.database
    kinds = database.derive("_clients", _KINDS.replace("$client_builds$", name), of=(name,))
    table = database.derive("_owned", _OWNED.replace("$client_builds$", name), of=("users", name, kinds.name))
    known = f"{table.name} o join {kinds.name} k using (kind)"
    return f"kinds as (from {kinds.name}), owned as not materialized (select o.id, k.* from {known})"


_KINDS = """
    select row_number() over ()::integer as kind, *
    from (select distinct agent, edition, build from $client_builds$)
"""
_OWNED = r"""
    with clients as materialized (
      select u.rowid as id, k.kind, case when u.rowid is null then e.person end as stranger
      from $client_builds$ e join _clients k
      on k.agent is not distinct from e.agent and k.edition is not distinct from e.edition
         and k.build is not distinct from e.build
      left join users u on u.person = e.person
    ),
    strangers as (
      select kind, stranger as person, regexp_extract(stranger, '[^\\]*$') as account
      from clients where id is null
    ),
    accounts as (
      select account, min(rowid) as id from users where account is not null
      group by account having count(*) = 1
    )
    select id, kind from clients where id is not null
    union all
    select * from (
      select coalesce(n.rowid, m.rowid, a.id) as id, s.kind
      from strangers s left join users n on n.user_principal_name = s.person
                       left join users m on m.windows_email = s.person
                       left join accounts a on a.account = s.account and not contains(s.person, '@')
    ) where id is not null
"""
