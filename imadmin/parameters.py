"""Typed parameters, as `-p name=value` gives them: of runbooks and of operations."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from reprlib import Repr
from typing import TYPE_CHECKING, Any

from imadmin.errors import ParameterError

if TYPE_CHECKING:
    import inspect
    from collections.abc import Iterable, Mapping

__all__ = ["CONVERTERS", "Parameter", "convert", "of_signature"]

_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as it is declared: `name: type = default  # what it is`.

    Attributes:
        kind: `str`, `int`, `float`, `bool` or `list[str]`.
    """

    name: str
    kind: str
    default: object


def convert(
    given: Iterable[tuple[str, str]], known: Mapping[str, Parameter], where: str, of: str = "runbook"
) -> dict[str, object]:
    """Values for parameters from the texts of `-p name=value`.

    Raises:
        ParameterError: there is no such parameter, or the text is no value of its type.
    """
    values: dict[str, object] = {}
    for name, text in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(known) or 'none'}."
            raise ParameterError(f"the {of} has no parameter {name!r}", where=where, remedy=hint)
        kind = known[name].kind
        try:
            values[name] = CONVERTERS[kind](text)
        except ValueError as error:
            raise ParameterError(
                f"parameter {name}: {_SHORT.repr(text)} is not {_ARTICLES.get(kind, 'a')} {kind}",
                where=where,
                remedy=_EXAMPLES[kind].format(name=name),
            ) from error
    return values


def of_signature(parameters: Mapping[str, inspect.Parameter]) -> dict[str, Parameter]:
    """The parameters of a function that are annotated with a type of `CONVERTERS`; any other is a text."""
    return {name: Parameter(name, _kind(given), given.default) for name, given in parameters.items()}


def _kind(parameter: inspect.Parameter) -> str:
    annotation = parameter.annotation
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")
    return name if name in CONVERTERS else "str"


def _flag(text: str) -> bool:
    if text.lower() not in _TRUE | _FALSE:
        raise ValueError(text)
    return text.lower() in _TRUE


def _texts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


_SHORT = Repr()
_SHORT.maxstring = 60
_ARTICLES = {"int": "an"}
_EXAMPLES = {
    "int": "Give a whole number: -p {name}=20",
    "float": "Give a number: -p {name}=0.5",
    "bool": "Say true or false: -p {name}=true",
}
CONVERTERS: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": _flag, "list[str]": _texts}
