"""The properties of cmdlets as a scenario file writes them, into the directory's values."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from imadmin_lab.directory import Enumerated
from imadmin_lab.directory.exchange import EWS_POLICIES
from imadmin_lab.directory.skype import policy_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imadmin_lab.directory import Noun, Value


def typed(noun: Noun, settings: Mapping[str, object]) -> dict[str, Value]:
    """The values of some properties of a noun.

    Raises:
        ValueError: It has no such property, or the property no such value.
    """
    noun.make("", dict.fromkeys(settings))
    spelled = {name.casefold(): name for name in noun.defaults}
    return {
        spelled[name.casefold()]: _typed(noun, spelled[name.casefold()], settings[name]) for name in settings
    }


def _typed(noun: Noun, name: str, value: object) -> Value:
    kind = noun.kinds.get(name, "")
    if kind.startswith("PolicyEntry"):
        return [policy_entry(str(key), str(item)) for key, item in _mapping(name, value).items()]
    if value is None:
        return None
    if kind.startswith("EwsApplicationAccessPolicy"):
        return _policy(name, value)
    if kind.startswith("Boolean") and not isinstance(value, bool):
        raise ValueError(f"{name} should be true, false or null")
    if kind.startswith("TimeSpan"):
        return timedelta(days=_days(name, value))
    if kind.startswith("String[]"):
        return _texts(name, value)
    return _enumerated(noun, name, value) if isinstance(value, dict) else _plain(name, value)


def _mapping(name: str, value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} should be a mapping")  # noqa: TRY004 - as all that is wrong here
    return value


def _days(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} should be a number of days")  # noqa: TRY004 - as all that is wrong here
    return value


def _policy(name: str, value: object) -> Enumerated:
    found = EWS_POLICIES.get(str(value))
    if found is None:
        raise ValueError(f"{name} should be {' or '.join(EWS_POLICIES)}")
    return found


def _texts(name: str, value: object) -> Value:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{name} should be a list of texts")
    return list(value)


def _enumerated(noun: Noun, name: str, value: dict[str, object]) -> Enumerated:
    """A member of the enumeration that is called as the property is, `{number: 2, name: WebSearchOnly}`."""
    number, member = value.get("number"), value.get("name")
    if set(value) != {"number", "name"} or not isinstance(number, int) or not isinstance(member, str):
        raise ValueError(f"{name} should be a plain value, or have a number and a name")
    namespace = noun.type_names[0].rpartition(".")[0]
    return Enumerated(f"{namespace}.{name}", member, number)


def _plain(name: str, value: object) -> Value:
    if isinstance(value, (bool, int, float, str)):
        return value
    raise ValueError(f"{name} should be a plain value")
