"""Parameters of a cmdlet as pypsrp can send them: data, never script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pypsrp.serializer import TaggedValue

from imadmin.shells.parameters import passable

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["arguments"]

_INT32 = range(-(2**31), 2**31)


def arguments(parameters: Iterable[tuple[str, object]]) -> dict[str, object]:
    """What to pass for *parameters*; None is `$null`, and a switch is True or False.

    Raises:
        TypeError: a value is neither bool, int, str, None nor a list of such.
    """
    return {name: _sendable(value) for name, value in passable(parameters).items()}


def _sendable(value: object) -> object:
    if isinstance(value, list):
        return [_sendable(item) for item in value]
    if isinstance(value, int) and value not in _INT32:
        return TaggedValue("I64", value)  # pypsrp writes every number as Int32
    return value
