"""Which role has a cmdlet: to the client one that is hidden looks like one that is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.records import Cmdlet

__all__ = ["NOT_OFFERED", "which_tells"]

NOT_OFFERED = "no role of this account has it, or this version of the server does not"


def which_tells(cmdlet: Cmdlet) -> str:
    """The command by which an administrator finds out which of the two it is."""
    if cmdlet.shell == "skype":
        asked = f'Get-CsAdminRole | ? {{$_.Cmdlets -match "{cmdlet.name}"}}'
    else:
        asked = f'Get-ManagementRoleEntry "*\\{cmdlet.name}"'
    return f"{asked} - without result the server lacks it."
