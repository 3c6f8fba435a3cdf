"""What SQLite is taught: how Exchange compares text."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from .session import to_stamp

if TYPE_CHECKING:
    from collections.abc import Callable


def contains(value: str | None, needle: str, mode: str, comparison: str) -> bool | None:
    """Evaluate a `Contains` of EWS; None where there is no value.

    Args:
        value: The text of the property.
        needle: What is looked for.
        mode: A ContainmentModeType.
        comparison: A ContainmentComparisonType.
    """
    if value is None:
        return None
    return _MODES[mode](folded(value, comparison), folded(needle, comparison))


def contains_any(values: str, needle: str, mode: str, comparison: str) -> bool:
    """Evaluate a `Contains` on a property of many texts: one that matches is enough."""
    return any(contains(value, needle, mode, comparison) for value in json.loads(values))


def folded(text: str, comparison: str) -> str:
    """Give *text* without what *comparison* does not look at."""
    if "NonSpac" in comparison or comparison == "Loose":
        parts = unicodedata.normalize("NFD", text)
        text = "".join(part for part in parts if not unicodedata.combining(part))
    return text.casefold() if "Case" in comparison or comparison == "Loose" else text


def lowered(text: object) -> str | None:
    """Give *text* without case: Exchange's `IsEqualTo` on text ignores it."""
    return None if text is None else str(text).casefold()


def people(text: str | None) -> str | None:
    """Give the names and addresses of a column of addresses, for searching in."""
    found = _addresses(text)
    return "; ".join(f"{name} <{address}>" for name, address, _ in found) if found else None


def has_person(text: str | None, wanted: str) -> bool:
    """Tell whether somebody among `people` has this name or address."""
    shown = (text or "").casefold().split("; ")
    return any(wanted.casefold() in (one, *one.rstrip(">").split(" <")) for one in shown if one)


def has_string(values: str, wanted: str) -> bool:
    """Tell whether one of many texts is this one."""
    return wanted.casefold() in (value.casefold() for value in json.loads(values))


def stamp(text: str | None) -> int | None:
    """Give the time of an extended property as the tables hold times."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return to_stamp(found.replace(tzinfo=UTC) if found.tzinfo is None else found)


def _addresses(text: str | None) -> list[list[str]]:
    found = json.loads(text) if text else []
    return found if not found or isinstance(found[0], list) else [found]


def _prefix_on_words(hay: str, pin: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(pin)}", hay) is not None


def _exact_phrase(hay: str, pin: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(pin)}(?!\w)", hay) is not None


_MODES: Final[dict[str, Callable[[str, str], bool]]] = {
    "FullString": lambda hay, pin: hay == pin,
    "Prefixed": lambda hay, pin: hay.startswith(pin),
    "Substring": lambda hay, pin: pin in hay,
    "PrefixOnWords": _prefix_on_words,
    "ExactPhrase": _exact_phrase,
}

FUNCTIONS: Final[dict[str, tuple[int, Callable[..., str | int | None]]]] = {
    "ews_contains": (4, contains),
    "ews_contains_any": (4, contains_any),
    "ews_has_person": (2, has_person),
    "ews_has_string": (2, has_string),
    "ews_lower": (1, lowered),
    "ews_people": (1, people),
    "ews_stamp": (1, stamp),
}
