"""Which mailbox is a person's own, and where it is: the SQL that every check asking for it begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.records import Missing
from imadmin.tables import literal

if TYPE_CHECKING:
    from imadmin.model.mailboxes import Mailboxes
    from imadmin.tables import Table

__all__ = ["located"]


def located(mailboxes: Mailboxes | Missing) -> str:
    """A common table expression `located`: a row for each person.

    What it holds is worked out once for each list of mailboxes, however many checks ask for it.

    Columns: id (the person's `rowid` among the users); person; counted (whether the person is); location
    (`on-premises`, `online`, `none`, or `unknown`); mailbox (its primary address; null where it is unknown);
    why_not (the reason why the location is unknown).
    """
    if isinstance(mailboxes, Missing):
        reason = literal(mailboxes.reason or "no list of mailboxes")
        return (
            "located as not materialized (select rowid as id, person, uncounted is null as counted,"
            f" 'unknown' as location, null::varchar as mailbox, {reason} as why_not from users)"
        )
    unlisted = "none" if mailboxes.complete else "unknown"
    searched = " and ".join(sorted(mailboxes.searched)) or "nowhere"
    reason = f"only the mailboxes {searched} were listed, and none of them is this person's"
    table = _derived(mailboxes.table)
    shown = _SHOWN.replace("$unlisted$", literal(unlisted)).replace("$reason$", literal(reason))
    return f"located as not materialized ({shown.replace('$located$', table.name)})"


def _derived(mailboxes: Table) -> Table:
    """A row for each person: id, person, counted, place (a location, `none` or `both`), other_mailbox.

    `other_mailbox` is the mailbox where it is not called as the person is.
    """
    database, read = mailboxes.database, ("users", mailboxes.name)
    table = database.derive("_located", _LOCATED.replace("$mailboxes$", mailboxes.name), of=read)
    [(rows, people)] = table.query(
        f"select (select count(*) from {table.name}), (select count(*) from users)"
    )
    if rows == people:
        return table
    once = _ONCE.replace("$located$", table.name)
    return database.derive("_located_once", once, of=(*read, table.name))


_PLACE = "enum('on-premises', 'online', 'none', 'both', 'unknown')"
_SHOWN = f"""
    select id, person, counted,
           case place when 'none' then $unlisted$::{_PLACE}
                      when 'both' then 'unknown'::{_PLACE} else place end as location,
           case when place not in ('none', 'both') then coalesce(other_mailbox, person) end as mailbox,
           case place when 'none' then $reason$
                      when 'both'
                      then 'a mailbox of this person is listed on-premises and another in Exchange Online'
                      end as why_not
    from $located$
"""
_FOUND = f"""p.id, p.person, p.counted, m.location::{_PLACE} as place,
             nullif(m.mailbox, p.person) as other_mailbox"""
_LOCATED = f"""
    with by_sip as materialized (
      select {_FOUND}
      from (select rowid as id, *, uncounted is null as counted from users) p
      join $mailboxes$ m on m.kind = 'sip' and m.address = p.person
    ),
    by_mail as materialized (
      select {_FOUND}
      from (select rowid as id, *, uncounted is null as counted
            from users anti join by_sip b on b.id = users.rowid) p
      join $mailboxes$ m on m.kind = 'smtp' and m.address = p.windows_email
    ),
    others as materialized (
      select rowid as id, person, uncounted is null as counted, user_principal_name
      from users anti join (select id from by_sip union all select id from by_mail) b on b.id = users.rowid
    ),
    by_upn as materialized (
      select {_FOUND}
      from others p join $mailboxes$ m
      on m.kind in ('upn', 'smtp') and m.address = p.user_principal_name
    ),
    rest as materialized (from others anti join by_upn using (id)),
    by_person as materialized (
      select {_FOUND}
      from rest p join $mailboxes$ m on m.kind in ('smtp', 'upn') and m.address = p.person
    )
    from by_sip union all from by_mail union all from by_upn union all from by_person
    union all
    select id, person, counted, 'none'::{_PLACE}, null from rest anti join by_person using (id)
"""
"""By the address that tells most: a SIP proxy address, the e-mail address, the user principal name, the SIP
address as one of e-mail; the next counts where the one before finds no mailbox."""

_ONCE = f"""
    select id, person, counted,
           case when min(place) = max(place) then min(place) else 'both'::{_PLACE} end as place,
           nullif(min(coalesce(other_mailbox, person)), person) as other_mailbox
    from $located$ group by id, person, counted
"""
"""Where several mailboxes have the same address: the first by name, but not where they are in two places."""
