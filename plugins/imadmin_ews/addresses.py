"""Are people's SIP addresses their e-mail addresses? By which of them a client looks for EWS matters then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import OPTIONAL, check
from imadmin.model.located import located
from imadmin.model.requirements import CLIENT_POLICY

if TYPE_CHECKING:
    from imadmin import Missing, PeopleRows
    from imadmin.model import Mailboxes
    from imadmin.tables import Table


@check(
    id="ews.addresses",
    stage="ews",
    severity="low",
    title="SIP addresses are e-mail addresses",
    reference=CLIENT_POLICY,
)
def ews_addresses(users: Table, mailboxes: Mailboxes | Missing = OPTIONAL) -> PeopleRows:
    """A person's SIP address against the mailbox's primary address, else the one that Get-CsUser shows."""
    return users.judge(f"with {located(mailboxes)}, {_JUDGED}")


_JUDGED = """
    compared as (
      select u.rowid as id, u.person, coalesce(l.mailbox, u.windows_email) as mail,
             split_part(u.person, '@', 2) as sip_domain,
             split_part(coalesce(l.mailbox, u.windows_email), '@', 2) as mail_domain
      from users u join located l on l.id = u.rowid where u.uncounted is null
    )
    select id as rowid, person,
           case when mail is null then 'skip' when mail = person then 'pass' else 'warn' end as status,
           case when mail is null then 'No e-mail address is known to compare the SIP address with.'
                when mail = person then 'The SIP address is the e-mail address.'
                when sip_domain = mail_domain
                then 'The SIP address and the e-mail address differ before the @: the client looks for EWS by'
                     || ' the e-mail address, as others report, and may warn that the two do not match.'
                else 'The SIP address is in ' || sip_domain || ' and the e-mail address in ' || mail_domain
                     || ': the client looks for EWS by the domain of the e-mail address, as others report, so'
                     || ' Autodiscover must answer there, and the client trust it.' end as reason,
           case when mail is null then 'address unknown'
                when sip_domain = mail_domain then sip_domain
                else sip_domain || ' and ' || mail_domain end as object,
           case when mail <> person and sip_domain <> mail_domain
                then 'See that https://autodiscover.' || mail_domain
                     || '/autodiscover/autodiscover.xml answers, from inside and outside.'
                when mail <> person
                then 'Where the client warns: Set-CsClientPolicy -Identity Global'
                     || ' -DisableEmailComparisonCheck $true' end as remedy
    from compared
"""
