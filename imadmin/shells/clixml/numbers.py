"""Numbers as .NET writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["decimal_text", "float_text", "integer_tag"]

_RANGES = (("I32", -(2**31), 2**31), ("I64", -(2**63), 2**63), ("U64", 0, 2**64))
_DECIMAL_DIGITS = 28
_DECIMAL_LIMIT = 2**96


def integer_tag(number: int) -> str:
    """The smallest of the types that PowerShell gives a whole number."""
    for tag, low, high in _RANGES:
        if low <= number < high:
            return tag
    raise ValueError(f"a number of {number.bit_length()} bits is too large for .NET")


def float_text(number: float) -> str:
    """The shortest text that reads back as the same number."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "INF" if number > 0 else "-INF"
    mantissa, _, exponent = repr(number).partition("e")
    digits = mantissa.removesuffix(".0")
    return f"{digits}E{exponent}" if exponent else digits


def decimal_text(number: Decimal) -> str:
    """A System.Decimal: 96 bits, up to 28 digits of them after the point."""
    if not number.is_finite() or number.adjusted() > _DECIMAL_DIGITS:
        raise ValueError("a decimal number is too large for .NET")
    _, digits, exponent = number.as_tuple()
    if int(exponent) < -_DECIMAL_DIGITS or int("".join(map(str, digits))) >= _DECIMAL_LIMIT:
        raise ValueError("a decimal number has too many digits for .NET")
    return format(number, "f")
