"""Parameters of a cmdlet as pypsrp can send them: data, never script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pypsrp.serializer import TaggedValue

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["arguments"]

_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)


def arguments(parameters: Iterable[tuple[str, object]]) -> dict[str, object]:
    """What to pass for *parameters*; None is `$null`, and a switch is True or False.

    Raises:
        TypeError: a value is neither bool, int, str, None nor a list of such.
    """
    return {name: _sendable(name, value) for name, value in parameters}


def _sendable(name: str, value: object) -> object:
    if isinstance(value, list | tuple):
        return [_sendable(name, item) for item in value]
    if isinstance(value, int) and value not in _INT32 and value in _INT64:
        return TaggedValue("I64", value)  # pypsrp writes every number as Int32
    if value is None or isinstance(value, bool | str) or (isinstance(value, int) and value in _INT32):
        return value
    raise TypeError(f"parameter {name}: {type(value).__name__} cannot be passed to a cmdlet")
