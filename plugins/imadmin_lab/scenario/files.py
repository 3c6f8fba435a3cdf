"""Scenario files: where they are, and one laid over another."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from imadmin.errors import ConfigError

from .fields import At, mapping

if TYPE_CHECKING:
    from collections.abc import Mapping

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # a PyYAML without libyaml
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

FOLDER: Final = Path(__file__).parents[1] / "scenarios"
_KEYED: Final = {"people": "sip"}


class _Loader(_SafeLoader):
    """Refuses a key that is given twice, which YAML's own loaders do not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: FBT001, FBT002 - PyYAML's
        keys = [str(key.value) for key, _ in node.value]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise yaml.constructor.ConstructorError(None, None, f"{twice} is given twice", node.start_mark)
        return dict(super().construct_mapping(node, deep))


def names() -> list[str]:
    """The scenarios that come with the lab."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def locate(scenario: str | Path) -> Path:
    """The file of a scenario.

    Args:
        scenario: The name of one that comes with the lab, or the path of a YAML file.

    Raises:
        ConfigError: There is no such scenario.
    """
    if isinstance(scenario, Path) or scenario.endswith((".yaml", ".yml")):
        return Path(scenario)
    if scenario in names():
        return FOLDER / f"{scenario}.yaml"
    close = difflib.get_close_matches(scenario, names(), 1)
    remedy = (
        f"Did you mean {close[0]}?" if close else f"There are {', '.join(names())}; or give a .yaml file."
    )
    raise ConfigError("there is no such scenario", where=scenario, remedy=remedy)


def parse(path: Path) -> dict[str, object]:
    """What a file holds.

    Raises:
        ConfigError: It cannot be read, or is not a YAML mapping.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error
    try:
        found = yaml.load(content, _Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}, line {mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or " ".join(str(error).split())
        raise ConfigError(f"is not YAML: {problem}", where=where) from error
    return mapping({} if found is None else found, At(str(path)))


def over(base: Mapping[str, object], top: Mapping[str, object]) -> dict[str, object]:
    """One file's content over another's: mappings merge, people merge by `sip`, null removes."""
    merged = dict(base)
    for name, value in top.items():
        if value is None and name in base:
            del merged[name]
        else:
            merged[name] = _merged(name, base.get(name), value)
    return merged


def _merged(name: str, below: object, above: object) -> object:
    if isinstance(below, dict) and isinstance(above, dict):
        return over(below, above)
    key = _KEYED.get(name)
    if key and isinstance(below, list) and isinstance(above, list):
        return _by_key(key, below, above)
    return above


def _by_key(key: str, below: list[object], above: list[object]) -> list[object]:
    merged = {_name(item, key): item for item in below}
    for item in above:
        merged[_name(item, key)] = _merged("", merged.get(_name(item, key)), item)
    return list(merged.values())


def _name(item: object, key: str) -> object:
    found = item.get(key) if isinstance(item, dict) else None
    return found if isinstance(found, str) else id(item)
