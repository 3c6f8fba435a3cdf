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
# Numbers as ConvertTo-Json of Windows PowerShell writes them.
_REMOTE_NUMBERS = ", ".join(f"'{1 << bit}'" for bit in (31, 33, 34, 35, 37))
_MAIL_USER = "'mailuser', '128'"
_NOT_REMOTE = "'', 'none', '0'"
_OF_ONE_PLACE = f"""
    select {_PRIMARY} as primary_address, {_UPN} as upn, {text("EmailAddresses")} as proxies,
           lower({text("RecipientTypeDetails")}) as details,
           lower({text("RemoteRecipientType")}) as remote, $place$ as place,
           {is_known("PrimarySmtpAddress")} as has_known_address,
           {state("EmailAddresses")} = 'lost' as has_lost_proxies
    from $objects$
"""
_PLACED = f"""
    select * exclude (details, remote, place),
           case when starts_with(details, 'remote') or details in ({_REMOTE_NUMBERS})
                then '{Location.ONLINE}'
                when details is null or details not in ({_MAIL_USER}) then place
                when coalesce(remote, '') not in ({_NOT_REMOTE}) and place = '{Location.ON_PREMISES}'
                then '{Location.ONLINE}' end as location
    from ($every$)
"""
"""A mailbox whose details say that it is a remote one is in Exchange Online. A mail user has no mailbox where
it is listed: on-premises its `RemoteRecipientType` tells that there is one in Exchange Online."""

_ADDRESSES = """
    with listed as materialized (
      select coalesce(nullif(primary_address, ''), upn, '') as mailbox,
             coalesce(primary_address <> '', false) as has_primary, nullif(upn, primary_address) as other_upn,
             proxies, location,
             case when not has_known_address then 'PrimarySmtpAddress'
                  when has_lost_proxies and location is not null then 'EmailAddresses' end as unreadable
      from ($placed$)
    ),
    proxies as (
      select mailbox, has_primary, location, lower(unnest(proxies)) as proxy from listed
      where len(proxies) > 0 and location is not null
    ),
    parted as (
      select mailbox, has_primary, location, split_part(proxy, ':', 1) as prefix,
             contains(proxy, ':') as has_prefix,
             substr(proxy, length(split_part(proxy, ':', 1)) + 2) as rest, proxy
      from proxies where proxy <> ''
    ),
    found as (
      select mailbox, mailbox as address, 'smtp' as kind, location, null as unreadable from listed
      where has_primary and location is not null and unreadable is null
      union all
      select mailbox, case when has_prefix then rest else proxy end,
             case when has_prefix then prefix else 'smtp' end, location, null
      from parted
      where not has_prefix or prefix = 'sip' or prefix = 'smtp' and not (has_primary and rest = mailbox)
      union all
      select mailbox, other_upn, 'upn', location, null from listed
      where other_upn <> '' and location is not null and unreadable is null
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
    placed = _PLACED.replace("$every$", " union all ".join(every))
    return _ADDRESSES.replace("$placed$", placed)
