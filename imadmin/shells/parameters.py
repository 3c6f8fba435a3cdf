"""What may be passed to a cmdlet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["passable"]

_INT64 = range(-(2**63), 2**63)


def passable(parameters: Iterable[tuple[str, object]]) -> dict[str, object]:
    """*parameters* by name, with lists for tuples; None is `$null`, and a switch is True or False.

    Raises:
        TypeError: a value is neither bool, str, None, an int of 64 bits, nor a list of such.
    """
    return {name: _passable(name, value) for name, value in parameters}


def _passable(name: str, value: object) -> object:
    if isinstance(value, list | tuple):
        return [_passable(name, item) for item in value]
    if value is None or isinstance(value, bool | str) or (isinstance(value, int) and value in _INT64):
        return value
    raise TypeError(f"parameter {name}: {type(value).__name__} cannot be passed to a cmdlet")
