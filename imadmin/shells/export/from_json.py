"""Objects that `ConvertTo-Json` has written: an array, a single object, or one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from imadmin.shells.export.encodings import read_text
from imadmin.shells.export.jsonstream import Properties, json_values
from imadmin.shells.export.jsonvalues import converted, unwrapped
from imadmin.shells.export.saved import FORMATTED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.shells.base import Record
    from imadmin.shells.export.saved import Saved

__all__ = ["read_json"]


def read_json(saved: Saved, file: BinaryIO) -> Iterator[Record]:
    """The objects of a JSON file, one by one.

    Raises:
        SourceError: it is not JSON, was cut off, or holds something else than objects.
    """
    text = read_text(file, saved)
    for value in json_values(text.pieces, saved):
        for properties in _objects(value, saved):
            record = saved.record(
                (name, converted(item, saved, lossless=text.lossless))
                for name, item in properties
                if saved.wanted(name)
            )
            if not record and any(name.lower() == FORMATTED for name, _ in properties):
                raise saved.formatted()
            yield record


def _objects(value: object, saved: Saved) -> Iterator[Properties]:
    """One object, or those of a collection within the document."""
    value = unwrapped(value)
    for member in value if isinstance(value, list) and not isinstance(value, Properties) else [value]:
        if not isinstance(member, Properties):
            raise saved.fault(f"holds {_kind(member)}, not the objects of {saved.cmdlet.name}")
        yield member


def _kind(value: object) -> str:
    """What a JSON value is, in words; an object beyond the depth has become text."""
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a bare value"
