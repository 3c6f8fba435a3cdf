"""Do people have a client of which it is known that it fills their Drafts with messages it could not send?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, check
from imadmin.model.clients import build_text_sql
from imadmin.model.located import located
from imadmin.model.owned import owned
from imadmin.model.requirements import DRAFTS_DEFECT, MINIMUM_BUILD, OFFLINE_IM

if TYPE_CHECKING:
    from imadmin import Missing, PeopleRows
    from imadmin.model import Mailboxes
    from imadmin.tables import Table


@check(
    id="client.drafts-defect",
    stage="client",
    severity="low",
    title="No client fills Drafts with offline messages",
    reference=OFFLINE_IM,
)
def drafts_defect(
    users: Table, client_builds: Table, mailboxes: Mailboxes | Missing = OPTIONAL
) -> PeopleRows:
    """Warns of each such client, also where another one of the same person can send.

    That the build is below the minimum is for `client.build` to judge; this tells where the messages are.
    """
    return users.judge(f"with {located(mailboxes)}, {owned(client_builds)}, {_JUDGED}")


_JUDGED = f"""
    known as (
      select id, count(build) > 0 as known,
             max(build) filter (build >= {MINIMUM_BUILD.value.number} and build < {DRAFTS_DEFECT.value.number}
                                and edition is distinct from 'MSI') as defective
      from owned group by id
    ),
    told as (
      select l.id, l.person, l.location, coalesce(k.known, false) as known, k.defective,
             k.defective is not null and l.location in ('on-premises', 'unknown') as concerned
      from located l left join known k using (id) where l.counted
    )
    select id as rowid, person,
           case when concerned then 'warn' when known then 'pass' else 'skip' end as status,
           case when concerned then 'Client ' || {build_text_sql("defective")}
                     || ' may leave offline messages unsent in Drafts'
                     || case location when 'unknown' then ', if the mailbox is on-premises' else '' end
                     || ': a defect with mailboxes on-premises, fixed in all Click-to-Run channels as of'
                     || ' 2016-06-14. That the fix came with {DRAFTS_DEFECT.value} is an inference.'
                when known then 'No client of this person has the defect.'
                else 'No client with a known build was seen.' end as reason,
           case when concerned then {build_text_sql("defective")} else 'clients' end as object,
           case when concerned
                then 'Update it: File > Account > Update Options > Update Now; then look into Drafts.'
                end as remedy
    from told
"""
