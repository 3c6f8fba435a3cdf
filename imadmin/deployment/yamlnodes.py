"""Reading a YAML file into values that remember their line, so that every complaint names it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from imadmin.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Entry", "entry_of", "load"]

MAXIMUM_SIZE = 4 * 1024 * 1024
MAXIMUM_DEPTH = 20
MAXIMUM_NODES = 20_000
_TOO_LARGE = "the file is nested too deeply, or its aliases make it too large"
_LIBYAML_DEPTH = "maximum nesting depth"
T = TypeVar("T")
_EXPECTED: dict[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a whole number",
    list: "a list",
    dict: "a mapping",
}

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value in a YAML file, with the way to it and its line; 0 for one that is in no file."""

    value: object
    path: str
    file: str
    line: int

    def complain(self, what: str, remedy: str = "") -> ConfigError:
        """An error that names file, line and key."""
        named = f"{self.path}: {what}" if self.path else what
        where = f"{self.file}, line {self.line}" if self.line else self.file
        return ConfigError(named, where=where, remedy=remedy)

    def mapping(self, keys: tuple[str, ...] | None = None) -> dict[str, Entry]:
        """The value as a mapping; with *keys*, of these keys only."""
        value = self._typed(dict)
        for key, entry in value.items():
            if keys is not None and key not in keys:
                raise entry.unknown(key, keys)
        return value

    def unknown(self, key: str, keys: Iterable[str]) -> ConfigError:
        """An error for the value of a key that is none of *keys*."""
        known = list(keys)
        close = difflib.get_close_matches(key, known, 1)
        hint = f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(known)}."
        return self.complain("unknown key", hint)

    def items(self) -> Iterator[Entry]:
        """The value as a list."""
        yield from self._typed(list)

    def text(self, choices: tuple[str, ...] = ()) -> str:
        """The value as text, one of *choices* where they are given."""
        value = self._typed(str)
        if choices and value not in choices:
            close = difflib.get_close_matches(value, choices, 1)
            hint = f"Did you mean {close[0]}?" if close else ""
            raise self.complain(f"{value!r} is none of {', '.join(choices)}", hint)
        if not value.strip():
            raise self.complain("is empty")
        return value

    def texts(self) -> tuple[str, ...]:
        """The value as a list of texts."""
        return tuple(entry.text() for entry in self.items())

    def flag(self) -> bool:
        """The value as true or false."""
        return self._typed(bool)

    def number(self, least: int, most: int) -> int:
        """The value as a whole number within bounds."""
        value = self._typed(int)
        if not least <= value <= most:
            raise self.complain(f"{value} is not between {least} and {most}")
        return value

    def _typed(self, kind: type[T]) -> T:
        if not isinstance(self.value, kind) or (kind is int and isinstance(self.value, bool)):
            given = "nothing" if self.value is None else _EXPECTED.get(type(self.value), "something else")
            raise self.complain(f"should be {_EXPECTED[kind]}, and is {given}")
        return self.value


def entry_of(value: object, path: str, source: str) -> Entry:
    """A value that is in no file, and those within it; *source* says where it is from."""
    if isinstance(value, Mapping):
        value = {str(key): entry_of(one, f"{path}.{key}", source) for key, one in value.items()}
    elif isinstance(value, list | tuple):
        value = [entry_of(one, f"{path}[{i}]", source) for i, one in enumerate(value)]
    return Entry(value, path, source, 0)


def load(path: Path) -> Entry:
    """Read the YAML file *path*.

    Raises:
        ConfigError: it cannot be read, is no YAML, or repeats a key; the message names the line.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAXIMUM_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError(
            f"cannot be read: {reason}", where=str(path), remedy="Give the path of a deployment file."
        ) from error
    if len(content) > MAXIMUM_SIZE:
        raise ConfigError("is larger than 4 MB and no deployment file", where=str(path))
    try:
        return _compose(content, str(path))
    except (yaml.YAMLError, UnicodeError, RecursionError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        raise _syntax_error(error, str(path)) from error


def _compose(content: bytes, file: str) -> Entry:
    _check_bounds(content, file)
    loader = _Loader(content)
    try:
        node = loader.get_single_node()
        entry = Entry(None, "", file, 1) if node is None else _Builder(loader, file).build(node, "", 0)
        return entry if entry.value is not None else replace(entry, value={})
    finally:
        loader.dispose()


def _check_bounds(content: bytes, file: str) -> None:
    """Refuse what composing would not survive: it recurses in C, and a deep file ends the process."""
    depth = 0
    for count, event in enumerate(yaml.parse(content, _Loader)):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAXIMUM_DEPTH or count > 2 * MAXIMUM_NODES:
            raise Entry(None, "", file, _line(event)).complain(_TOO_LARGE)


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


class _Builder:
    """Turns composed nodes into entries, within bounds: an alias can make a small file large."""

    def __init__(self, loader: Any, file: str) -> None:
        self._loader = loader
        self._file = file
        self._left = MAXIMUM_NODES

    def build(self, node: yaml.Node, path: str, depth: int) -> Entry:
        entry = Entry(None, path, self._file, node.start_mark.line + 1)
        self._left -= 1
        if self._left < 0 or depth > MAXIMUM_DEPTH:
            raise entry.complain(_TOO_LARGE)
        if isinstance(node, yaml.MappingNode):
            return replace(entry, value=self._mapping(node, path, depth))
        if isinstance(node, yaml.SequenceNode):
            parts = [self.build(part, f"{path}[{i}]", depth + 1) for i, part in enumerate(node.value)]
            return replace(entry, value=parts)
        try:
            return replace(entry, value=self._loader.construct_object(node))
        except (yaml.YAMLError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            # The text is not repeated: it may be a password that begins with an exclamation mark.
            raise entry.complain("is not what its form or its tag says", "Put text into quotes.") from error

    def _mapping(self, node: yaml.MappingNode, path: str, depth: int) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            entry = self.build(value_node, f"{path}.{key}" if path else key, depth + 1)
            if key in found:
                raise replace(entry, line=key_node.start_mark.line + 1).complain(
                    f"is given twice; the first is in line {found[key].line}"
                )
            found[key] = entry
        return found


def _syntax_error(error: Exception, file: str) -> ConfigError:
    mark = getattr(error, "problem_mark", None)
    where = file if mark is None else f"{file}, line {mark.line + 1}"
    problem = getattr(error, "problem", None) or " ".join(str(error).split())
    if _LIBYAML_DEPTH in problem:  # said of brackets that it has looked at before it gives the first of them
        return ConfigError(_TOO_LARGE, where=where)
    problem = re.sub(r"(alias|anchor|tag handle) '.*'", r"\1", problem)  # which may be part of a password
    return ConfigError(
        f"is not YAML: {problem}", where=where, remedy="Check indentation, colons and quotes there."
    )
