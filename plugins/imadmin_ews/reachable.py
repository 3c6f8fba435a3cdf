"""Does EWS answer? For each probed mailbox, and by its endpoint for everybody whom that one serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, Missing, check
from imadmin.model.located import located
from imadmin.model.requirements import OFFLINE_IM

if TYPE_CHECKING:
    from imadmin import Finding, PeopleRows
    from imadmin.model import Mailboxes
    from imadmin.tables import Table

    from .probing import Probes


@check(
    id="ews.reachable",
    stage="ews",
    severity="high",
    title="Exchange Web Services answer",
    reference=OFFLINE_IM,
    judges="people",
)
def ews_reachable(
    ews_probes: Probes,
    users: Table | Missing = OPTIONAL,
    mailboxes: Mailboxes | Missing = OPTIONAL,
) -> PeopleRows | list[Finding]:
    """A person's own probed mailbox decides; else the endpoints that serve mailboxes of its location."""
    from .probe_rows import finding, rows_of

    rows = rows_of(ews_probes)
    if isinstance(users, Missing):
        return [finding(row) for row in rows]
    asked = [{"endpoint": row.endpoint, "mailbox": row.mailbox} for row in rows if row.mailbox]
    if isinstance(mailboxes, Missing):
        serving = _ONLY_ONE if len(ews_probes.endpoints) == 1 else _NONE_KNOWN
    else:
        serving = _BY_PROBED.replace("$mailboxes$", mailboxes.table.name)
    sql = f"with {located(mailboxes)}, serving as ({serving}), {_JUDGED}"
    return users.judge(sql, rows=[row._asdict() for row in rows], asked=asked or [_NOBODY])


_NOBODY = {"endpoint": "", "mailbox": ""}
_BY_PROBED = """
    select distinct a.endpoint, m.location from asked a join $mailboxes$ m on m.address = a.mailbox
"""
_ONLY_ONE = "select distinct endpoint, 'unknown' as location from rows"
_NONE_KNOWN = "select '' as endpoint, '' as location"
_JUDGED = """
    candidates as (
      select l.person, r.*, case when r.mailbox = '' then 10 else 0 end + r.rank as place
      from located l join rows r
        on (r.mailbox <> '' and r.mailbox = coalesce(l.mailbox, l.person))
           or (r.mailbox = '' and exists (from serving s where s.endpoint = r.endpoint
                                                               and s.location = l.location))
    ),
    chosen as (
      select * from candidates qualify row_number() over (partition by person order by place, endpoint) = 1
    )
    select l.person, coalesce(c.status, 'error') as status,
           case when c.person is not null then c.reason
                when l.location = 'none' then 'Has no mailbox in Exchange, so there is no endpoint to ask.'
                when l.location = 'unknown' then 'Where the mailbox is, is not known: ' || l.why_not || '.'
                else 'No endpoint under ews: is known to serve mailboxes '
                     || case l.location when 'online' then 'in Exchange Online' else l.location end
                     || ', so EWS was not examined there.' end as reason,
           case when c.person is null then 'mailbox ' || l.location
                when c.mailbox = '' then c.endpoint
                else c.mailbox end as object,
           case when c.person is not null then c.remedy
                when l.location in ('none', 'unknown')
                then 'Save Get-Mailbox of every Exchange organisation.'
                else 'Describe its endpoint under ews:, and name a mailbox of it under mailboxes:.'
                end as remedy,
           c.endpoint, c.seconds, c.step
    from located l left join chosen c on c.person = l.person
"""


@check(
    id="ews.probed-mailbox",
    stage="ews",
    severity="medium",
    title="The probed mailboxes answer",
    reference=OFFLINE_IM,
)
def ews_probed_mailbox(ews_probes: Probes) -> list[Finding]:
    """Each mailbox that an endpoint was asked for, whosever it is."""
    from .probe_rows import answered, finding

    return [finding(row) for row in answered(ews_probes)]
