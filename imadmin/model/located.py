"""Which mailbox is a person's own, and where it is: the SQL that every check asking for it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.records import Missing
from imadmin.tables import literal

if TYPE_CHECKING:
    from imadmin.model.mailboxes import Mailboxes

__all__ = ["located"]


def located(mailboxes: Mailboxes | Missing) -> str:
    """A common table expression `located`: a row for each person.

    What it holds is worked out once for each list of mailboxes, however many checks ask for it.

    Columns: id (the person's `rowid` among the users); person; location (`on-premises`, `online`, `none`, or
    `unknown`); mailbox (its primary address; null where it is not known); why_not (the reason why the
    location is unknown).
    """
    if isinstance(mailboxes, Missing):
        reason = literal(mailboxes.reason or "no list of mailboxes")
        return (
            "located as not materialized (select rowid as id, person, 'unknown' as location,"
            f" null::varchar as mailbox, {reason} as why_not from users)"
        )
    unlisted = "none" if mailboxes.complete else "unknown"
    searched = " and ".join(sorted(mailboxes.searched)) or "nowhere"
    reason = f"only the mailboxes {searched} were listed, and none of them is this person's"
    sql = _LOCATED.replace("$mailboxes$", mailboxes.table.name)
    table = mailboxes.table.database.derive("_located", sql, of=("users", mailboxes.table.name))
    shown = _SHOWN.replace("$unlisted$", literal(unlisted)).replace("$reason$", literal(reason))
    return f"located as not materialized ({shown.replace('$located$', table.name)})"


_SHOWN = """
    select id, person,
           case place when 'none' then $unlisted$ when 'both' then 'unknown' else place end as location,
           case when place not in ('none', 'both') then coalesce(other_mailbox, person) end as mailbox,
           case place when 'none' then $reason$
                      when 'both'
                      then 'a mailbox of this person is listed on-premises and another in Exchange Online'
                      end as why_not
    from $located$
"""
_LOCATED = """
    with by_sip as materialized (
      select u.rowid as id, m.rowid as place from users u join $mailboxes$ m
      on m.kind = 'sip' and m.address = u.person
    ),
    by_mail as materialized (
      select p.id, m.rowid as place
      from (select rowid as id, windows_email from users anti join by_sip b on b.id = users.rowid) p
      join $mailboxes$ m on m.kind = 'smtp' and m.address = p.windows_email
    ),
    others as materialized (
      select rowid as id, person, user_principal_name
      from users anti join (select id from by_sip union all select id from by_mail) b on b.id = users.rowid
    ),
    by_upn as materialized (
      select p.id, m.rowid as place
      from others p join $mailboxes$ m
      on m.kind in ('upn', 'smtp') and m.address = p.user_principal_name
    ),
    matched as (
      from by_sip union all from by_mail union all from by_upn
      union all
      select p.id, m.rowid as place
      from (from others anti join by_upn using (id)) p join $mailboxes$ m
      on m.kind in ('smtp', 'upn') and m.address = p.person
    ),
    numbered as materialized (select id, min(place) as place, count(*) as number from matched group by id),
    places as (
      select n.id, m.location, m.location as other, m.mailbox
      from numbered n join $mailboxes$ m on m.rowid = n.place where n.number = 1
      union all
      select n.id, min(m.location), max(m.location), min(m.mailbox)
      from numbered n join matched using (id) join $mailboxes$ m on m.rowid = matched.place
      where n.number > 1 group by n.id
    )
    select u.rowid as id, u.person,
           case when p.id is null then 'none' when p.location <> p.other then 'both' else p.location end
             as place,
           case when p.mailbox <> u.person then p.mailbox end as other_mailbox
    from users u left join places p on p.id = u.rowid
"""
"""By the address that tells most: a SIP proxy address, the e-mail address, the user principal name, the SIP
address as one of e-mail; the next counts where the one before finds no mailbox."""
