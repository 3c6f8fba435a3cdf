"""Spans of time as Exchange gives them: age limits and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping

from imadmin.model.values import read, text_of

__all__ = ["days_of"]

_DOTTED = re.compile(r"(?:(\d{1,9})\.)?(\d{1,2}):\d{2}:\d{2}(?:\.\d+)?", re.ASCII)
_ISO = re.compile(r"P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:\d+M)?(?:[\d.]+S)?)?", re.ASCII)
_HOURS = 24


def days_of(record: Mapping[str, object], name: str) -> float | None:
    """The whole hours of a span in days; None where there is none, or it is not readable.

    `365.00:00:00` is the text of one, `P365D` how CLIXML writes it; JSON has an object with its `TotalDays`.
    """
    value = read(record, name)
    text = text_of(value)
    found = _DOTTED.fullmatch(text) or (_ISO.fullmatch(text) if text.strip("PT") else None)
    if found is not None:
        return int(found[1] or 0) + int(found[2] or 0) / _HOURS
    return _number(value.get("TotalDays", value.get("Days"))) if isinstance(value, Mapping) else None


def _number(value: object) -> float | None:
    try:
        return float(text_of(value))
    except ValueError:
        return None
