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
            "located as (select rowid as id, person, 'unknown' as location, null::varchar as mailbox,"
            f" {reason} as why_not from users)"
        )
    unlisted = "none" if mailboxes.complete else "unknown"
    searched = " and ".join(sorted(mailboxes.searched)) or "nowhere"
    reason = f"only the mailboxes {searched} were listed, and none of them is this person's"
    sql = (
        _LOCATED.replace("$unlisted$", literal(unlisted))
        .replace("$reason$", literal(reason))
        .replace("$mailboxes$", mailboxes.table.name)
    )
    table = mailboxes.table.database.derive("_located", sql, of=("users", mailboxes.table.name))
    return f"located as (select * from {table.name})"


_LOCATED = """
    with people as (
      select rowid as id, person, windows_email, user_principal_name from users
    ),
    by_sip as (
      select p.id, m.rowid as place from people p join $mailboxes$ m
      on m.kind = 'sip' and m.address = p.person
    ),
    without_sip as materialized (select * from people p anti join by_sip b on b.id = p.id),
    by_mail as materialized (
      select p.id, m.rowid as place
      from without_sip p join $mailboxes$ m on m.kind = 'smtp' and m.address = p.windows_email
    ),
    without_mail as materialized (select * from without_sip p anti join by_mail b on b.id = p.id),
    by_upn as (
      select p.id, m.rowid as place
      from without_mail p join $mailboxes$ m
      on m.kind in ('upn', 'smtp') and m.address = p.user_principal_name
    ),
    without_upn as (select * from without_mail p anti join by_upn b on b.id = p.id),
    matched as (
      from by_sip union all from by_mail union all from by_upn
      union all
      select p.id, m.rowid as place
      from without_upn p join $mailboxes$ m on m.kind in ('smtp', 'upn') and m.address = p.person
    ),
    numbered as (select id, min(place) as place, count(*) as number from matched group by id),
    places as (
      select n.id, m.location, m.location as other, m.mailbox
      from numbered n join $mailboxes$ m on m.rowid = n.place where n.number = 1
      union all
      select n.id, min(m.location), max(m.location), min(m.mailbox)
      from numbered n join matched using (id) join $mailboxes$ m on m.rowid = matched.place
      where n.number > 1 group by n.id
    )
    select u.rowid as id, u.person,
           case when p.id is null then $unlisted$
                when p.location <> p.other then 'unknown'
                else p.location end as location,
           case when p.location = p.other then p.mailbox end as mailbox,
           case when p.id is null then $reason$
                when p.location <> p.other
                then 'a mailbox of this person is listed on-premises and another in Exchange Online'
                end as why_not
    from users u left join places p on p.id = u.rowid
"""
"""By the address that tells most: a SIP proxy address, the e-mail address, the user principal name, the SIP
address as one of e-mail; the next counts where the one before finds no mailbox."""
