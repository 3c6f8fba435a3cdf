"""The text of a primitive element as a Python value."""

from __future__ import annotations

import base64
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from imadmin.shells.clixml.escapes import unescape
from imadmin.shells.clixml.faults import DocumentError
from imadmin.shells.clixml.values import SECRET

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.shells.clixml.values import Secret

__all__ = ["INTEGERS", "primitive"]

INTEGERS: Final = frozenset({"By", "SB", "I16", "U16", "I32", "U32", "I64", "U64"})

_LAST_UNIT = 0xFFFF
_LONGEST_NUMBER = 400
_LONGEST_SHOWN = 40
_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_INTEGER = re.compile(r"\s*[+-]?[0-9]{1,20}\s*")
_DECIMAL = re.compile(r"\s*[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})\s*")


def primitive(tag: str, text: str) -> object:
    """The value of ``<tag>text</tag>``; a tag that is not known is text.

    Raises:
        DocumentError: the text is not of the tag's type.
    """
    convert = _CONVERT.get(tag, unescape)
    try:
        return convert(text)
    except (ValueError, KeyError):
        raise DocumentError(f"<{tag}> holds {_shown(text)}, which is not a value of its type") from None


def _shown(text: str) -> str:
    return ascii(text) if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]!a}…"


def _boolean(text: str) -> bool:
    return _BOOLEANS[text.strip().lower()]


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError
    return int(text)


def _float(text: str) -> float:
    if "_" in text or len(text) > _LONGEST_NUMBER:  # Python's digit separator is no part of a .NET number
        raise ValueError
    return float(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError
    return Decimal(text.strip())


def _character(text: str) -> str:
    unit = _integer(text)
    if unit > _LAST_UNIT:
        raise ValueError
    character = chr(unit)
    return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= character <= "\udfff" else character


def _bytes(text: str) -> bytes:
    return base64.b64decode("".join(text.split()), validate=True)


def _nothing(_: str) -> None:
    return None


def _secret(_: str) -> Secret:
    return SECRET


_CONVERT: dict[str, Callable[[str], object]] = {
    "S": unescape,
    "B": _boolean,
    "C": _character,
    "Sg": _float,
    "Db": _float,
    "D": _decimal,
    "BA": _bytes,
    "Nil": _nothing,
    "SS": _secret,
    **dict.fromkeys(INTEGERS, _integer),
}
