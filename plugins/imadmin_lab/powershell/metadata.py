"""What the session tells of its commands: the protocol's own question, which implicit remoting asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin_lab.directory import Enumerated

from .objects import Record
from .running import find_cmdlets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psrpcore import GetMetadata

    from .cmdlet import Cmdlet, Parameter
    from .session import Session

_AUTOMATION: Final = "System.Management.Automation"
_CMDLET: Final = Enumerated(f"{_AUTOMATION}.CommandTypes", "Cmdlet", 8)
_COUNT: Final = (
    "Selected.Microsoft.PowerShell.Commands.GenericMeasureInfo",
    f"{_AUTOMATION}.PSCustomObject",
    "System.Object",
)
_TYPES: Final = {"Unlimited": "Microsoft.Rtc.Management.ADConnect.Core.Unlimited`1[[System.UInt32]]"}


def command_metadata(session: Session, asked: GetMetadata) -> Iterator[object]:
    """The count, then each command; those that the user's roles hide are not there."""
    wanted = int(asked.command_type) & _CMDLET.number
    found = {c.name: c for name in asked.name for c in find_cmdlets(session, str(name))} if wanted else {}
    yield Record(_COUNT, {"Count": len(found)}, extended=True)
    for cmdlet in found.values():
        yield _command(cmdlet)


def _command(cmdlet: Cmdlet) -> Record:
    properties = {
        "Name": cmdlet.name,
        "Namespace": cmdlet.module,
        "HelpUri": "",
        "CommandType": _CMDLET,
        "OutputType": ["System.Object"],
        "Parameters": _parameters(cmdlet),
    }
    names = (f"Selected.{_AUTOMATION}.CmdletInfo", f"{_AUTOMATION}.PSCustomObject", "System.Object")
    return Record(names, properties, extended=True)


def _parameters(cmdlet: Cmdlet) -> dict[str, Record]:
    return {parameter.name: _parameter(parameter) for parameter in cmdlet.all_parameters()}


def _parameter(parameter: Parameter) -> Record:
    properties = {
        "Name": parameter.name,
        "ParameterType": dotnet_type(parameter.kind),
        "Aliases": list(parameter.aliases),
        "SwitchParameter": parameter.kind == "SwitchParameter",
        "IsDynamic": False,
    }
    return Record((f"{_AUTOMATION}.ParameterMetadata", "System.Object"), properties)


def dotnet_type(kind: str) -> str:
    """The .NET name of a parameter's type."""
    bare = kind.removesuffix("?")
    if bare in {"SwitchParameter", "ActionPreference", "PSObject"}:
        return f"System.Management.Automation.{bare}"
    name = _TYPES.get(bare, f"System.{bare}")
    nullable = kind.endswith("?") and bare in {"Boolean", "Int32", "UInt32", "Guid"}
    return f"System.Nullable`1[[{name}]]" if nullable else name


def command_record(cmdlet: Cmdlet) -> Record:
    """A command as Get-Command gives it."""
    return Record(
        (
            "System.Management.Automation.CmdletInfo",
            "System.Management.Automation.CommandInfo",
            "System.Object",
        ),
        {
            "Name": cmdlet.name,
            "CommandType": _CMDLET,
            "ModuleName": cmdlet.module,
            "Source": cmdlet.module,
            "Verb": cmdlet.name.partition("-")[0],
            "Noun": cmdlet.name.partition("-")[2],
            "Version": None,
            "Visibility": "Public",
            "Parameters": _parameters(cmdlet),
        },
        cmdlet.name,
    )
