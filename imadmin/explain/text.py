"""An explanation for a terminal."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from imadmin.explain.nodes import stage_node
from imadmin.explain.tree import branches, draw
from imadmin.reports.console import NARROWEST, WIDEST
from imadmin.reports.layout import Span, glyphs, paragraph, verbatim
from imadmin.reports.page import encoding_of, put_page
from imadmin.reports.remedies import steps as remedy_steps
from imadmin.verdict import DECISIVE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from imadmin.explain.records import Explanation
    from imadmin.reports.layout import Glyphs, Line

__all__ = ["headline", "render", "show"]

_WIDTH_OF_TEXT = 80
_TONES = {
    "can": ("can", "bold green"),
    "cannot": ("cannot", "bold red"),
    "unknown": ("unknown", "bold magenta"),
}


def render(told: Explanation, width: int = _WIDTH_OF_TEXT) -> str:
    """As plain text."""
    page = io.StringIO()
    show(told, page, color=False, width=width)
    return page.getvalue()


def show(told: Explanation, stream: TextIO, *, color: bool, width: int) -> None:
    """Write it to a terminal or a pipe; the tree is drawn in ASCII where the stream has no more."""
    width = min(max(width, NARROWEST), WIDEST)
    lines = list(_page(told, width, glyphs(encoding_of(stream))))
    put_page(lines, stream, color=color, width=width)


def headline(told: Explanation) -> str:
    """The answer in a sentence."""
    sender, others = told.sender, " and ".join(s for s in told.not_examined if s in DECISIVE)
    accepted = ", and all that stops it is accepted by name" if told.accepted else ""
    return {
        "can": f"{sender} can leave offline messages.",
        "cannot": f"{sender} cannot leave offline messages{accepted}.",
        "unknown": f"Whether {sender} can leave offline messages could not be found out.",
        "unexamined": f"Nothing stands against {sender}, but {others} was not examined.",
    }[told.verdict]


def _page(told: Explanation, width: int, symbols: Glyphs) -> Iterator[Line]:
    yield verbatim(f"{told.sender} -> {told.to.person}", style="bold")
    yield from _answer(told, width, symbols)
    yield ()
    nodes = [stage_node(stage, symbols) for stage in told.stages]
    yield from draw(nodes, width, branches(symbols))
    yield ()
    yield from _listed(f"Recipient: {told.to.known}", told.delivery, width, symbols)
    yield ()
    yield from _listed("Cannot be known from here:", told.conditions, width, symbols)
    yield ()
    for text in filter(None, (f"Judged: {told.judged}", told.notice)):
        yield from paragraph(text, width, style="dim")
    yield from _first(told, width)


def _answer(told: Explanation, width: int, symbols: Glyphs) -> Iterator[Line]:
    glyph, style = _TONES.get(told.verdict, ("dot", "bold"))
    mark: Line = (Span(getattr(symbols, glyph), style),)
    yield from paragraph(headline(told), width, first=mark, indent=2, style="bold")
    for text in _besides(told):
        yield from paragraph(text, width, indent=2)


def _besides(told: Explanation) -> Iterator[str]:
    failed = {step.stage: None for step in told.steps if not step.decides and step.status == "fail"}
    if failed:
        yield f"Besides, something failed that changes nobody's answer: see {', '.join(failed)}."
    if told.verdict in {"can", "unexamined"}:
        warned = [step.reason for step in told.to.steps if step.status == "warn"]
        yield from (f"But {reason}" for reason in warned[:1])


def _listed(head: str, items: tuple[str, ...], width: int, symbols: Glyphs) -> Iterator[Line]:
    yield from paragraph(head, width)
    for item in items:
        yield from paragraph(item, width, first=(Span(f"  {symbols.bullet}"),), indent=4)


def _first(told: Explanation, width: int) -> Iterator[Line]:
    if told.first is None or not told.first.remedy:
        return
    yield ()
    yield from paragraph(f"Do this first ({told.first.check}):", width, style="bold green")
    for step in remedy_steps(told.first.remedy):
        yield from paragraph(step.before, width, indent=2)
        if step.command:
            yield verbatim(step.command, indent=2, style="bold")
        yield from paragraph(step.after, width, indent=2)
