"""Does a person's license give a right to EWS of Exchange Online? Only an administrator's list can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Missing, check
from imadmin.model.licenses import right_of
from imadmin.model.located import located
from imadmin.model.requirements import EWS_LICENSES_ENFORCED
from imadmin.tables import literal

if TYPE_CHECKING:
    from datetime import date

    from imadmin import PeopleRows
    from imadmin.model import Mailboxes
    from imadmin.tables import Table


@check(
    id="ews.licenses",
    stage="ews",
    severity="high",
    title="Licenses give a right to EWS",
    reference=EWS_LICENSES_ENFORCED.source,
)
def ews_licenses(
    users: Table,
    today: date,
    licenses: Table | Missing = OPTIONAL,
    mailboxes: Mailboxes | Missing = OPTIONAL,
) -> PeopleRows:
    """People with a mailbox online are judged by the licenses that a list shows of them; others pass."""
    if isinstance(licenses, Missing):
        return users.judge(f"with {located(mailboxes)} {_nothing_listed(licenses)}")
    names = [row[0] for row in licenses.query(f"select distinct license from {licenses.name}") if row[0]]
    rights = [{"license": name, "right_to": right_of(name)} for name in names]
    judged = _JUDGED.replace("$licenses$", licenses.name)
    for mark, text in _by_date(today).items():
        judged = judged.replace(mark, literal(text))
    return users.judge(f"with {located(mailboxes)}, {judged}", rights=rights or [_NO_RIGHT])


_NO_RIGHT = {"license": "", "right_to": "other"}


def _by_date(today: date) -> dict[str, str]:
    """What being without the right means on that day."""
    if today >= EWS_LICENSES_ENFORCED.value:
        return {
            "$denied$": "fail",
            "$when$": f"Exchange Online refuses it since {EWS_LICENSES_ENFORCED.value}",
        }
    return {"$denied$": "warn", "$when$": f"Exchange Online refuses it from {EWS_LICENSES_ENFORCED.value} on"}


def _nothing_listed(missing: Missing) -> str:
    status = "error" if missing.described else "skip"
    why = missing.reason if missing.described else "no list of licenses is described (licenses:)"
    return f"""
        select l.id as rowid, l.person,
               case when l.location in ('on-premises', 'none') then 'pass' else '{status}' end as status,
               case when l.location in ('on-premises', 'none')
                    then 'No mailbox in Exchange Online, whose licenses would matter.'
                    else {literal(f"Whether the license gives a right to EWS is not known: {why}.")}
                    end as reason,
               'license' as object,
               case when l.location not in ('on-premises', 'none')
                    then 'Export the active users with their licenses from the admin center, and name the'
                         || ' file under licenses:.' end as remedy
        from located l where l.counted
    """


_JUDGED = """
    asked as (select * from located where location in ('online', 'unknown')),
    addresses as (
      select person, person as address from asked
      union select u.person, u.user_principal_name from asked a join users u on u.rowid = a.id
        where u.user_principal_name is not null
      union select u.person, u.windows_email from asked a join users u on u.rowid = a.id
        where u.windows_email is not null
      union select person, mailbox from asked where mailbox is not null
    ),
    held as (
      select a.person, bool_or(r.right_to = 'given') as given, bool_or(r.right_to = 'denied') as denied,
             string_agg(distinct l.license, ' or ' order by l.license) filter (r.right_to = 'unknown')
               as strange,
             string_agg(distinct l.license, ' and ' order by l.license) filter (r.right_to = 'denied')
               as refused
      from addresses a join $licenses$ l on l.address = a.address left join rights r on r.license = l.license
      group by a.person
    ),
    states as (
      select l.person, l.location, l.why_not, h.*,
             case when l.location in ('on-premises', 'none') then 'elsewhere'
                  when h.given then 'given'
                  when l.location = 'unknown' then 'nowhere'
                  when h.person is null then 'unlisted'
                  when h.strange is not null then 'strange'
                  when h.denied then 'denied'
                  else 'without' end as state
      from located l left join held h on h.person = l.person
    )
    select person,
           case state when 'elsewhere' then 'pass' when 'given' then 'pass' when 'denied' then $denied$
                      else 'error' end as status,
           case state
             when 'elsewhere' then 'No mailbox in Exchange Online, whose licenses would matter.'
             when 'given' then 'A license of this person gives a right to EWS.'
             when 'denied' then 'The only license with Exchange Online, ' || refused
                                || ', gives no right to EWS: ' || $when$ || ' (as reported).'
             when 'strange' then 'Whether ' || strange || ' gives a right to EWS is'
                                 || ' not known here, and no other license of this person does.'
             when 'unlisted' then 'The lists of licenses do not name this person.'
             when 'without' then 'The lists of licenses show none with Exchange Online for this person.'
             else 'Where the mailbox is, is not known: ' || why_not || '.' end as reason,
           coalesce(refused, strange, 'license') as object,
           case state
             when 'denied' then 'Assign a license with Exchange Online Plan 1 or 2, such as Microsoft 365 E3.'
             when 'nowhere' then 'Save Get-Mailbox of every Exchange organisation.'
             when 'strange' then 'Look at the service description of that license.'
             when 'unlisted' then 'Export the active users with their licenses from the admin center again.'
             when 'without' then 'Export the active users with their licenses from the admin center again.'
             end as remedy
    from states
"""
