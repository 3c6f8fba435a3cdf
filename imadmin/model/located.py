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

    Columns: person; location (`on-premises`, `online`, `none`, or `unknown`); mailbox (its primary address;
    null where it is not known); why_not (the reason why the location is unknown).
    """
    if isinstance(mailboxes, Missing):
        reason = literal(mailboxes.reason or "no list of mailboxes")
        return (
            "located as (select person, 'unknown' as location, null::varchar as mailbox,"
            f" {reason} as why_not from users)"
        )
    unlisted = "none" if mailboxes.complete else "unknown"
    searched = " and ".join(sorted(mailboxes.searched)) or "nowhere"
    reason = f"only the mailboxes {searched} were listed, and none of them is this person's"
    table = mailboxes.table
    sql = (
        _LOCATED.replace("$unlisted$", literal(unlisted))
        .replace("$reason$", literal(reason))
        .replace("$mailboxes$", table.name)
    )
    table.database.create_once("_located", sql, of=table)
    return "located as (select * from _located)"


_LOCATED = """
    with wanted as (
      select person, person as address, ['sip'] as kinds, 1 as rank from users
      union all select person, windows_email, ['smtp'], 2 from users where windows_email is not null
      union all select person, user_principal_name, ['upn', 'smtp'], 3 from users
        where user_principal_name is not null
      union all select person, person, ['smtp', 'upn'], 4 from users
    ),
    matched as (
      select w.person, m.location, m.mailbox, w.rank
      from wanted w join $mailboxes$ m on m.address = w.address and list_contains(w.kinds, m.kind)
      qualify w.rank = min(w.rank) over (partition by w.person)
    ),
    places as (
      select person, list(distinct location) as found, min(mailbox) as mailbox from matched group by person
    )
    select u.person,
           case when p.found is null then $unlisted$
                when len(p.found) > 1 then 'unknown'
                else p.found[1] end as location,
           case when len(p.found) = 1 then p.mailbox end as mailbox,
           case when p.found is null then $reason$
                when len(p.found) > 1
                then 'a mailbox of this person is listed on-premises and another in Exchange Online'
                end as why_not
    from users u left join places p using (person)
"""
