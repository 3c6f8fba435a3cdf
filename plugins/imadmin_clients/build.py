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
    begin = f"with {located(mailboxes)}, {owned(client_builds)}, {_filled(_RANKS, texts)}"
    people = users.database.derive(
        "_client_ranks", f"{begin}, {_PEOPLE}", of=("users", "_located", client_builds.name, "_owned")
    )
    judged = _filled(_STATES + _JUDGEMENT, {**texts, "$people$": people.name})
    return users.judge(f"{begin}, {judged}")


def _filled(sql: str, texts: Mapping[str, str]) -> str:
    for mark, text in texts.items():
        sql = sql.replace(mark, text)
    return sql


_RANKS = """
    ranks as materialized (
      select *, row_number() over (order by rank, kind)::integer as place
      from (select kind, agent, build, coalesce(edition = 'MSI', false) as told_msi,
                   case when edition = 'MSI' then least(coalesce(build, 0), $first_click_to_run$ - 1)
                        else build end as rank
            from kinds)
      where rank is not null
    )
"""
"""Kinds of clients by rank: the build, and below every Click-to-Run build where the inventory says MSI."""

_PEOPLE = """
    ranked as (
      select id, max(place) as best, min(place) as worst from owned join ranks using (kind) group by id
    )
    select l.id, l.location, coalesce(r.best, 0) as best, coalesce(r.worst, 0) as worst
    from located l left join ranked r using (id)
"""
"""The ranks of each person's best and worst client; 0 where there is none."""

_STATES = """
    people as (from $people$),
    cases as (
      select distinct location, best, worst,
             case location when 'on-premises' then $on_premises$ when 'unknown' then null else $always$ end
               as required
      from people
    ),
    stated as (
      select c.*, b.rank, b.build, b.told_msi, b.agent, w.build as worse_build,
             case when b.rank is null then 'unknown'
                  when b.rank < $always$ then 'old'
                  when required is not null and b.rank < required then 'old'
                  when required is null and b.rank < $on_premises$ then 'undecided'
                  when w.rank < required then 'mixed'
                  when w.rank < $always$ then 'mixed'
                  else 'good' end as state
      from cases c left join ranks b on b.place = c.best left join ranks w on w.place = c.worst
    ),
    states as materialized (
      select *, case when build is null then 'of unknown build' else $build_text$ end as build_name,
             case when worse_build is null then 'of the MSI edition' else $worse_text$ end as worse_name,
             $required_text$ as required_name,
             case when rank >= $first_click_to_run$ then ''
                  when told_msi or build >= $office_2016$ then ' (MSI edition)'
                  when build >= $office_2013$ then ' (Lync 2013 or Skype for Business 2015)'
                  else ' (Lync 2010 or older)' end as product
      from stated
    ),
    called as (
      select id, coalesce(string_agg(distinct agent, ', ' order by agent), '') as agents
      from owned semi join (from people where best = 0) using (id) group by id
    )
"""
"""What a best and a worst client mean, worked out once for all people who have them; what clients call
themselves is looked up only for people of whom it will be told."""

_JUDGEMENT = """
    select l.id as rowid, l.person,
           case s.state when 'good' then 'pass'
                        when 'mixed' then 'warn'
                        when 'old' then 'fail'
                        else 'error' end as status,
           case s.state
             when 'good' then 'The client is new enough.'
             when 'mixed' then 'The best client can leave offline messages; another one of this person, '
                               || s.worse_name || ', cannot.'
             when 'old' then case when s.rank < $always$ then 'The best client, ' || s.build_name
                                  || s.product || ', is below ' || $always_text$
                                  || ', the first build that can leave offline messages.'
                             else 'The best client, ' || s.build_name || ', is below '
                                  || $on_premises_text$ || ', which a mailbox on-premises needs.' end
             when 'undecided' then 'Build ' || s.build_name || ' does for a mailbox in Exchange Online and'
                                   || ' not for one on-premises, and where this one is, is not known: '
                                   || l.why_not || '.'
             else case when coalesce(c.agents, '') = ''
                       then 'No client of this person is in the lists of registered clients.'
                       else 'No desktop client with a known build (an OC/ number) was seen: '
                            || c.agents || '.' end || $besides$
           end as reason,
           case when s.state = 'mixed' then s.worse_name
                when s.state <> 'unknown' then s.build_name
                else coalesce(nullif(c.agents, ''), 'no client seen') end as object,
           case s.state when 'good' then null
             when 'mixed' then 'Update or retire the older client.'
             when 'old' then case when s.product <> '' then $no_msi$ else $update$ end
             when 'undecided' then $update$
             else 'Collect the registrations again while the person is signed in on a PC,'
                  || ' or look at the file version of lync.exe there.' end as remedy,
           case when s.state in ('old', 'undecided', 'mixed') then s.agent end as agent,
           case when s.state in ('old', 'mixed') then s.required_name end as required,
           case when s.state in ('old', 'mixed', 'undecided') then s.location end as mailbox
    from people p join states s using (location, best, worst) join located l using (id)
      left join called c using (id)
    where l.counted
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
