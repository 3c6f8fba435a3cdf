"""Cmdlets that change something: sent once, without a question, and in doubt where nobody knows the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.errors import InDoubtError

if TYPE_CHECKING:
    from imadmin.errors import SourceError
    from imadmin.records import Cmdlet
    from imadmin.shells.base import Result

__all__ = ["in_doubt", "settled", "unasked"]

_READ_AGAIN = "Read it again first; the command may have been carried out, and is not sent a second time."


def unasked(cmdlet: Cmdlet) -> Cmdlet:
    """*cmdlet* with `-Confirm:$false`, unless it says itself whether it wants to be asked."""
    if any(name.casefold() == "confirm" for name, _ in cmdlet.parameters):
        return cmdlet
    return cmdlet._replace(parameters=(*cmdlet.parameters, ("Confirm", False)))


def in_doubt(failure: SourceError) -> InDoubtError:
    """The same *failure* where a change was under way."""
    what = f"{failure.what}; whether it was done is not known"
    return InDoubtError(what, where=failure.where, remedy=_READ_AGAIN)


def settled(cmdlet: Cmdlet, result: Result, where: str) -> Result:
    """*result*, unless errors were written on the way.

    Raises:
        InDoubtError: there were some: what they are about may or may not have been done.
    """
    if result.errors:
        what = f"{cmdlet.name} reported: {'; '.join(result.errors)}; whether it was done is not known"
        raise InDoubtError(what, where=where, remedy=_READ_AGAIN)
    return result
