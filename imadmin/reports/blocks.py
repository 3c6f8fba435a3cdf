"""The causes on a console: one block each, the worst first."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from imadmin.records import Status
from imadmin.reports.causes import causes, evidence, headed
from imadmin.reports.layout import Span, paragraph, verbatim
from imadmin.reports.people import counted, is_long, some
from imadmin.reports.remedies import steps

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.records import Finding
    from imadmin.reports.causes import Cause
    from imadmin.reports.layout import Glyphs, Line
    from imadmin.run import Run

__all__ = ["blocks"]

_BLOCKS = 20
_FINDINGS = 6
_INDENT = 8
_HEADINGS = {
    Status.FAIL: "Why, whom it concerns, and what fixes it",
    Status.ERROR: "What could not be found out, and how to find out",
    Status.WARN: "Warnings, which change nobody's answer",
    Status.WAIVED: "Accepted by name, and so not counted as failed",
}
_WORDS = {
    Status.FAIL: ("cannot", "FAIL", "bold red"),
    Status.ERROR: ("unknown", "UNKNOWN", "bold magenta"),
    Status.WARN: ("warn", "WARN", "bold yellow"),
    Status.WAIVED: ("waived", "WAIVED", "bold"),
}


def blocks(run: Run, width: int, symbols: Glyphs) -> Iterator[Line]:
    """What was found, by status; long lists are cut, and it is said how much is not shown."""
    cut = False
    for status, group in groupby(causes(run), key=lambda cause: cause.status):
        found = list(group)
        yield ()
        yield verbatim(_HEADINGS[status], style="bold underline")
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
        yield from paragraph("Long lists are cut here: --report html=PATH and json=PATH show more.", width, style="dim")


def _block(cause: Cause, width: int, symbols: Glyphs) -> Iterator[Line]:
    yield from _head(cause, width, symbols)
    several = len(cause.findings) > 1
    for finding in cause.findings[:_FINDINGS]:
        mark = symbols.bullet if several else ""
        yield from paragraph(headed(finding), width, first=(Span(f"      {mark}"),), indent=_INDENT)
        yield from _whom(finding, width, symbols, several=several)
        looked = "; ".join(f"{name}: {value}" for name, value in evidence(finding).items())
        yield from paragraph(looked, width, first=_label("saw"), indent=_INDENT, style="dim")
    hidden = cause.findings[_FINDINGS:]
    if hidden:
        people = sum(finding.people_count for finding in hidden)
        yield verbatim(f"      {symbols.more} and {len(hidden):,} more like these, {counted(people)}")
    yield from _fix(cause, width)
    yield from _rule(cause, width)


def _head(cause: Cause, width: int, symbols: Glyphs) -> Iterator[Line]:
    name, word, style = _WORDS[cause.status]
    lead = f"{getattr(symbols, name)} {word}"
    text = ", ".join(cause.checks)
    if cause.count:
        text += f" {symbols.dot} {counted(cause.count)}{_alone(cause)}"
    return paragraph(text, width, first=(Span(lead, style),), indent=max(len(lead) + 2, _INDENT), style="bold")


def _alone(cause: Cause) -> str:
    if not cause.alone or cause.count == 1:
        return ""
    return f", {'all' if cause.alone == cause.count else f'{cause.alone:,} of them'} for this reason alone"


def _whom(finding: Finding, width: int, symbols: Glyphs, *, several: bool) -> Iterator[Line]:
    if not finding.people_count:
        return
    number = f"{counted(finding.people_count)}: " if several and finding.people_count > 1 else ""
    names = some(finding.people, finding.people_count, symbols.more)
    yield from paragraph(number + names, width, first=_label("who"), indent=_INDENT, style="cyan")


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
    return len(cause.findings) > _FINDINGS or any(is_long(f.people, f.people_count) for f in cause.findings)
