"""The causes on a console: one block each, the worst first."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from imadmin.records import Status
from imadmin.reports.causes import causes, concerned
from imadmin.reports.layout import Span, paragraph, verbatim
from imadmin.reports.people import counted, is_long, some
from imadmin.reports.reasons import evidence
from imadmin.reports.remedies import steps
from imadmin.reports.statuses import NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.reports.causes import Cause
    from imadmin.reports.layout import Glyphs, Line
    from imadmin.reports.reasons import Reason
    from imadmin.run import Run

__all__ = ["blocks"]

_BLOCKS = 20
_REASONS = 6
_INDENT = 8
_STYLES = {
    Status.FAIL: "bold red",
    Status.ERROR: "bold magenta",
    Status.WARN: "bold yellow",
    Status.WAIVED: "bold",
}


def blocks(run: Run, width: int, symbols: Glyphs) -> Iterator[Line]:
    """What was found, by status; long lists are cut, and it is said how much is not shown."""
    cut = False
    for status, group in groupby(causes(run), key=lambda cause: cause.status):
        found = list(group)
        yield ()
        yield verbatim(NAMED[status].heading, style="bold underline")
        for cause in found[:_BLOCKS]:
            yield ()
            yield from _block(cause, width, symbols)
            cut = cut or _is_cut(cause)
        if len(found) > _BLOCKS:
            yield ()
            yield verbatim(f"  {symbols.more} and {len(found) - _BLOCKS:,} more causes")
            cut = True
    if cut:
        yield ()
        yield from paragraph(
            "Long lists are cut here: --report html=PATH and json=PATH show more.", width, style="dim"
        )


def _block(cause: Cause, width: int, symbols: Glyphs) -> Iterator[Line]:
    yield from _head(cause, width, symbols)
    found = cause.reasons
    if len(found) == 1:
        yield from _only(found[0], cause, width, symbols)
    else:
        yield from _several(found, width, symbols)
    yield from _fix(cause, width)
    yield from _rule(cause, width)


def _only(reason: Reason, cause: Cause, width: int, symbols: Glyphs) -> Iterator[Line]:
    yield from paragraph(reason.text, width, indent=_INDENT)
    yield from paragraph(_names(reason, symbols), width, first=_label("who"), indent=_INDENT, style="cyan")
    if cause.status is not Status.WARN and len(reason.findings) == 1:
        looked = "; ".join(f"{name}: {value}" for name, value in evidence(reason.findings[0]).items())
        yield from paragraph(looked, width, first=_label("saw"), indent=_INDENT, style="dim")


def _several(found: list[Reason], width: int, symbols: Glyphs) -> Iterator[Line]:
    for reason in found[:_REASONS]:
        yield from paragraph(reason.text, width, first=(Span(f"      {symbols.bullet}"),), indent=_INDENT)
        number = f"{counted(reason.count)}: " if reason.count > 1 else ""
        yield from paragraph(number + _names(reason, symbols), width, indent=_INDENT, style="cyan")
    hidden = found[_REASONS:]
    if hidden:
        people = sum(reason.count for reason in hidden)
        text = f"{symbols.more} and {len(hidden):,} more like these, {counted(people)}"
        yield verbatim(text, indent=_INDENT)


def _names(reason: Reason, symbols: Glyphs) -> str:
    return some(reason.people, reason.count, symbols.more) if reason.count else ""


def _head(cause: Cause, width: int, symbols: Glyphs) -> Iterator[Line]:
    named = NAMED[cause.status]
    lead = f"{getattr(symbols, named.glyph)} {named.word}"
    first = (Span(lead, _STYLES[cause.status]),)
    text = f" {symbols.dot} ".join(filter(None, (", ".join(cause.checks), concerned(cause))))
    return paragraph(text, width, first=first, indent=max(len(lead) + 2, _INDENT), style="bold")


def _fix(cause: Cause, width: int) -> Iterator[Line]:
    first = _label("fix", "bold green")
    for step in steps(cause.remedy):
        for line in paragraph(step.before, width, first=first, indent=_INDENT):
            yield line
            first = ()
        if step.command:
            yield verbatim(step.command, first=first, indent=_INDENT, style="bold")
            first = ()
        yield from paragraph(step.after, width, indent=_INDENT)


def _rule(cause: Cause, width: int) -> Iterator[Line]:
    for result in cause.results:
        text = f"{result.title} ({result.severity})"
        yield from paragraph(text, width, first=_label("rule"), indent=_INDENT, style="dim")
    for reference in cause.references:
        yield verbatim(reference, first=_label("see"), indent=_INDENT, style="dim")


def _label(word: str, style: str = "dim") -> Line:
    return (Span(f"  {word}:", style),)


def _is_cut(cause: Cause) -> bool:
    found = cause.reasons
    return len(found) > _REASONS or any(is_long(reason.people, reason.count) for reason in found)
