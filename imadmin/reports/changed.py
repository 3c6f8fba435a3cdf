"""What a run changed, on a console: each change, what came of it, and what is in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.proof import shown
from imadmin.records import Status
from imadmin.reports.layout import Span, paragraph, verbatim
from imadmin.reports.statuses import NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.past import PastChange, PastEffect
    from imadmin.reports.layout import Glyphs, Line

__all__ = ["changed", "doubt", "doubts", "named", "told", "word"]

_INDENT = 8
_STYLES = {Status.FAIL: "bold red", Status.ERROR: "bold magenta", Status.WARN: "bold yellow"}
_DOUBTS = {
    "": "began, and nothing more is known",
    "in doubt": "was sent, and its end was not heard of",
}


def changed(changes: Sequence[PastChange], width: int, symbols: Glyphs) -> Iterator[Line]:
    """A block for each change; nothing where there is none."""
    if changes:
        yield ()
        yield verbatim("Changes", style="bold underline")
    for past in changes:
        yield ()
        yield from _block(past, width, symbols)


def _block(past: PastChange, width: int, symbols: Glyphs) -> Iterator[Line]:
    glyph, style = _look(past)
    lead = f"{getattr(symbols, glyph)} {word(past)}"
    text = f"{named(past)} {symbols.dot} {past.subject}"
    indent = max(len(lead) + 2, _INDENT)
    yield from paragraph(text, width, first=(Span(lead, style),), indent=indent, style="bold")
    if past.planned.after:
        turn = f"{shown(past.planned.before)} {symbols.arrow} {shown(past.planned.after)}"
        yield from paragraph(turn, width, indent=_INDENT)
    yield from paragraph(told(past), width, indent=_INDENT)
    if past.finding is not None:
        yield from paragraph(past.finding.remedy, width, first=(Span("  fix:", "dim"),), indent=_INDENT)
    for effect in doubts(past):
        yield from paragraph(doubt(effect), width, first=(Span(" doubt:", "bold"),), indent=_INDENT)


def named(past: PastChange) -> str:
    """The operation, and whether it was taken back."""
    return f"undo of {past.operation}" if past.undoes else past.operation


def word(past: PastChange) -> str:
    """What became of a change, in a word or two."""
    if past.finding is None:
        return "NO END" if past.begun else "NOT BEGUN"
    return "DONE" if past.finding.status is Status.PASS else NAMED[past.finding.status].word


def _look(past: PastChange) -> tuple[str, str]:
    """Symbol and style of that word."""
    if past.finding is not None:
        status = past.finding.status
        return NAMED[status].glyph, _STYLES.get(status, "bold green")
    return ("unknown", "bold magenta") if past.begun else ("dot", "bold")


def told(past: PastChange) -> str:
    """What came of it, in a sentence or two."""
    if past.finding is not None:
        return past.finding.message
    if not past.begun:
        return "Planned, and not begun before the run ended."
    return f"Begun {past.begun}, and without an end: what came of it has to be read again."


def doubts(past: PastChange) -> Sequence[PastEffect]:
    """Its doubtful effects, unless reading again has told what came of them."""
    told_since = past.finding is not None and past.finding.status is not Status.ERROR
    return () if told_since else past.doubtful


def doubt(effect: PastEffect) -> str:
    """An effect of which it is not known whether it happened."""
    what = "; ".join(f"{name}: {_value(value)}" for name, value in effect.intent.items())
    return f"{effect.action} {_DOUBTS[effect.status]} ({what})"


def _value(value: object) -> str:
    return shown(value) if isinstance(value, dict) else str(value)
