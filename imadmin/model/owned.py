"""Whose each client is: the SQL that every check asking for it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.tables import Table

__all__ = ["owned"]


def owned(client_builds: Table) -> str:
    r"""A common table expression `owned`: id, person, agent, edition and build of each client.

    The id is the person's `rowid` among the users.

    Lists of registrations name people by SIP address. Inventories name them otherwise: by user principal
    name, by e-mail address, or as `DOMAIN\account`; an account that two people have is nobody's.
    """
    name = client_builds.name
    table = client_builds.database.derive(
        "_owned", _OWNED.replace("$client_builds$", name), of=("users", name)
    )
    return f"owned as (select * from {table.name})"


_OWNED = r"""
    with strangers as materialized (
      select e.*, regexp_extract(e.person, '[^\\]*$') as account
      from $client_builds$ e anti join users u on u.person = e.person
    ),
    accounts as (
      select account, min(person) as person, min(rowid) as id from users where account is not null
      group by account having count(*) = 1
    ),
    others as (
      select coalesce(n.rowid, m.rowid, a.id) as id, coalesce(n.person, m.person, a.person) as person,
             s.agent, s.edition, s.build
      from strangers s left join users n on n.user_principal_name = s.person
                       left join users m on m.windows_email = s.person
                       left join accounts a on a.account = s.account and not contains(s.person, '@')
    )
    select u.rowid as id, e.person, e.agent, e.edition, e.build
    from $client_builds$ e join users u on u.person = e.person
    union all
    select id, person, agent, edition, build from others where id is not null
"""
