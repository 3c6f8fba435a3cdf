"""What each mailbox allows, from the objects of Get-CASMailbox: `EwsAccess.read` in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.cells import is_known, setting, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.model import Location

COLLECTIONS = ("EwsAllowList", "EwsBlockList")

_POLICY = f"lower({text('EwsApplicationAccessPolicy')})"
_ROWS = f"""
    select coalesce(lower({text("PrimarySmtpAddress")}), '') as mailbox, $place$ as location,
           {setting("EwsEnabled")} as enabled,
           case when {_POLICY} = 'enforceallowlist' and {text("EwsAllowList")} is null then null
                when {_POLICY} = 'enforceblocklist' and {text("EwsBlockList")} is null then null
                when {is_known("EwsApplicationAccessPolicy")} then coalesce({_POLICY}, '') end as policy,
           coalesce({text("EwsAllowList")}, []) as allow, coalesce({text("EwsBlockList")}, []) as block
    from $objects$
"""


def mailbox_rows(places: Iterable[Location]) -> str:
    """SQL for a row of each mailbox; the objects of a place are called by its shell's name.

    Columns: mailbox (its primary address, in small letters), location, enabled (a `Setting`), policy (in
    small letters; empty where none is set, null where it, or its list, is unknown), allow, block.
    """
    return " union all ".join(
        _ROWS.replace("$place$", f"'{place}'").replace("$objects$", place.shell) for place in places
    )
