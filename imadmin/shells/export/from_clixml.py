"""Objects that `Export-Clixml` has saved: the form that loses least."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from imadmin.model.values import Lost
from imadmin.shells.clixml import PSObject, decode
from imadmin.shells.export.losses import stands_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.base import Record, Result
    from imadmin.shells.export.saved import Saved

__all__ = ["read_clixml"]

_FORMATTED = "Microsoft.PowerShell.Commands.Internal.Format."


def read_clixml(saved: Saved, file: BinaryIO, result: Result) -> Iterator[Record]:
    """The objects of a CLIXML file; its error and warning streams are put in *result*.

    Raises:
        SourceError: it is not CLIXML, or holds something else than objects.
    """
    for entry in decode(file, where=str(saved.path), properties=saved.cmdlet.properties):
        if entry.stream == "output":
            yield from _records(entry.value, saved)
        elif entry.stream == "error":
            result.errors.append(str(entry.value))
        elif entry.stream == "warning":
            result.warnings.append(str(entry.value))


def _records(value: object, saved: Saved) -> Iterator[Record]:
    """One object, or those of a collection that was saved as one (`Export-Clixml -InputObject $all`)."""
    if isinstance(value, list):
        for member in value:
            yield _kept(saved.record(_object(member, saved).items()))
    else:
        yield _kept(_object(value, saved))


def _object(value: object, saved: Saved) -> PSObject:
    if not isinstance(value, PSObject):
        raise saved.fault(f"holds {type(value).__name__} values, not the objects of {saved.cmdlet.name}")
    if any(name.startswith(_FORMATTED) for name in value.type_names):
        raise saved.formatted()
    return value


def _kept(record: dict[str, object]) -> Record:
    """The record, with those values marked that were beyond the depth of `Export-Clixml`."""
    for name, value in record.items():
        if isinstance(value, str) and stands_in(value):
            record[name] = Lost(value)
    return record
