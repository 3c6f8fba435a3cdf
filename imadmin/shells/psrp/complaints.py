"""What a cmdlet's own errors say, in words for an administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imadmin.errors import SourceAbsentError, SourceError
from imadmin.shells.rights import NOT_OFFERED, which_tells

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
    remedy = f"This tells which, run by an administrator: {which_tells(cmdlet)}"
    return SourceAbsentError(f"{cmdlet.name} is not offered: {NOT_OFFERED}", where=where, remedy=remedy)
