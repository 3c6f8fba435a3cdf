"""Turning arguments into what a parameter's type takes, as PowerShell's binder does."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from imadmin_lab.directory.exchange import EWS_POLICIES
from imadmin_lab.directory.skype import policy_entry

from .errors import cannot_convert
from .objects import Record, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin_lab.directory import Enumerated, Nested

_ENUMERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "ActionPreference": ("SilentlyContinue", "Stop", "Continue", "Inquire", "Ignore", "Suspend"),
}
_TRUE_OR_FALSE: Final = (
    "Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0."
)
_UNLIMITED: Final = "Unlimited"


def convert(name: str, kind: str, value: object) -> object:
    """The value that a parameter gets.

    Args:
        name: The parameter.
        kind: Its type; null is allowed where it ends in `?`, several values where it has `[]`.
        value: The argument.

    Raises:
        CmdletError: The argument does not fit.
    """
    bare = kind.removesuffix("?")
    if value is None and kind.endswith("?"):
        return None
    if bare.endswith("[]") and bare not in _CONVERTERS:
        items = value if isinstance(value, list) else [value]
        return [convert(name, bare.removesuffix("[]"), item) for item in items]
    return _CONVERTERS.get(bare, _text)(name, bare, value)


def _text(name: str, kind: str, value: object) -> object:
    if isinstance(value, (list, dict)):
        raise cannot_convert(name, kind, value, "Specified method is not supported.")
    if kind in _ENUMERATIONS:
        return _member(name, kind, value)
    return as_text(value)


def _member(name: str, kind: str, value: object) -> str:
    known = _ENUMERATIONS[kind]
    if isinstance(value, int) and 0 <= value < len(known):
        return known[value]
    wanted = as_text(value).casefold()
    match = [member for member in known if member.casefold() == wanted]
    if not match:
        why = f"Unable to match the identifier name {as_text(value)} to a valid enumerator name."
        raise cannot_convert(name, kind, value, f"{why} Possible values: {', '.join(known)}.")
    return match[0]


def _boolean(name: str, kind: str, value: object) -> object:
    if isinstance(value, (bool, int, float)):
        return bool(value)
    raise cannot_convert(name, kind, value, _TRUE_OR_FALSE)


def _switch(name: str, kind: str, value: object) -> object:
    return False if value is None else _boolean(name, kind, value)


def _integer(name: str, kind: str, value: object) -> object:
    if isinstance(value, (bool, int, float)):
        return round(value)
    try:
        return int(as_text(value).strip() or 0)
    except ValueError:
        raise cannot_convert(name, kind, value) from None


def _unlimited(name: str, kind: str, value: object) -> object:
    if isinstance(value, str) and value.strip().casefold() == _UNLIMITED.casefold():
        return None
    found = _integer(name, kind, value)
    if isinstance(found, int) and found < 0:
        raise cannot_convert(name, kind, value, "Value was either too large or too small for a UInt32.")
    return found


def _guid(name: str, kind: str, value: object) -> object:
    try:
        return value if isinstance(value, uuid.UUID) else uuid.UUID(as_text(value))
    except ValueError:
        why = "Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)."
        raise cannot_convert(name, kind, value, why) from None


def _ews_policy(name: str, kind: str, value: object) -> Enumerated:
    found = {key.casefold(): member for key, member in EWS_POLICIES.items()}.get(as_text(value).casefold())
    if found is None:
        why = f"Unable to match the identifier name {as_text(value)} to a valid enumerator name."
        raise cannot_convert(name, kind, value, f"{why} Possible values: {', '.join(EWS_POLICIES)}.")
    return found


def _strings(name: str, kind: str, value: object) -> object:
    """A multivalued property: values, or `@{Add=…; Remove=…}`, which the cmdlet applies."""
    if isinstance(value, dict):
        return value
    items = value if isinstance(value, list) else [value]
    return [_text(name, kind.removesuffix("[]"), item) for item in items if item is not None]


def _entries(name: str, kind: str, value: object) -> object:
    if isinstance(value, dict):
        return {key: _entries(name, kind, item) for key, item in value.items()}
    items = value if isinstance(value, list) else [value]
    return [_entry(name, kind, item) for item in items if item is not None]


def _entry(name: str, kind: str, value: object) -> Nested:
    if isinstance(value, Record):
        return policy_entry(as_text(value.get("Name")), as_text(value.get("Value")))
    raise cannot_convert(name, kind.removesuffix("[]"), value, "The value is not a policy entry.")


def _anything(name: str, kind: str, value: object) -> object:
    del name, kind
    return value


_CONVERTERS: Final[dict[str, Callable[[str, str, object], object]]] = {
    "Boolean": _boolean,
    "SwitchParameter": _switch,
    "Int32": _integer,
    "UInt32": _integer,
    "Unlimited": _unlimited,
    "Guid": _guid,
    "EwsApplicationAccessPolicy": _ews_policy,
    "String[]": _strings,
    "PolicyEntry[]": _entries,
    "Object": _anything,
    "PSObject": _anything,
}
