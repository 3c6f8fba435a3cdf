"""Changes that an operation does together: all begun, done by it as it likes, and ended each by itself."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, NamedTuple

from imadmin.errors import ImadminError
from imadmin.plugins.guard import guarded
from imadmin.proof import Proof
from imadmin.records import Finding, Status

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from imadmin.bookkeeping import Bookkeeping, Task
    from imadmin.effects import Effects
    from imadmin.operations import Change

__all__ = ["abreast"]


class _Ready(NamedTuple):
    """A change that has begun, and what it is done with."""

    task: Task
    proof: Proof
    effects: Effects


def abreast(books: Bookkeeping, tasks: Sequence[Task]) -> Iterator[tuple[int, Finding]]:
    """What came of each task, by its number, as soon as that is known."""
    with ExitStack() as locks:
        ready: dict[str, _Ready] = {}
        for task in tasks:
            one = _Ready(task, Proof(books.operation, books.access, task.change), books.effects(task))
            refusal = _begun(books, one, locks)
            if refusal is None:
                ready[task.change.subject] = one
            else:
                yield task.number, books.told(task, refusal)
        yield from _together(books, ready)


def _begun(books: Bookkeeping, one: _Ready, locks: ExitStack) -> Finding | None:
    """Begin a change; why that cannot be, if it cannot."""
    books.started(one.task)
    lock = books.lock(one.task)
    if lock is None:
        return books.busy(one.task)
    locks.callback(lock.close)
    books.log.begin(one.task.number)
    try:
        refusal = one.proof.before(begun=one.task.perhaps_made, back=one.task.back)
    except ImadminError as error:
        refusal = Finding(one.task.change.subject, Status.ERROR, error.line, remedy=error.remedy)
    if refusal is not None and one.proof.settled:
        books.end(one.task, refusal)
    return refusal


def _together(books: Bookkeeping, ready: dict[str, _Ready]) -> Iterator[tuple[int, Finding]]:
    """Do those that are ready; what the operation does not tell of is not known."""
    begin, message = time.perf_counter(), f"The operation {books.operation.name} told nothing of it."
    given = _given(books, [(one.task.change, one.effects) for one in ready.values()])
    with closing(given):
        try:
            for change, said in given:
                if change.subject in ready:
                    yield _over(books, ready.pop(change.subject), said, begin)
        except ImadminError as error:
            if not ready:
                raise
            message = error.line
    for one in ready.values():
        yield _over(books, one, Finding(one.task.change.subject, Status.ERROR, message), begin)


def _given(books: Bookkeeping, work: list[tuple[Change, Effects]]) -> Generator[tuple[Change, Finding]]:
    assert books.operation.together is not None  # noqa: S101 - for the type checker
    with guarded(f"The operation {books.operation.name} broke"):
        yield from books.operation.together(work) if work else ()


def _over(books: Bookkeeping, one: _Ready, said: Finding, begin: float) -> tuple[int, Finding]:
    task, doubt = one.task, one.effects.in_doubt
    finding = books.tried(task.change, lambda: one.proof.after(said, in_doubt=doubt))
    if one.proof.settled:
        books.end(task, finding)
    return task.number, books.told(task, finding, begin)
