"""The minimum builds, judged for each person's best client by where the person's own mailbox is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Missing, check
from imadmin.model.clients import FIRST_CLICK_TO_RUN, ClientBuild, build_text_sql
from imadmin.model.located import located
from imadmin.model.owned import owned
from imadmin.model.requirements import MINIMUM_BUILD, MINIMUM_BUILD_ON_PREMISES, OFFLINE_IM
from imadmin.tables import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin import PeopleRows
    from imadmin.model import Mailboxes
    from imadmin.tables import Table

_ALWAYS = MINIMUM_BUILD.value
_ON_PREMISES = MINIMUM_BUILD_ON_PREMISES.value
_UPDATE = (
    "Update the client: File > Account > Update Options > Update Now"
    " (Version 1605 or later serves every mailbox)."
)
_NO_MSI = "Install the Click-to-Run client: the MSI edition and Lync never get offline messages."


@check(
    id="client.build",
    stage="client",
    severity="high",
    title="People have a client that can leave offline messages",
    reference=OFFLINE_IM,
)
def client_build(
    users: Table,
    client_builds: Table,
    nameless_lists: Sequence[str] | Missing = OPTIONAL,
    mailboxes: Mailboxes | Missing = OPTIONAL,
) -> PeopleRows:
    """A person can send from the best client; a worse one that could not is a warning."""
    nameless = [] if isinstance(nameless_lists, Missing) else nameless_lists
    besides = f" {', '.join(nameless)} names no users, and tells nothing of anybody." if nameless else ""
    texts = {**_TEXTS, "$besides$": literal(besides)}
    judged = _filled(_ENDPOINTS + _BEST + _JUDGEMENT, texts)
    return users.judge(f"with {located(mailboxes)}, {owned(client_builds)}, {judged}")


def _filled(sql: str, texts: Mapping[str, str]) -> str:
    for mark, text in texts.items():
        sql = sql.replace(mark, text)
    return sql


_ENDPOINTS = """
    clients as (
      select id, agent, build, coalesce(edition = 'MSI', false) as told_msi,
             case when edition = 'MSI' then least(coalesce(build, 0), $first_click_to_run$ - 1)
                  else build end as rank
      from owned
    ),
    needed as (
      select id, person, location, why_not,
             case location when 'on-premises' then $on_premises$ when 'unknown' then null else $always$ end
               as required
      from located
    )
"""
"""The rank is the build, and below every Click-to-Run build where the inventory says MSI."""

_BEST = """
    , ranked as (
      select c.id, max(c.rank) as rank, arg_max(c.build, c.rank) as build,
             coalesce(arg_max(c.told_msi, c.rank), false) as told_msi,
             min(c.rank) filter (c.rank < coalesce(n.required, $on_premises$)) as worse,
             arg_min(c.build, c.rank) filter (c.rank < coalesce(n.required, $on_premises$)) as worse_build
      from needed n join clients c using (id) group by c.id
    ),
    stated as (
      select n.*, r.* exclude (id),
             case when rank is null then 'unknown'
                  when rank < $always$ then 'old'
                  when required is not null and rank < required then 'old'
                  when required is null and rank < $on_premises$ then 'undecided'
                  when worse is not null and required is not null then 'mixed'
                  when worse < $always$ then 'mixed'
                  else 'good' end as state
      from needed n left join ranked r using (id)
    ),
    called as (
      select id, coalesce(string_agg(distinct agent, ', ' order by agent), '') as agents,
             arg_max(agent, c.rank) as agent
      from stated s join clients c using (id) where s.state <> 'good' group by id
    ),
    texts as (
      select s.*, coalesce(c.agents, '') as agents, c.agent,
             case when build is null then 'of unknown build' else $build_text$ end as build_name,
             case when worse_build is null then 'of the MSI edition' else $worse_text$ end as worse_name,
             $required_text$ as required_name,
             case when rank >= $first_click_to_run$ then ''
                  when told_msi or build >= $office_2016$ then ' (MSI edition)'
                  when build >= $office_2013$ then ' (Lync 2013 or Skype for Business 2015)'
                  else ' (Lync 2010 or older)' end as product
      from stated s left join called c using (id)
    )
"""
"""What clients call themselves is looked up only for people of whom it will be told."""

_JUDGEMENT = """
    select t.person,
           case t.state when 'good' then 'pass'
                        when 'mixed' then 'warn'
                        when 'old' then 'fail'
                        else 'error' end as status,
           case t.state
             when 'good' then 'The client is new enough.'
             when 'mixed' then 'The best client can leave offline messages; another one of this person, '
                               || t.worse_name || ', cannot.'
             when 'old' then case when t.rank < $always$ then 'The best client, ' || t.build_name
                                  || t.product || ', is below ' || $always_text$
                                  || ', the first build that can leave offline messages.'
                             else 'The best client, ' || t.build_name || ', is below '
                                  || $on_premises_text$ || ', which a mailbox on-premises needs.' end
             when 'undecided' then 'Build ' || t.build_name || ' does for a mailbox in Exchange Online and'
                                   || ' not for one on-premises, and where this one is, is not known: '
                                   || t.why_not || '.'
             else case when t.agents = ''
                       then 'No client of this person is in the lists of registered clients.'
                       else 'No desktop client with a known build (an OC/ number) was seen: '
                            || t.agents || '.' end || $besides$
           end as reason,
           case when t.state = 'mixed' then t.worse_name
                when t.state <> 'unknown' then t.build_name
                when t.agents = '' then 'no client seen'
                else t.agents end as object,
           case t.state when 'good' then null
             when 'mixed' then 'Update or retire the older client.'
             when 'old' then case when t.product <> '' then $no_msi$ else $update$ end
             when 'undecided' then $update$
             else 'Collect the registrations again while the person is signed in on a PC,'
                  || ' or look at the file version of lync.exe there.' end as remedy,
           case when t.state in ('old', 'undecided', 'mixed') then t.agent end as agent,
           case when t.state in ('old', 'mixed') then t.required_name end as required,
           case when t.state in ('old', 'mixed', 'undecided') then t.location end as mailbox
    from texts t
"""

_TEXTS = {
    "$on_premises$": str(_ON_PREMISES.number),
    "$always$": str(_ALWAYS.number),
    "$first_click_to_run$": str(FIRST_CLICK_TO_RUN.number),
    "$office_2016$": str(ClientBuild(16, 0, 0, 0).number),
    "$office_2013$": str(ClientBuild(15, 0, 0, 0).number),
    "$always_text$": literal(str(_ALWAYS)),
    "$on_premises_text$": literal(str(_ON_PREMISES)),
    "$build_text$": build_text_sql("build"),
    "$worse_text$": build_text_sql("worse_build"),
    "$required_text$": build_text_sql("required"),
    "$update$": literal(_UPDATE),
    "$no_msi$": literal(_NO_MSI),
}
