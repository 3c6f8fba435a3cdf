"""Error records, worded as PowerShell does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psrpcore import types

from .cmdlet import CmdletError
from .objects import Record, as_text, to_wire, type_of

if TYPE_CHECKING:
    from .cmdlet import Call

_AUTOMATION = "System.Management.Automation"
_BINDING = f"{_AUTOMATION}.ParameterBindingException"


def error_record(error: CmdletError, call: Call | None) -> types.ErrorRecord:
    """What the client gets to see of an error.

    Args:
        error: The error.
        call: The cmdlet that it comes from; None where the pipeline itself fails.
    """
    exception = types.NETException(Message=error.message, HResult=-2146233087)
    names = [error.exception, *_parents(error.exception), *exception.PSTypeNames]
    exception.PSObject.type_names = list(dict.fromkeys(names))
    exception.PSObject.to_string = f"{error.exception}: {error.message}"
    target = error.target
    category = types.ErrorCategoryInfo(
        Category=types.ErrorCategory[error.category],
        Activity=call.cmdlet.name if call else None,
        Reason=error.exception.rpartition(".")[2],
        TargetName=as_text(target) or None,
        TargetType=type_of(target).rpartition(".")[2] if target is not None else None,
    )
    parts = [error.error_id or error.exception, call.cmdlet.type_name if call else ""]
    record = types.ErrorRecord(
        Exception=exception,
        CategoryInfo=category,
        TargetObject=to_wire(target) if isinstance(target, (str, int, bool, Record)) else None,
        FullyQualifiedErrorId=",".join(part for part in parts if part),
        InvocationInfo=_invocation(call) if call else None,
    )
    record.serialize_extended_info = call is not None
    record.PSObject.to_string = error.message
    return record


def _parents(exception: str) -> list[str]:
    parents = [] if exception == f"{_AUTOMATION}.RuntimeException" else [f"{_AUTOMATION}.RuntimeException"]
    return [*(parents if exception.startswith(_AUTOMATION) else []), "System.SystemException"]


def _invocation(call: Call) -> Any:
    bound = {name: to_wire(_shown(value)) for name, value in call.arguments.items()}
    return types.InvocationInfo(
        BoundParameters=types.PSDict(bound),
        CommandOrigin=types.CommandOrigin.Runspace,
        ExpectingInput=call.piped is not None,
        HistoryId=1,
        InvocationName=call.cmdlet.name,
        Line="",
        MyCommand=None,
        OffsetInLine=-1,
        PipelineLength=0,
        PipelinePosition=0,
        PositionMessage="",
        ScriptLineNumber=0,
        ScriptName=None,
        UnboundArguments=[],
    )


def _shown(value: object) -> object:
    return value if isinstance(value, (str, int, float, bool, list, dict, Record)) else as_text(value)


def not_recognized(name: str) -> CmdletError:
    """There is no such command, or it is hidden: both look the same."""
    return CmdletError(
        f"The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable"
        " program. Check the spelling of the name, or if a path was included, verify that the path is"
        " correct and try again.",
        "ObjectNotFound",
        "CommandNotFoundException",
        f"{_AUTOMATION}.CommandNotFoundException",
        name,
    )


def script_refused() -> CmdletError:
    """The runspace is in no-language mode."""
    return CmdletError(
        "The syntax is not supported by this runspace. This can occur if the runspace is in no-language"
        " mode.",
        "ParserError",
        "ScriptsNotAllowed",
        f"{_AUTOMATION}.ParseException",
    )


def binding_error(
    message: str, error_id: str, *, category: str = "InvalidArgument", target: object = None
) -> CmdletError:
    """An argument cannot be bound to a parameter."""
    return CmdletError(message, category, error_id, _BINDING, target)


def cannot_convert(name: str, kind: str, value: object, why: str = "") -> CmdletError:
    """An argument has the wrong type."""
    wanted = kind if "." in kind else f"System.{kind}"
    if wanted in {"System.Boolean", "System.SwitchParameter"}:
        wanted = wanted.replace("System.Switch", f"{_AUTOMATION}.Switch")
        message = (
            f"Cannot convert '{type_of(value)}' to the type '{wanted}' required by parameter '{name}'. {why}"
        )
        return binding_error(message.rstrip(), "CannotConvertArgument")
    reason = why or "Input string was not in a correct format."
    shown = as_text(value)
    return binding_error(
        f'Cannot bind parameter \'{name}\'. Cannot convert value "{shown}" to type "{wanted}".'
        f' Error: "{reason}"',
        "CannotConvertArgumentNoMessage",
    )
