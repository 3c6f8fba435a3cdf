"""Typed parameters of a runbook: the cell tagged `parameters`, read without executing it."""

from __future__ import annotations

import ast
import difflib
import math
from dataclasses import dataclass
from reprlib import Repr
from typing import TYPE_CHECKING, Any

from imadmin.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Parameter", "convert", "declared", "injected_source"]

TAG = "parameters"
INJECTED_TAG = "injected-parameters"
_TRUE, _FALSE = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the runbook declares it: `name: type = default  # what it is`.

    Attributes:
        kind: `str`, `int`, `float`, `bool` or `list[str]`.
    """

    name: str
    kind: str
    default: object


def declared(source: str, where: str) -> dict[str, Parameter]:
    """The parameters that a `parameters` cell declares.

    Raises:
        ParameterError: the cell is more than annotated assignments of plain values.
    """
    try:
        body = ast.parse(source).body
        return {p.name: p for p in (_parameter(statement) for statement in body)}
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ParameterError(
            f"the parameters cell cannot be read: {error}",
            where=where,
            remedy='Write one line a parameter: name: str = "value"',
        ) from error


def _parameter(statement: ast.stmt) -> Parameter:
    if not isinstance(statement, ast.AnnAssign) or statement.value is None:
        raise ValueError(f"line {statement.lineno} is not of the form name: type = value")
    if not isinstance(statement.target, ast.Name):
        raise ValueError(f"line {statement.lineno} does not name a parameter")  # noqa: TRY004
    kind = ast.unparse(statement.annotation)
    if kind not in _CONVERTERS:
        raise ValueError(f"line {statement.lineno}: type {kind} is none of {', '.join(_CONVERTERS)}")
    return Parameter(statement.target.id, kind, ast.literal_eval(statement.value))


def convert(
    given: Iterable[tuple[str, str]], known: Mapping[str, Parameter], where: str
) -> dict[str, object]:
    """Values for a runbook's parameters from the texts of `-p name=value`.

    Raises:
        ParameterError: the runbook has no such parameter, or the text is no value of its type.
    """
    values: dict[str, object] = {}
    for name, text in given:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            hint = f"Did you mean {close[0]}?" if close else f"It has: {', '.join(known) or 'none'}."
            raise ParameterError(f"the runbook has no parameter {name!r}", where=where, remedy=hint)
        kind = known[name].kind
        try:
            values[name] = _CONVERTERS[kind](text)
        except ValueError as error:
            raise ParameterError(
                f"parameter {name}: {_SHORT.repr(text)} is not {_ARTICLES.get(kind, 'a')} {kind}",
                where=where,
                remedy=_EXAMPLES[kind].format(name=name),
            ) from error
    return values


def injected_source(values: Mapping[str, object]) -> str:
    """The source of the cell that sets the parameters."""
    lines = [f"{name} = {_literal(value)}" for name, value in values.items()]
    return "\n".join(["# Parameters", *lines])


def _literal(value: object) -> str:
    finite = not isinstance(value, float) or math.isfinite(value)
    return repr(value) if finite else f'float("{value}")'


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
_CONVERTERS: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": _flag, "list[str]": _texts}
