"""JSON values of `ConvertTo-Json` as the values that the other forms give."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from imadmin.model.values import Lost
from imadmin.shells.export.jsonstream import Properties
from imadmin.shells.export.losses import shown

if TYPE_CHECKING:
    from imadmin.shells.export.saved import Saved

__all__ = ["converted", "unwrapped"]

_DEPTH = 100
_DATE = re.compile(r"/Date\((-?\d{1,15})\)/\Z")  # Windows PowerShell 5.1: milliseconds since 1970
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BESIDE_VALUE = frozenset(
    {"count", "datetime", "displayhint", "pscomputername", "psshowcomputername", "runspaceid"}
)


def converted(value: object, saved: Saved, *, lossless: bool, depth: int = _DEPTH) -> object:
    """A value: an object as a mapping, a date as ISO 8601 text, and `Lost` for what the text only stands for.

    A collection in which a member was lost is lost: what is said of all its members would be a guess.
    """
    if not depth:
        raise saved.fault(f"an object is nested deeper than {_DEPTH}")
    value = unwrapped(value)
    if isinstance(value, str):
        return _date(value) or shown(value, lossless=lossless)
    if isinstance(value, Properties):
        pairs = ((name, converted(item, saved, lossless=lossless, depth=depth - 1)) for name, item in value)
        return dict(pairs)
    if isinstance(value, list):
        items = [converted(item, saved, lossless=lossless, depth=depth - 1) for item in value]
        return next((item for item in items if isinstance(item, Lost)), items)
    return value


def unwrapped(value: object) -> object:
    """What Windows PowerShell has put into `{"value": …, "Count": …}` and the like."""
    if not isinstance(value, Properties) or len(value) < 2:  # noqa: PLR2004
        return value
    inner = {name.lower(): item for name, item in value}
    return inner["value"] if "value" in inner and inner.keys() - {"value"} <= _BESIDE_VALUE else value


def _date(text: str) -> str:
    match = _DATE.match(text)
    if not match:
        return ""
    try:
        return (_EPOCH + timedelta(milliseconds=int(match[1]))).isoformat()
    except OverflowError:
        return ""
