"""Typed parameters of a runbook: the cell tagged `parameters`, read without executing it."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from imadmin.errors import ParameterError
from imadmin.parameters import CONVERTERS, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["declared", "injected_source"]

TAG = "parameters"
INJECTED_TAG = "injected-parameters"


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
    if kind not in CONVERTERS:
        raise ValueError(f"line {statement.lineno}: type {kind} is none of {', '.join(CONVERTERS)}")
    return Parameter(statement.target.id, kind, ast.literal_eval(statement.value))


def injected_source(values: Mapping[str, object]) -> str:
    """The source of the cell that sets the parameters."""
    lines = [f"{name} = {_literal(value)}" for name, value in values.items()]
    return "\n".join(["# Parameters", *lines])


def _literal(value: object) -> str:
    finite = not isinstance(value, float) or math.isfinite(value)
    return repr(value) if finite else f'float("{value}")'
