"""Reading a property of a decoded PowerShell object, whatever form it took on its way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["ABSENT", "Lost", "is_readable", "lowered", "members", "quoted", "read", "text_of", "texts_of"]

_NAMES = ("FriendlyName", "Fqdn", "Identity", "Name", "Value")
_QUOTES = "'\u2018\u2019\u201a\u201b"


class Absent:
    """The property is not in the object, or its value was lost: nobody knows it."""

    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands where the object has the property and its saved form does not show the value.

    A collection that was printed as the name of its type, a nested object beyond the depth, a list that
    ends in an ellipsis. It is never to be taken for a value: `read` gives `ABSENT` for it.

    Attributes:
        text: what the saved output shows in place of the value.
    """

    text: str


def read(record: Mapping[str, object], name: str) -> object:
    """The value of a property; `ABSENT` where nobody knows it: the object lacks it, or it was lost."""
    value = record.get(name, ABSENT)
    return ABSENT if isinstance(value, Lost) else value


def members(record: Mapping[str, object], name: str) -> list[str] | None:
    """The members of a property that is a collection, as text; None where nobody knows them.

    Null and an empty text are an empty collection. Any other single text may be several members in one,
    as a CSV cell or the end of the depth shows them: where one ends and the next begins is not known.
    """
    value = read(record, name)
    if isinstance(value, list):
        return texts_of(value) if all(map(is_readable, value)) else None
    return [] if value is None or value == "" else None


def is_readable(value: object) -> bool:
    """Whether `text_of` tells what the value is: it is null or a text, or an object that shows as one."""
    return value is None or isinstance(value, str) or bool(text_of(value))


def text_of(value: object, levels: int = 3) -> str:
    """A value as PowerShell would show it; empty for null, an absent, a lost or an empty value.

    A complex object (a pool, an identity) shows as its `ToString`, or as its name, which may be an object
    again, so many *levels* deep: a document can refer to one object from many places.
    """
    if value is None or value is ABSENT or isinstance(value, Lost):
        return ""
    if isinstance(value, str):
        return value.strip()
    shown = getattr(value, "to_string", None)
    if isinstance(shown, str) and shown:
        return shown.strip()
    if isinstance(value, Mapping):
        names = (text_of(value.get(name), levels - 1) for name in _NAMES if levels)
        return next(filter(None, names), "")
    return "" if isinstance(value, list) else str(value)


def texts_of(value: object) -> list[str]:
    """The members of a collection as text; a single value is a collection of one."""
    members = value if isinstance(value, list) else [value]
    return [text for text in map(text_of, members) if text]


def lowered(text: str) -> str:
    """*text* in small letters, just as `lower()` in SQL writes it; names are compared in both places."""
    if text.isascii():
        return text.lower()
    return "".join(map(str.lower, text.replace("\u0130", "i")))  # letter by letter: no final sigma


def quoted(text: str) -> str:
    """*text* as a PowerShell string literal; PowerShell takes five characters for a single quote."""
    return "'" + "".join(c * 2 if c in _QUOTES else c for c in text) + "'"
