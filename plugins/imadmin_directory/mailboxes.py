"""The mailbox table from the objects of Get-Mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cells import is_known, state, text
from imadmin.model import Location

if TYPE_CHECKING:
    from collections.abc import Iterable

ADDRESS_PROPERTIES = (
    "PrimarySmtpAddress",
    "EmailAddresses",
    "UserPrincipalName",
    "RecipientTypeDetails",
    "RemoteRecipientType",
)
COLLECTIONS = ("EmailAddresses",)

_PRIMARY = f"lower({text('PrimarySmtpAddress')})"
_UPN = f"lower({text('UserPrincipalName')})"
_DETAILS = f"lower({text('RecipientTypeDetails')})"
# Numbers as ConvertTo-Json of Windows PowerShell writes them.
_REMOTE_NUMBERS = ", ".join(f"'{1 << bit}'" for bit in (31, 33, 34, 35, 37))
_MAIL_USER = "'mailuser', '128'"
_NOT_REMOTE = "'', 'none', '0'"
_OF_ONE_PLACE = f"""
    select coalesce(nullif({_PRIMARY}, ''), {_UPN}, '') as mailbox,
           {_PRIMARY} as primary_address, {_UPN} as upn,
           {text("EmailAddresses")} as proxies,
           case when starts_with({_DETAILS}, 'remote') or {_DETAILS} in ({_REMOTE_NUMBERS})
                then '{Location.ONLINE}'
                when {_DETAILS} is null or {_DETAILS} not in ({_MAIL_USER}) then $place$
                when lower(coalesce({text("RemoteRecipientType")}, '')) not in ({_NOT_REMOTE})
                     and $place$ = '{Location.ON_PREMISES}' then '{Location.ONLINE}' end as location,
           case when not {is_known("PrimarySmtpAddress")} then 'PrimarySmtpAddress'
                when {state("EmailAddresses")} = 'lost' and location is not null
                then 'EmailAddresses' end as unreadable
    from $objects$
"""
"""A mailbox whose details say that it is a remote one is in Exchange Online. A mail user has no mailbox where
it is listed: on-premises its `RemoteRecipientType` tells that there is one in Exchange Online."""

_ADDRESSES = """
    with listed as materialized (
      select * from ($every$) where location is not null or unreadable is not null
    ),
    proxies as (
      select mailbox, primary_address, location, lower(unnest(proxies)) as proxy from listed
      where len(proxies) > 0
    ),
    parted as (
      select mailbox, primary_address, location, split_part(proxy, ':', 1) as prefix,
             contains(proxy, ':') as has_prefix,
             substr(proxy, length(split_part(proxy, ':', 1)) + 2) as rest, proxy
      from proxies where proxy <> ''
    ),
    found as (
      select mailbox, primary_address as address, 'smtp' as kind, location, null as unreadable from listed
      where primary_address <> '' and unreadable is null
      union all
      select mailbox, case when has_prefix then rest else proxy end,
             case when has_prefix then prefix else 'smtp' end, location, null
      from parted
      where not has_prefix or prefix = 'sip' or prefix = 'smtp' and rest is distinct from primary_address
      union all
      select mailbox, upn, 'upn', location, null from listed
      where upn <> '' and upn is distinct from primary_address and unreadable is null
      union all
      select distinct '', '', '', '', unreadable from listed where unreadable is not null
    )
    select * from found
"""


def address_rows(places: Iterable[Location]) -> str:
    """SQL for a row of each address of each mailbox; the objects of a place are called by its shell's name.

    `unreadable` names the property by which, in some object, the addresses were lost: it could be anybody's.
    """
    every = (
        _OF_ONE_PLACE.replace("$place$", f"'{place}'").replace("$objects$", place.shell) for place in places
    )
    return _ADDRESSES.replace("$every$", " union all ".join(every))
