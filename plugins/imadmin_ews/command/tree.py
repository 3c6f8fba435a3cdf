"""The steps as a tree on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin import Status
from imadmin.commands import WORDS, one_line, put

from .standing import PROVES, exit_status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.probing import MailboxProbe, Step

    from .asking import Asked

__all__ = ["lines_of", "show", "shown"]

_INDENT = " " * 33
_NOTHING = "No mailbox has answered: the first step that is not ok tells why, and what to do."


def show(asked: Iterable[Asked]) -> int:
    """Print each step as soon as it is done; gives the exit status."""
    seen: list[Step] = []
    answered = False
    for one in asked:
        _print(f"{one.name}: {one.url}")
        way = list(shown(one.steps, "  "))
        probes = list(_mailboxes(one))
        if not probes:
            _print(f"  not asked for: {', '.join(one.wanted)}")
        seen += [*way, *(step for probe in probes for step in probe.steps)]
        answered |= any(probe.error is None for probe in probes)
        _print("")
    _print(PROVES if answered else _NOTHING)
    return exit_status(seen)


def _mailboxes(asked: Asked) -> Iterator[MailboxProbe]:
    for probe in asked.mailboxes:
        _print(f"  {probe.mailbox}")
        list(shown(probe.steps, "    "))
        yield probe


def shown(steps: Iterable[Step], indent: str) -> Iterator[Step]:
    """Print each step as soon as it is done."""
    for step in steps:
        for line in lines_of(step, indent):
            _print(line)
        yield step


def lines_of(step: Step, indent: str) -> Iterator[str]:
    """A step in one line, or two with what to do about it."""
    head = f"{indent}{WORDS.get(step.status, step.status):<8} {step.name:<21}"
    took = "" if step.status is Status.SKIP else f"  ({step.seconds * 1000:.0f} ms)"
    yield f"{head:<{len(_INDENT) - 1}} {step.message}{took}"
    for deviation in _deviations(step):
        yield f"{_INDENT}not as Exchange does it: {deviation}"
    if step.remedy and step.status is not Status.PASS:
        yield f"{_INDENT}{step.remedy}"


def _deviations(step: Step) -> tuple[str, ...]:
    found = step.evidence.get("deviations", ())
    return found if isinstance(found, tuple) else ()


def _print(line: str) -> None:
    put(f"{one_line(line)}\n")
