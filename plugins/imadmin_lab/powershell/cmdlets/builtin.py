"""The commands that every restricted session has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from imadmin_lab.powershell.cmdlet import Cmdlet, CmdletError, Parameter
from imadmin_lab.powershell.metadata import command_record
from imadmin_lab.powershell.objects import Record
from imadmin_lab.powershell.running import find_cmdlets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin_lab.powershell.cmdlet import Call
    from imadmin_lab.powershell.cmdlet import Cmdlet as _Cmdlet

_COMMANDS: Final = "Microsoft.PowerShell.Commands"
_INPUT: Final = Parameter("InputObject", "Object", by_value=True)


def get_command(call: Call) -> Iterator[object]:
    """Get-Command: those of the session that fit a name."""
    names = call.arguments.get("Name") or ["*"]
    assert isinstance(names, list)  # noqa: S101 - by its type
    found: dict[str, _Cmdlet] = {}
    for name in names:
        matches = find_cmdlets(call.session, str(name))
        found |= {cmdlet.name: cmdlet for cmdlet in matches}
        if not matches and not set(str(name)) & set("*?["):
            call.error(_no_command(str(name)))
    for _, cmdlet in sorted(found.items()):
        yield command_record(cmdlet)


def _no_command(name: str) -> CmdletError:
    return CmdletError(
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable"
        " program. Check the spelling of the name, or if a path was included, verify that the path is"
        " correct and try again.",
        "ObjectNotFound",
        "CommandNotFoundException",
        "System.Management.Automation.CommandNotFoundException",
        name,
    )


def measure_object(call: Call) -> Iterator[object]:
    """Measure-Object: how many."""
    count = sum(1 for _ in _incoming(call))
    yield Record(
        (f"{_COMMANDS}.GenericMeasureInfo", f"{_COMMANDS}.MeasureInfo", "System.Object"),
        {
            "Count": count,
            "Average": None,
            "Sum": None,
            "Maximum": None,
            "Minimum": None,
            "Property": None,
        },
        f"{_COMMANDS}.GenericMeasureInfo",
    )


def select_object(call: Call) -> Iterator[object]:
    """Select-Object: some properties, the first or last few, or one property's values."""
    from itertools import islice

    items: Iterator[object] = islice(_incoming(call), _number(call, "Skip"), None)
    if call.given("First"):
        items = islice(items, _number(call, "First"))
    if call.given("Last"):
        from collections import deque

        items = iter(deque(items, maxlen=_number(call, "Last")))
    for item in items:
        yield from _selected(call, item)


def _selected(call: Call, item: object) -> Iterator[object]:
    expanded = call.text("ExpandProperty")
    if expanded:
        value = _property(item, expanded)
        if value is None and not _has(item, expanded):
            call.error(_no_property(expanded, item))
        yield from value if isinstance(value, list) else [value]
    elif call.given("Property"):
        wanted = call.arguments["Property"]
        assert isinstance(wanted, list)  # noqa: S101 - by its type
        yield _with_properties(item, [str(name) for name in wanted])
    else:
        yield item


def _with_properties(item: object, wanted: list[str]) -> Record:
    from fnmatch import fnmatchcase

    names = item.properties if isinstance(item, Record) else ()
    found: dict[str, object] = {}
    for pattern in wanted:
        matches = [name for name in names if fnmatchcase(name.casefold(), pattern.casefold())]
        plain = [] if set(pattern) & set("*?[") else [pattern]
        found |= {name: _property(item, name) for name in matches or plain}
    first = item.type_names[0] if isinstance(item, Record) else "System.Object"
    names_of_type = (f"Selected.{first}", "System.Management.Automation.PSCustomObject", "System.Object")
    shown = "; ".join(f"{name}={'' if value is None else value}" for name, value in found.items())
    return Record(names_of_type, found, f"@{{{shown}}}", extended=True)


def _property(item: object, name: str) -> object:
    if isinstance(item, Record):
        return item.get(name)
    return item.get(name) if isinstance(item, Mapping) else None


def _has(item: object, name: str) -> bool:
    return isinstance(item, Record) and name.casefold() in {key.casefold() for key in item.properties}


def _no_property(name: str, item: object) -> CmdletError:
    return CmdletError(
        f'Property "{name}" cannot be found.',
        "InvalidArgument",
        "ExpandPropertyNotFound",
        "System.Management.Automation.PSArgumentException",
        item,
    )


def _incoming(call: Call) -> Iterator[object]:
    given = call.arguments.get("InputObject")
    alone = given if isinstance(given, list) else [given]
    return call.piped if call.piped is not None else iter(alone if call.given("InputObject") else [])


def _number(call: Call, name: str) -> int:
    value = call.arguments.get(name, 0)
    return value if isinstance(value, int) else 0


def nothing(call: Call) -> Iterator[object]:
    """Exit-PSSession, Get-FormatData: the lab has nothing to do or to give."""
    del call
    yield from ()


def pass_on(call: Call) -> Iterator[object]:
    """Out-Default: in a remote session what comes in goes out."""
    yield from _incoming(call)


def get_help(call: Call) -> Iterator[object]:
    """Get-Help: the command's name and syntax, no more."""
    name = call.text("Name") or "default"
    cmdlet = call.session.cmdlet(name)
    if cmdlet is None:
        call.error(_no_help(name))
        return
    syntax = " ".join(f"[-{parameter.name} <{parameter.kind}>]" for parameter in cmdlet.parameters)
    yield Record(
        ("MamlCommandHelpInfo", "HelpInfo", "System.Object"),
        {"Name": cmdlet.name, "Category": "Cmdlet", "Synopsis": f"{cmdlet.name} {syntax}", "Component": None},
        cmdlet.name,
        extended=True,
    )


def _no_help(name: str) -> CmdletError:
    return CmdletError(
        f"Get-Help could not find {name} in a help file in this session.",
        "ResourceUnavailable",
        "HelpNotFound",
        f"{_COMMANDS}.HelpNotFoundException",
        name,
    )


def _cmdlet(name: str, run: str, *parameters: Parameter, collects: bool = False) -> Cmdlet:
    verb, _, noun = name.partition("-")
    type_name = f"{_COMMANDS}.{verb}{noun}Command"
    module = "Microsoft.PowerShell.Core" if name == "Get-Command" else "Microsoft.PowerShell.Utility"
    return Cmdlet(name, globals()[run], parameters, type_name, module, collects=collects)


CMDLETS: Final = (
    _cmdlet(
        "Get-Command",
        "get_command",
        Parameter("Name", "String[]", position=0, by_value=True),
        Parameter("CommandType"),
        Parameter("Module"),
        Parameter("ArgumentList", "Object"),
        Parameter("ListImported", "SwitchParameter"),
    ),
    _cmdlet(
        "Measure-Object",
        "measure_object",
        _INPUT,
        Parameter("Property", "String[]", position=0),
        collects=True,
    ),
    _cmdlet(
        "Select-Object",
        "select_object",
        _INPUT,
        Parameter("Property", "String[]", position=0),
        Parameter("ExcludeProperty", "String[]"),
        Parameter("ExpandProperty"),
        Parameter("First", "Int32"),
        Parameter("Last", "Int32"),
        Parameter("Skip", "Int32"),
        collects=True,
    ),
    _cmdlet("Out-Default", "pass_on", _INPUT, Parameter("Transcript", "SwitchParameter"), collects=True),
    _cmdlet("Get-Help", "get_help", Parameter("Name", position=0), Parameter("Full", "SwitchParameter")),
    _cmdlet(
        "Get-FormatData",
        "nothing",
        Parameter("TypeName", "String[]", position=0),
        Parameter("PowerShellVersion", "Object"),
    ),
    _cmdlet("Exit-PSSession", "nothing"),
)
