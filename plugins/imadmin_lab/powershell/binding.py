"""Binding the arguments of a command to a cmdlet's parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .conversion import convert
from .errors import binding_error
from .objects import Record, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .cmdlet import Cmdlet, Parameter

Arguments = list[tuple[str | None, object]]


def bind(cmdlet: Cmdlet, arguments: Iterable[tuple[str | None, object]]) -> dict[str, object]:
    """The parameters' values by their documented names.

    Args:
        cmdlet: What is called.
        arguments: Names and values; without a name the position counts.

    Raises:
        CmdletError: An argument has no parameter, the wrong type, or comes twice.
    """
    parameters = cmdlet.all_parameters()
    bound: dict[str, object] = {}
    unnamed: list[object] = []
    for name, value in arguments:
        if name is None:
            unnamed.append(value)
        else:
            _bind_one(_named(parameters, name), _bare_switch(name, value), bound)
    free = sorted(
        (p for p in cmdlet.parameters if p.position is not None and p.name not in bound), key=_position
    )
    for value in unnamed:
        if not free:
            raise binding_error(
                f"A positional parameter cannot be found that accepts argument '{as_text(value)}'.",
                "PositionalParameterNotFound",
                target=as_text(value),
            )
        _bind_one(free.pop(0), value, bound)
    return bound


def _position(parameter: Parameter) -> int:
    return parameter.position or 0


def _bare_switch(name: str, value: object) -> object:
    """`-Name` with a null value is how a switch without a value is sent; `Name` with null is null."""
    return True if name.startswith("-") and value is None else value


def _bind_one(parameter: Parameter, value: object, bound: dict[str, object]) -> None:
    if parameter.name in bound:
        raise binding_error(
            f"Cannot bind parameter because parameter '{parameter.name}' is specified more than once. To"
            " provide multiple values to parameters that can accept multiple values, use the array syntax."
            " For example,"
            ' "-parameter value1,value2,value3".',
            "ParameterAlreadyBound",
        )
    if value is None and parameter.mandatory and not parameter.kind.endswith("?"):
        raise binding_error(
            f"Cannot bind argument to parameter '{parameter.name}' because it is null.",
            "ParameterArgumentValidationErrorNullNotAllowed",
            category="InvalidData",
        )
    bound[parameter.name] = convert(parameter.name, parameter.kind, value)


def _named(parameters: Sequence[Parameter], name: str) -> Parameter:
    """The parameter of a name, which may be shortened as far as it stays the only one."""
    wanted = name.removeprefix("-").removesuffix(":").casefold()
    for parameter in parameters:
        if wanted in {spelling.casefold() for spelling in (parameter.name, *parameter.aliases)}:
            return parameter
    candidates = [p for p in parameters if p.name.casefold().startswith(wanted)] if wanted else []
    if len(candidates) == 1:
        return candidates[0]
    bare = name.removeprefix("-")
    if candidates:
        listed = " ".join(f"-{parameter.name}" for parameter in candidates)
        raise binding_error(
            f"Parameter cannot be processed because the parameter name '{bare}' is ambiguous. Possible"
            f" matches include: {listed}.",
            "AmbiguousParameter",
        )
    raise binding_error(
        f"A parameter cannot be found that matches parameter name '{bare}'.", "NamedParameterNotFound"
    )


def bind_piped(cmdlet: Cmdlet, bound: dict[str, object], piped: object) -> dict[str, object]:
    """The values with those that an object in the pipeline gives.

    Raises:
        CmdletError: Nothing takes the object.
    """
    free = [parameter for parameter in cmdlet.parameters if parameter.name not in bound]
    for parameter in free:
        if parameter.by_value and _fits(parameter, piped):
            return {**bound, parameter.name: convert(parameter.name, parameter.kind, piped)}
    found = dict(bound)
    for parameter in free:
        value = piped.get(parameter.name) if isinstance(piped, Record) else None
        if parameter.by_property and value is not None:
            found[parameter.name] = convert(parameter.name, parameter.kind, value)
    if len(found) == len(bound):
        raise binding_error(
            "The input object cannot be bound to any parameters for the command either because the command"
            " does not take pipeline input or the input and its properties do not match any of the"
            " parameters that take pipeline input.",
            "InputObjectNotBound",
            target=piped,
        )
    return found


def _fits(parameter: Parameter, piped: object) -> bool:
    """Whether the binder takes the object itself and not its property."""
    return not (isinstance(piped, Record) and parameter.by_property)


def complete(cmdlet: Cmdlet, bound: dict[str, object]) -> None:
    """Check that the values make a valid call.

    Raises:
        CmdletError: A mandatory one is missing, or two exclude each other.
    """
    sets = {name for parameter in cmdlet.parameters for name in parameter.sets}
    for parameter in cmdlet.parameters:
        if parameter.name in bound and parameter.sets:
            sets &= set(parameter.sets)
    if not sets and any(parameter.sets for parameter in cmdlet.parameters):
        raise binding_error(
            "Parameter set cannot be resolved using the specified named parameters.", "AmbiguousParameterSet"
        )
    missing = [
        parameter.name
        for parameter in cmdlet.parameters
        if parameter.mandatory
        and parameter.name not in bound
        and (not parameter.sets or sets <= set(parameter.sets))
    ]
    if missing:
        raise binding_error(
            "Cannot process command because of one or more missing mandatory parameters:"
            f" {' '.join(missing)}.",
            "MissingMandatoryParameter",
        )
