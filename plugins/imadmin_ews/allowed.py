"""May the client of each person use EWS? Organisation and mailbox must both allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Missing, check
from imadmin.model.located import located
from imadmin.model.requirements import EWS_ACCESS, MINIMUM_BUILD, MINIMUM_BUILD_ON_PREMISES

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

    agents = _NO_AGENTS if isinstance(client_builds, Missing) else _AGENTS
    asked = f"with {located(mailboxes)}, {agents}, {_ASKED.format(settings=ews_mailboxes.name)}"
    combinations = users.query(f"{asked} select distinct {_COMBINATION}, key from asked")
    rulings = [ruling(Combination(*row[:-1]), ews_organisations, row[-1]) for row in combinations]
    return users.judge(f"{asked} {_JUDGED.format(order=_BEST_FIRST)}", rulings=rulings)


_BEST_FIRST = "case r.status when 'pass' then 0 when 'error' then 1 else 2 end"
_COMBINATION = "location, why_not, listed, enabled, policy, allow, block, agent"
_NO_AGENTS = "agents as (select person, null::varchar as agent from users)"
_AGENTS = f"""
    able as (
      select c.person, c.agent from client_builds c join located l using (person)
      where c.build >= case l.location when 'on-premises' then {MINIMUM_BUILD_ON_PREMISES.value.number}
                                       else {MINIMUM_BUILD.value.number} end
    ),
    agents as (
      select person, agent from able
      union all
      select u.person, arg_max(c.agent, coalesce(c.build, -1))
      from users u left join client_builds c using (person)
      where u.person not in (select person from able) group by u.person
    )
"""
_ASKED = """
    settled as (
      select l.person, l.location, l.mailbox,
             case when l.location = 'unknown' then l.why_not end as why_not,
             s.mailbox is not null as listed, s.enabled, s.policy, s.allow, s.block, g.agent
      from located l join agents g on g.person = l.person
                     left join {settings} s on s.mailbox = l.mailbox and s.location = l.location
    ),
    asked as (
      select *, to_json([location, why_not, listed::varchar, enabled, policy, allow::varchar,
                         block::varchar, agent])::varchar as key
      from settled
    )
"""
_JUDGED = """
    select a.person, r.status, r.reason,
           case r.about when 'mailbox' then coalesce(a.mailbox, a.person)
                        when 'person' then a.person
                        else r.about end as object,
           replace(r.remedy, '$mailbox$', replace(coalesce(a.mailbox, a.person), '''', '''''')) as remedy
    from asked a join rulings r on r.key = a.key
    qualify row_number() over (partition by a.person order by {order}, a.agent) = 1
"""
