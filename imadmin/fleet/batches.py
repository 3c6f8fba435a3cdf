"""The unit of work: a function by its name, and the subjects that it is to be called with."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Generic, TypeVar

from imadmin.fleet.records import Answer
from imadmin.plugins.load import describe

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Asked", "Batch", "Landed", "carry_out"]

S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch(Generic[S]):
    """Subjects that one worker asks about, one after the other."""

    function: str
    subjects: tuple[S, ...]


@dataclass(frozen=True, slots=True)
class Asked(Generic[S, T]):
    """A subject that was asked about.

    Attributes:
        answer: None where the function broke.
        broke: how; empty where it did not.
        began: by `time.monotonic` of this process.
        seconds: that it took.
    """

    subject: S
    answer: Answer[T] | None
    broke: str
    began: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Landed(Generic[S, T]):
    """A batch that has come back.

    Attributes:
        asked: in order.
        left: those that were not come to: somebody met trouble.
    """

    asked: tuple[Asked[S, T], ...]
    left: tuple[S, ...]


def carry_out(batch: Batch[S], context: object, halted: Callable[[], bool]) -> Landed[S, T]:
    """Ask about the subjects of a batch, until one meets trouble or *halted* says that another did."""
    function = resolve_name(batch.function)
    asked: list[Asked[S, T]] = []
    for subject in batch.subjects:
        if halted():
            break
        asked.append(_ask(function, context, subject))
        answer = asked[-1].answer
        if answer is not None and answer.trouble is not None:
            break
    return Landed(tuple(asked), batch.subjects[len(asked) :])


def _ask(function: Callable[..., object], context: object, subject: S) -> Asked[S, T]:
    began = time.monotonic()
    answer, broke = None, ""
    try:
        given = function(context, subject)
        if not isinstance(given, Answer):
            raise TypeError(f"gave {type(given).__name__}, not an Answer")  # noqa: TRY301
        answer = given
    except BaseException as error:
        broke = describe(error)
    return Asked(subject, answer, broke, began, time.monotonic() - began)
