"""What a cmdlet's own errors say, in words for an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imadmin.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.records import Cmdlet

__all__ = ["ended", "text"]

_MISSING = "CommandNotFoundException"


def text(record: Any) -> str:
    """An error record's message, with the id by which it is found in documentation."""
    message = " ".join(str(record).split())
    return f"{message} ({record.fq_error})" if record.fq_error else message


def ended(cmdlet: Cmdlet, records: Iterable[Any], where: str) -> SourceError:
    """Why a cmdlet came to an end before it was done; the last of its error records has ended it."""
    last = next(reversed(list(records)), None)
    if last is None:
        return SourceError(f"{cmdlet.name} ended without saying why", where=where)
    if (last.fq_error or "").startswith(_MISSING):
        return _missing(cmdlet, where)
    return SourceError(f"{cmdlet.name} failed: {text(last)}", where=where)


def _missing(cmdlet: Cmdlet, where: str) -> SourceError:
    """To the client a cmdlet that is hidden looks like one that is not there."""
    name = cmdlet.name
    skype = f'Get-CsAdminRole | ? {{$_.Cmdlets -match "{name}"}}'
    exchange = f'Get-ManagementRoleEntry "*\\{name}"'
    tells = skype if cmdlet.shell == "skype" else exchange
    return SourceError(
        f"{name} is not offered: no role of this account has it, or this version of the server does not",
        where=where,
        remedy=f"This tells which, run by an administrator: {tells} - without result the server lacks it.",
    )
