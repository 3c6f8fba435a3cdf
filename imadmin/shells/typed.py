"""A cmdlet as one would type it into PowerShell: for scripts and for remedies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imadmin.errors import PluginError
from imadmin.model.values import quoted

if TYPE_CHECKING:
    from imadmin.records import Cmdlet

__all__ = ["typed"]

_NAME = re.compile(r"[A-Za-z]+-[A-Za-z0-9]+")
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def typed(cmdlet: Cmdlet) -> str:
    """The command, with its parameters.

    Raises:
        PluginError: the cmdlet or a parameter has a name that is none.
    """
    names = [name for name, _ in cmdlet.parameters]
    strange = [name for name in names if not _BARE.fullmatch(name)]
    if strange or not _NAME.fullmatch(cmdlet.name):
        raise PluginError(f"{[cmdlet.name, *strange][-1]!r} is no name in PowerShell", where=str(cmdlet))
    parameters = [_parameter(name, value) for name, value in cmdlet.parameters]
    return " ".join([cmdlet.name, *parameters])


def _parameter(name: str, value: object) -> str:
    # A colon: after a blank, a switch would leave its value to the next parameter.
    return f"-{name}:{_literal(value)}" if isinstance(value, bool) else f"-{name} {_literal(value)}"


def _literal(value: object) -> str:
    match value:
        case None:
            return "$null"
        case bool():
            return "$true" if value else "$false"
        case int():
            return str(value) if value >= 0 else f"({value})"
        case list() | tuple():
            return f"@({', '.join(map(_member, value))})"
    text = str(value)
    return text if _BARE.fullmatch(text) else quoted(text)


def _member(value: object) -> str:
    """In an expression a bare word would be a command."""
    return quoted(value) if isinstance(value, str) else _literal(value)
