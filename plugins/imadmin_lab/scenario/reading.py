"""Reading a scenario: its file over its base, typed, and checked for what must agree."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .checks import check
from .fields import At, fill
from .files import locate, names, over, parse
from .records import Scenario

if TYPE_CHECKING:
    from pathlib import Path

    from .records import Person


def scenarios() -> dict[str, str]:
    """The scenarios that come with the lab: their titles by name."""
    return {name: str(parse(locate(name)).get("title", "")) for name in names()}


def read_scenario(scenario: str | Path) -> Scenario:
    """Read a scenario.

    Args:
        scenario: The name of one that comes with the lab, or the path of a YAML file.

    Raises:
        ConfigError: There is no such scenario, or its file is not what it should be; the message names the
            file and the key.
    """
    return _read(locate(scenario), ())


def _read(path: Path, above: tuple[Path, ...]) -> Scenario:
    at = At(str(path))
    found = _complete(fill(Scenario, _content(path, above), at))
    check(found, at)
    return found


def _content(path: Path, above: tuple[Path, ...]) -> dict[str, object]:
    content, at = parse(path), At(str(path))
    if "base" not in content:
        return content
    name = fill(str, content.pop("base"), at.key("base"))
    base = path.parent / name if name.endswith((".yaml", ".yml")) else locate(name)
    if base in (path, *above):
        raise at.key("base").complain(f"{name} is in the end based on itself")
    _read(base, (path, *above))  # so that what is wrong in it is told of its own file
    return over(_content(base, (path, *above)), content)


def _complete(scenario: Scenario) -> Scenario:
    people = tuple(_completed(person, scenario.domain) for person in scenario.people)
    return replace(scenario, people=people)


def _completed(person: Person, domain: str) -> Person:
    return replace(
        person,
        sip=f"{person.sip}@{domain}",
        mail=f"{person.mail or person.sip}@{domain}",
        display=person.display or f"{person.first} {person.last}",
    )
