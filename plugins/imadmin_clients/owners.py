"""Whose each client is: SQL that every check on clients begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.tables import Table

__all__ = ["owned"]


def owned(client_builds: Table) -> str:
    r"""Common table expressions that end in `owned`: person, agent, edition and build of each client.

    Lists of registrations name people by SIP address. Inventories name them otherwise: by user principal
    name, by e-mail address, or as `DOMAIN\account`; an account that two people have is nobody's.
    """
    return _OWNED.replace("$client_builds$", client_builds.name)


_OWNED = r"""
    strangers as materialized (
      select e.*, regexp_extract(e.person, '[^\\]*$') as account
      from $client_builds$ e anti join users u on u.person = e.person
    ),
    accounts as (
      select account, min(person) as person from users where account is not null
      group by account having count(*) = 1
    ),
    owned as (
      select person, agent, edition, build from $client_builds$
      union all
      select coalesce(n.person, m.person, a.person), s.agent, s.edition, s.build
      from strangers s left join users n on n.user_principal_name = s.person
                       left join users m on m.windows_email = s.person
                       left join accounts a on a.account = s.account and not contains(s.person, '@')
      where coalesce(n.person, m.person, a.person) is not null
    )
"""
