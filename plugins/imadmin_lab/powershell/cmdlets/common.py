"""What the cmdlets of both products share: finding objects, giving them out, changing them."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from imadmin_lab.powershell.cmdlet import CmdletError, Parameter
from imadmin_lab.powershell.filters import FilterError, parse_filter
from imadmin_lab.powershell.objects import Record, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin_lab.directory import Entry, Noun, Value
    from imadmin_lab.powershell.cmdlet import Call

SWITCH: Final = "SwitchParameter"
LOCAL_STORE: Final = Parameter("LocalStore", SWITCH)
FORCE: Final = Parameter("Force", SWITCH)
TENANT: Final = Parameter("Tenant", "Guid")


def record_of(noun: Noun, entry: Entry) -> Record:
    """An object as a Get cmdlet gives it."""
    return Record(noun.type_names, entry.properties, as_text(entry.get("Identity")) or entry.identity)


def filtered(call: Call, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Those that `-Filter` asks for.

    Raises:
        CmdletError: The filter is not understood.
    """
    text = call.text("Filter")
    if text is None:
        yield from entries
        return
    try:
        test = parse_filter(text)
        yield from [entry for entry in entries if test(entry.get)]
    except FilterError as error:
        raise CmdletError(
            f'Cannot bind parameter \'Filter\' to the target. Exception setting "Filter": "{error}"',
            "InvalidArgument",
            "ParameterBindingFailed",
            "System.Management.Automation.ParameterBindingException",
            text,
        ) from None


def known_as(noun: Noun, entry: Entry, name: str) -> bool:
    """Whether an object is meant by a name: its identity or one of its keys; `*` stands for anything."""
    wanted = name.casefold()
    names = {entry.identity, *(as_text(entry.get(key)) for key in ("Identity", *noun.keys))}
    if "*" in wanted:
        return any(fnmatchcase(candidate.casefold(), wanted) for candidate in names if candidate)
    return wanted in {candidate.casefold() for candidate in names if candidate}


def limited(call: Call, entries: Iterable[Entry], default: int | None) -> tuple[list[Entry], bool]:
    """As many as `-ResultSize` allows, and whether there are more."""
    size = call.arguments.get("ResultSize", default)
    found = list(entries)
    if not isinstance(size, int):
        return found, False
    return found[:size], len(found) > size


def changes_of(call: Call, noun: Noun) -> dict[str, Value]:
    """The properties that the arguments set; those of `-Instance` where it is given."""
    instance = call.arguments.get("Instance")
    if isinstance(instance, Record):
        return _from_instance(noun, instance)
    return {name: _typed(call.arguments[name]) for name in noun.kinds if call.given(name)}


def _from_instance(noun: Noun, instance: Record) -> dict[str, Value]:
    from imadmin_lab.powershell.conversion import convert

    present = {name.casefold() for name in instance.properties}
    return {
        name: _typed(convert(name, kind, instance.get(name)))
        for name, kind in noun.kinds.items()
        if name.casefold() in present
    }


def _typed(value: object) -> Value:
    found: Value = value  # type: ignore[assignment]  # the binder made it one
    return found


def applied(before: Value, change: object) -> Value:
    """What a property becomes: the new value, or for `@{Add=…; Remove=…; Replace=…}` the old one changed."""
    if not isinstance(change, Mapping):
        return _typed(change)
    given = {str(key).casefold(): _listed(value) for key, value in change.items()}
    items = given.get("replace", _listed(before))
    removed = {as_text(item).casefold() for item in given.get("remove", [])}
    kept = [item for item in items if as_text(item).casefold() not in removed]
    present = {as_text(item).casefold() for item in kept}
    return kept + [item for item in given.get("add", []) if as_text(item).casefold() not in present]


def _listed(value: object) -> list[Value]:
    found = value if isinstance(value, list) else [] if value is None else [value]
    return [_typed(item) for item in found]
