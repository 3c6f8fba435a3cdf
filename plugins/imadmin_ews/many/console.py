"""The result on the terminal: how many, why, some of them, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin.commands import WORDS, one_line
from imadmin_ews.command.standing import PROVES
from imadmin_ews.command.tree import lines_of

from .outcomes import NOT_ASKED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .causes import Cause
    from .places import Place
    from .result import Result

__all__ = ["lines"]

_INDENT: Final = " " * 21
_NAMED: Final = 3


def lines(result: Result) -> Iterator[str]:
    """The steps to each endpoint, then the causes."""
    for line in _lines(result):
        yield f"{one_line(line)}\n" if line else "\n"


def _lines(result: Result) -> Iterator[str]:
    for place in result.places:
        yield from _steps(place)
    yield f"{sum(cause.count for cause in result.causes):,} mailboxes"
    for cause in result.causes:
        yield from _cause(cause)
    yield ""
    yield PROVES
    left = any(cause.first.cause == NOT_ASKED and cause.first.endpoint for cause in result.causes)
    go_on = f"To ask for those that are left: imadmin probe --resume {result.run}" if left else ""
    yield go_on or f"Run {result.run}; again: imadmin show {result.run}"


def _steps(place: Place) -> Iterator[str]:
    if place.steps:
        yield f"{place.name}: {place.endpoint.config.endpoint}"
        for step in place.steps:
            yield from lines_of(step, "  ")
        yield ""


def _cause(cause: Cause) -> Iterator[str]:
    first = cause.first
    word = WORDS.get(first.status, first.status)
    where = f"{first.endpoint}: " if first.endpoint else ""
    yield f"  {word:<8} {cause.count:>9,} {where}{first.message}"
    if first.status != "pass":
        yield f"{_INDENT}{', '.join(cause.mailboxes[:_NAMED])}{_more(cause)}"
    if first.remedy:
        yield f"{_INDENT}{first.remedy}"


def _more(cause: Cause) -> str:
    more = cause.count - _NAMED
    return f" and {more:,} more" if more > 0 else ""
