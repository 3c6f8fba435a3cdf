"""Plain values, as YAML gives them, into typed records: each is checked against its field's annotation."""

from __future__ import annotations

import difflib
import types
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from imadmin.errors import ConfigError

T = TypeVar("T")
_SAID: dict[type, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


@dataclass(frozen=True, slots=True)
class At:
    """Where a value stands: the file, and the way to it by keys."""

    file: str
    keys: str = ""

    def key(self, name: object) -> At:
        """What stands below a key."""
        return At(self.file, f"{self.keys}.{name}" if self.keys else str(name))

    def item(self, name: int | str) -> At:
        """What stands in a list, by its number or its name."""
        return At(self.file, f"{self.keys}[{name}]")

    def complain(self, what: str, remedy: str = "") -> ConfigError:
        """An error that names the file and the key."""
        return ConfigError(f"{self.keys}: {what}" if self.keys else what, where=self.file, remedy=remedy)


def fill(kind: type[T], value: object, at: At) -> T:
    """A value as *kind* wants it: a record, a plain type, or one of `tuple`, `dict`, `Literal`, `| None`.

    Raises:
        ConfigError: It does not fit; the message names the file and the key.
    """
    filled: T = _fill(kind, value, at)
    return filled


def _fill(kind: Any, value: object, at: At) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _record(kind, value, at)
    if origin in {types.UnionType, Union}:
        return None if value is None else _fill(inner[0], value, at)
    if origin is tuple:
        return tuple(
            _fill(inner[0], item, at.item(_label(item, i))) for i, item in enumerate(_list(value, at))
        )
    if origin is dict:
        return {name: _fill(inner[1], item, at.key(name)) for name, item in mapping(value, at).items()}
    if origin is Literal:
        return _choice(inner, value, at)
    return value if kind is object else _plain(kind, value, at)


def _label(item: object, number: int) -> int | str:
    """How a list's item is called in messages: one that lies over another file's has no number of its own."""
    named = item.get("sip") if isinstance(item, dict) else None
    return named if isinstance(named, str) else number


def _record(kind: Any, value: object, at: At) -> Any:
    given, hints = mapping(value, at), _hints(kind)
    for name in given:
        if name not in hints:
            raise at.key(name).complain("unknown key", _hint(name, hints))
    for one in fields(kind):
        if one.name not in given and one.default is MISSING and one.default_factory is MISSING:
            raise at.complain(f"lacks the key {one.name}")
    return kind(**{name: _fill(hints[name], item, at.key(name)) for name, item in given.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _hint(name: str, known: dict[str, Any]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(known)}."


def mapping(value: object, at: At) -> dict[str, object]:
    """A value that must be a mapping whose keys are texts."""
    if not isinstance(value, dict):
        raise at.complain("should be a mapping")
    for key in value:
        if not isinstance(key, str):
            raise at.key(key).complain("a key should be text", "Put it into quotes.")
    return value


def _list(value: object, at: At) -> list[object]:
    if not isinstance(value, list):
        raise at.complain("should be a list")
    return value


def _choice(choices: tuple[str, ...], value: object, at: At) -> object:
    if value not in choices:
        raise at.complain(f"{value!r} is none of {', '.join(choices)}")
    return value


def _plain(kind: type, value: object, at: At) -> object:
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:
        given = "nothing" if value is None else _SAID.get(type(value), "something else")
        raise at.complain(f"should be {_SAID[kind]}, and is {given}")
    return value
