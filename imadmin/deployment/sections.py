"""The plugins' own sections of a deployment file, read into the types that the plugins give for them."""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any

from imadmin.deployment.records import SHELLS
from imadmin.deployment.yamlnodes import entry_of
from imadmin.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imadmin.deployment.records import Deployment
    from imadmin.deployment.yamlnodes import Entry

__all__ = ["KEYS", "of_folder", "settled", "with_sections"]

KEYS = (
    "deployment",
    "sip_domains",
    *SHELLS,
    "ews",
    "clients",
    "licenses",
    "test_send",
    "credentials",
    "tls",
    "require",
    "waivers",
    "plugins",
)
"""imadmin's own sections."""

_LARGEST = 2**31 - 1


def settled(
    deployment: Deployment, types: Mapping[str, type], idle: frozenset[str] = frozenset()
) -> Deployment:
    """The deployment with the settings of plugins, and no section that nobody knows.

    Args:
        deployment: as it was read, with `sections` left.
        types: of the plugins' settings, by the plugin's name: dataclasses.
        idle: the names of plugins that were found and cannot be asked; their sections are left unread.

    Raises:
        ConfigError: a section is nobody's, or not of its plugin's form; with file, line and key.
        PluginError: a plugin's type is none that can be read.
    """
    settings: dict[str, object] = {}
    for name, entry in deployment.sections.items():
        if name in types:
            settings[name] = _read(entry, types[name], deployment.source.parent)
        elif name not in idle:
            raise entry.unknown(name, (*KEYS, *types))
    return replace(deployment, sections={}, settings={**deployment.settings, **settings})


def with_sections(
    deployment: Deployment,
    types: Mapping[str, type],
    given: Mapping[str, Mapping[str, object]],
    base: Path,
) -> Deployment:
    """The deployment with sections of plugins that somebody gave besides; their keys replace its own.

    Args:
        deployment: as it is.
        types: of the plugins' settings, by the plugin's name.
        given: values as a file has them, by the plugin's name.
        base: what paths in them are relative to.

    Raises:
        ConfigError: a section is nobody's, or not of its plugin's form.
        PluginError: a plugin's type is none that can be read.
    """
    settings = dict(deployment.settings)
    for name, section in given.items():
        entry = entry_of(section, name, "what was given")
        if name not in types:
            raise entry.unknown(name, types)
        said = _given(entry, types[name], base)
        settings[name] = replace(settings[name], **said) if name in settings else types[name](**said)  # type: ignore[type-var]
    return replace(deployment, settings=settings)


def of_folder(folder: Path, types: Mapping[str, type]) -> dict[str, object]:
    """The settings that stand for subfolders, each of a plugin's name, of a folder of saved output.

    A type takes part by a class method `from_folder`, which is given the subfolder.
    """
    found: dict[str, object] = {}
    for name, kind in types.items():
        make = getattr(kind, "from_folder", None)
        place = next((p for p in sorted(folder.iterdir()) if p.name.lower() == name and p.is_dir()), None)
        if make is not None and place is not None:
            found[name] = make(place)
    return found


def _read(entry: Entry, kind: Any, base: Path) -> Any:
    """The value of an entry, as a type of a plugin's settings says."""
    if typing.get_origin(kind) is tuple:
        return tuple(_read(item, typing.get_args(kind)[0], base) for item in entry.items())
    if typing.get_origin(kind) in {UnionType, typing.Union}:
        return None if entry.value is None else _read(entry, typing.get_args(kind)[0], base)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _record(entry, kind, base)
    return _plain(entry, kind, base)


def _plain(entry: Entry, kind: Any, base: Path) -> Any:
    readers: dict[Any, Callable[[], object]] = {
        str: entry.text,
        bool: entry.flag,
        int: partial(entry.number, 0, _LARGEST),
        Path: partial(_path, entry, base),
        datetime: partial(_moment, entry),
    }
    if kind not in readers:
        raise PluginError(f"its settings have a field of type {kind!r}, which is not read from a file")
    return readers[kind]()


def _record(entry: Entry, kind: Any, base: Path) -> Any:
    given = _given(entry, kind, base)
    fields = {one.name: one for one in dataclasses.fields(kind)}
    lacking = [name for name, one in fields.items() if name not in given and _is_needed(one)]
    if lacking:
        raise entry.complain(f"lacks the key {lacking[0]}")
    return kind(**given)


def _given(entry: Entry, kind: Any, base: Path) -> dict[str, Any]:
    """The fields of *kind* that an entry gives."""
    hints = typing.get_type_hints(kind)
    keys = tuple(one.name for one in dataclasses.fields(kind))
    return {name: _read(item, hints[name], base) for name, item in entry.mapping(keys).items()}


def _is_needed(one: dataclasses.Field[Any]) -> bool:
    return one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING


def _path(entry: Entry, base: Path) -> Path:
    """A path below *base*; whether it is there is not asked here: a share may take long to say so."""
    text = entry.text()
    if "\0" in text:
        raise entry.complain("cannot be a path: it holds a NUL character")
    try:
        return base / Path(text).expanduser()
    except RuntimeError as error:  # an unknown ~user
        raise entry.complain(f"cannot be a path: {error}") from error


def _of_text(entry: Entry, text: str) -> datetime:
    """YAML itself reads a time only where it has seconds."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise entry.complain(f"{text!r} is not a time", "Write it as 2026-11-20T08:30:00Z.") from error


def _moment(entry: Entry) -> datetime:
    """A time; one without a zone is UTC, and a day is its beginning."""
    value = entry.value
    if isinstance(value, str):
        value = _of_text(entry, value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise entry.complain("should be a time", "Write it as 2026-11-20T08:30:00Z.")
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
