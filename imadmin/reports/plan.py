"""A plan on a console: what would be changed, and for whom the answer changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from imadmin.proof import shown
from imadmin.reports.layout import Span, paragraph, verbatim
from imadmin.reports.moment import moment
from imadmin.reports.people import counted, some
from imadmin.reports.statuses import NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.changing import Plan
    from imadmin.foresight import Outlook, Turn
    from imadmin.operations import Change
    from imadmin.past import PastChange
    from imadmin.records import Finding
    from imadmin.reports.console import Page
    from imadmin.reports.layout import Glyphs, Line
    from imadmin.run import RunInfo

__all__ = ["NOTHING", "change_lines", "plan_page", "undo_page"]

NOTHING = "Nothing has to be changed: all is as it is wanted."
_INDENT = 4
_DEEPER = 8


def plan_page(plan: Plan, outlook: Outlook | None, deployment: str) -> Page:
    """The plan for those who have to say yes to it."""
    return partial(_page, plan, outlook, deployment)


def _page(
    plan: Plan, outlook: Outlook | None, deployment: str, width: int, symbols: Glyphs
) -> Iterator[Line]:
    yield verbatim(f"{plan.operation.name}: {plan.operation.title}", style="bold")
    given = ", ".join(f"{name}={value}" for name, value in plan.parameters.items())
    yield from paragraph(f"In {deployment}, with {given or 'no parameters'}.", width, style="dim")
    yield from change_lines(plan.changes, width, symbols)
    if outlook is not None and plan.changes:
        yield ()
        yield from _outlook(outlook, width, symbols)


def change_lines(changes: Sequence[Change], width: int, symbols: Glyphs) -> Iterator[Line]:
    """Each change: from what to what, and what to know first."""
    for change in changes:
        yield ()
        yield verbatim(
            change.subject, first=(Span(f"  {symbols.bullet}", "bold"),), indent=_INDENT, style="bold"
        )
        if change.before:
            turn = f"{shown(change.before)} {symbols.arrow} {shown(change.after)}"
        else:
            turn = shown(change.after)
        yield from paragraph(turn, width, indent=_INDENT)
        caution = (Span(f"  {symbols.warn}", "bold yellow"),)
        yield from paragraph(change.caution, width, first=caution, indent=_INDENT)


def _outlook(outlook: Outlook, width: int, symbols: Glyphs) -> Iterator[Line]:
    if outlook.unknown:
        text = f"For whom the answer changes is not known: {outlook.unknown}."
        yield from paragraph(text, width)
    elif not outlook.turns:
        yield from paragraph("By the checks, the answer changes for nobody.", width)
    else:
        yield from paragraph("For whom the answer changes, by the checks:", width)
        for turn in outlook.turns:
            yield from _turn(turn, width, symbols)


def _turn(turn: Turn, width: int, symbols: Glyphs) -> Iterator[Line]:
    words = f"{NAMED[turn.before].word} {symbols.arrow} {NAMED[turn.after].word}"
    head = f"{turn.check}: {words}, {counted(turn.number)}"
    yield verbatim(head, first=(Span(f"  {symbols.bullet}"),), indent=_INDENT)
    names = some(turn.people, turn.number, symbols.more)
    yield from paragraph(names, width, indent=_DEEPER, style="cyan")


def undo_page(info: RunInfo, pasts: Sequence[PastChange], refusals: Sequence[Finding | None]) -> Page:
    """What taking a run back would do, for those who have to say yes to it.

    Args:
        info: of the run.
        pasts: its changes, in the order in which they are taken back.
        refusals: for each, why it would not be; None where it would.
    """
    return partial(_undo, info, pasts, refusals)


def _undo(
    info: RunInfo,
    pasts: Sequence[PastChange],
    refusals: Sequence[Finding | None],
    width: int,
    symbols: Glyphs,
) -> Iterator[Line]:
    yield verbatim(f"undo of run {info.id}", style="bold")
    yield from paragraph(f"In {info.deployment}; it began {moment(info.started)}.", width, style="dim")
    for past, refusal in zip(pasts, refusals, strict=True):
        yield from change_lines([past.planned.reversed], width, symbols)
        caution = (Span(f"  {symbols.warn}", "bold yellow"),)
        text = refusal.message if refusal else ""
        yield from paragraph(text, width, first=caution, indent=_INDENT)
