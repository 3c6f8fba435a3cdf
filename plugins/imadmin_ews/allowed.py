"""May the client of each person use EWS? Organisation and mailbox must both allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Missing, check
from imadmin.model.located import located
from imadmin.model.owned import owned
from imadmin.model.requirements import EWS_ACCESS, MINIMUM_BUILD, MINIMUM_BUILD_ON_PREMISES
from imadmin.tables import literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin import PeopleRows
    from imadmin.model import Location, Mailboxes
    from imadmin.tables import Table

    from .access import EwsAccess


@check(
    id="ews.allowed",
    stage="ews",
    severity="high",
    title="Organisation and mailbox let the client use EWS",
    reference=EWS_ACCESS,
)
def ews_allowed(
    users: Table,
    ews_organisations: Mapping[Location, EwsAccess],
    ews_mailboxes: Table,
    mailboxes: Mailboxes | Missing = OPTIONAL,
    client_builds: Table | Missing = OPTIONAL,
) -> PeopleRows:
    """Each person is judged by the settings of the own mailbox and of the organisation that holds it.

    Of several clients that are new enough one that is let in will do.

    Settings and agents are few, however many people there are: each combination of them is judged once.
    """
    from .rulings import Combination, ruling

    agents = _NO_AGENTS if isinstance(client_builds, Missing) else f"{owned(client_builds)}, {_AGENTS}"
    ruled = [place for place, settings in ews_organisations.items() if settings.policy != ""]
    settled = _SETTLED.format(settings=ews_mailboxes.name, ruled=", ".join(map(literal, ["", *ruled])))
    asked = users.database.derive(
        "_ews_asked",
        f"with {located(mailboxes)}, {settled}, {agents}, {_ASKED}",
        of=("users", "_located", ews_mailboxes.name, "_owned"),
    )
    combinations = asked.query(_COMBINATIONS.format(asked=asked.name, settings=ews_mailboxes.name))
    rulings = [ruling(Combination(*row[:-1]), ews_organisations, row[-1]) for row in combinations]
    judged = _JUDGED.format(asked=asked.name, order=_BEST_FIRST)
    return users.judge(f"with {located(mailboxes)} {judged}", rulings=rulings)


_BEST_FIRST = "case r.status when 'pass' then 0 when 'error' then 1 else 2 end"
_SETTINGS = "hash(enabled, policy, allow, block)"
_SETTLED = f"""
    settled as materialized (
      select l.id, l.location, case when l.location = 'unknown' then l.why_not end as why_not, s.settings,
             l.location in ({{ruled}}) or coalesce(s.by_policy, false) as by_agent
      from located l left join (
        select mailbox, location, policy is distinct from '' as by_policy, {_SETTINGS} as settings
        from {{settings}}
      ) s on s.mailbox = l.mailbox and s.location = l.location
    )
"""
"""Where no policy goes by it, it does not matter what the client calls itself."""

_NO_AGENTS = "agents as (select id, null::varchar as agent from settled where by_agent)"
_AGENTS = f"""
    seen as (
      select s.id, c.agent, c.build, c.edition is distinct from 'MSI' and
             c.build >= case s.location when 'on-premises' then {MINIMUM_BUILD_ON_PREMISES.value.number}
                                        else {MINIMUM_BUILD.value.number} end as able
      from settled s left join owned c using (id) where s.by_agent
    ),
    best as (
      select id, arg_max(agent, coalesce(build, -1)) as agent, bool_or(coalesce(able, false)) as able
      from seen group by id
    ),
    agents as (
      select id, agent from seen where able
      union all
      select id, agent from best where not able
    )
"""
"""All clients that are new enough, else the best."""

_ASKED = """
    asked as (
      select * exclude (by_agent), null as agent from settled where not by_agent
      union all
      select s.* exclude (by_agent), a.agent from settled s join agents a using (id)
    )
    select *, (hash(location, why_not, settings, agent) >> 1)::bigint as key from asked
"""
_COMBINATIONS = f"""
    with different as (select distinct location, why_not, settings, agent, key from {{asked}}),
    known as (
      select {_SETTINGS} as settings, any_value(enabled) as enabled, any_value(policy) as policy,
             any_value(allow) as allow, any_value(block) as block
      from {{settings}} group by 1
    )
    select d.location, d.why_not, k.settings is not null as listed, k.enabled, k.policy, k.allow, k.block,
           d.agent, d.key
    from different d left join known k using (settings)
"""
_JUDGED = """
    select l.id as rowid, l.person, r.status, r.reason,
           case r.about when 'mailbox' then coalesce(l.mailbox, l.person)
                        when 'person' then l.person
                        else r.about end as object,
           case when contains(r.remedy, '$mailbox$')
                then replace(r.remedy, '$mailbox$', replace(coalesce(l.mailbox, l.person), '''', ''''''))
                else r.remedy end as remedy
    from {asked} a join located l using (id) join rulings r on r.key = a.key
    where l.counted
    qualify a.agent is null or row_number() over (partition by a.id order by {order}, a.agent) = 1
"""
