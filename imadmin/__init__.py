"""imadmin: can these people leave each other offline messages in Skype for Business?

The names below are what a plugin is written with; they are imported when first used, so that
`import imadmin` costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.errors import ImadminError, PluginError, SourceError, SourceNotDescribedError
    from imadmin.hookspecs import hookimpl
    from imadmin.operations import Change, Matrix, Operation
    from imadmin.records import (
        OPTIONAL,
        Check,
        ClientLists,
        Cmdlet,
        Command,
        DeploymentSource,
        Event,
        EwsEndpoints,
        Fact,
        Finding,
        LicenseLists,
        Missing,
        OpenDeployment,
        PastChanges,
        PeopleRows,
        Probe,
        Report,
        Settings,
        Severity,
        Stage,
        Status,
        check,
        fact,
    )

__version__ = "0.1.0"

_HOME = {
    "OPTIONAL": "imadmin.records",
    "Change": "imadmin.operations",
    "Check": "imadmin.records",
    "ClientLists": "imadmin.records",
    "Cmdlet": "imadmin.records",
    "Command": "imadmin.records",
    "DeploymentSource": "imadmin.records",
    "Event": "imadmin.records",
    "EwsEndpoints": "imadmin.records",
    "Fact": "imadmin.records",
    "Finding": "imadmin.records",
    "ImadminError": "imadmin.errors",
    "LicenseLists": "imadmin.records",
    "Matrix": "imadmin.operations",
    "Missing": "imadmin.records",
    "OpenDeployment": "imadmin.records",
    "Operation": "imadmin.operations",
    "PastChanges": "imadmin.records",
    "PeopleRows": "imadmin.records",
    "PluginError": "imadmin.errors",
    "Probe": "imadmin.records",
    "Report": "imadmin.records",
    "Settings": "imadmin.records",
    "Severity": "imadmin.records",
    "SourceError": "imadmin.errors",
    "SourceNotDescribedError": "imadmin.errors",
    "Stage": "imadmin.records",
    "Status": "imadmin.records",
    "check": "imadmin.records",
    "fact": "imadmin.records",
    "hookimpl": "imadmin.hookspecs",
}

__all__ = [
    "OPTIONAL",
    "Change",
    "Check",
    "ClientLists",
    "Cmdlet",
    "Command",
    "DeploymentSource",
    "Event",
    "EwsEndpoints",
    "Fact",
    "Finding",
    "ImadminError",
    "LicenseLists",
    "Matrix",
    "Missing",
    "OpenDeployment",
    "Operation",
    "PastChanges",
    "PeopleRows",
    "PluginError",
    "Probe",
    "Report",
    "Settings",
    "Severity",
    "SourceError",
    "SourceNotDescribedError",
    "Stage",
    "Status",
    "__version__",
    "check",
    "fact",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for (PEP 562)."""
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'imadmin' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(home), name)
