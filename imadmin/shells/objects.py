"""From a document of one object to a record."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from imadmin.errors import ClixmlError, SourceError
from imadmin.shells.clixml import PSObject, decode

if TYPE_CHECKING:
    from imadmin.shells.base import Record

__all__ = ["record", "unreadable"]


def record(document: bytes, properties: tuple[str, ...], where: str) -> Record:
    """The only object of a CLIXML *document*, with the wanted *properties*.

    Raises:
        SourceError: it holds none or several, a value that is no object, or is not CLIXML.
    """
    try:
        values = [entry.value for entry in decode(BytesIO(document), where=where, properties=properties)]
    except ClixmlError as error:
        raise unreadable(error.what, where) from error
    match values:
        case [PSObject() as found]:
            return found
    kinds = ", ".join(type(value).__name__ for value in values)
    raise SourceError(f"sent values and no objects: {kinds or 'nothing'}", where=where)


def unreadable(why: object, where: str) -> SourceError:
    """An object that was damaged on its way."""
    return SourceError(f"sent an object that cannot be read: {why}", where=where)
