"""The answer on a terminal: what holds, why, whom it concerns, and what fixes it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from imadmin.reports.answer import question, statements
from imadmin.reports.blocks import blocks
from imadmin.reports.causes import left_out, unexamined
from imadmin.reports.changed import changed
from imadmin.reports.layout import SYMBOLS, Span, glyphs, paragraph, verbatim
from imadmin.reports.matrix import matrices
from imadmin.reports.moment import moment
from imadmin.reports.page import encoding_of, plain, put_page
from imadmin.reports.people import counted, some
from imadmin.reports.saved import saved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TextIO

    from imadmin.reports.answer import Tone
    from imadmin.reports.causes import LeftOut
    from imadmin.reports.layout import Glyphs, Line
    from imadmin.run import Run

__all__ = ["NARROWEST", "WIDEST", "Page", "page_of", "render", "show", "show_page", "text_of"]

Page: TypeAlias = "Callable[[int, Glyphs], Iterable[Line]]"
NARROWEST, WIDEST = 60, 120
_WIDTH_OF_TEXT = 100
_TONES: dict[Tone, tuple[str, str]] = {
    "can": ("can", "bold green"),
    "cannot": ("cannot", "bold red"),
    "unknown": ("unknown", "bold magenta"),
    "aside": ("dot", ""),
}


def render(run: Run) -> str:
    """The report as plain text, for a file."""
    return text_of(page_of(run))


def text_of(make: Page) -> str:
    """Any page as plain text."""
    return "".join(plain(line) + "\n" for line in make(_WIDTH_OF_TEXT, SYMBOLS))


def show(run: Run, stream: TextIO, *, color: bool, width: int) -> None:
    """Write the report to a terminal or a pipe.

    Args:
        run: what is reported.
        stream: what it cannot encode is written as question marks.
        color: whether to send colours; the caller knows of NO_COLOR and of pipes.
        width: of the terminal, in columns; lines are 60 to 120 columns wide, and commands whole.
    """
    show_page(page_of(run), stream, color=color, width=width)


def page_of(run: Run) -> Page:
    """The report as a page."""
    return partial(_page, run)


def show_page(make: Page, stream: TextIO, *, color: bool, width: int) -> None:
    """The same for any page, which is made for the width and the symbols that the terminal has."""
    lines = list(make(min(max(width, NARROWEST), WIDEST), glyphs(encoding_of(stream))))
    put_page(lines, stream, color=color, width=width)


def _page(run: Run, width: int, symbols: Glyphs) -> Iterator[Line]:
    yield from paragraph(question(run), width, style="bold")
    yield ()
    yield from _answer(run, width, symbols)
    yield from blocks(run, width, symbols)
    yield from changed(run.changes, width, symbols)
    yield from matrices(run, width)
    yield from _unexamined(run, width)
    yield from _problems(run, width, symbols)
    yield from _foot(run, width, symbols)


def _answer(run: Run, width: int, symbols: Glyphs) -> Iterator[Line]:
    for statement in statements(run):
        name, style = _TONES[statement.tone]
        first = (Span(f"  {getattr(symbols, name)}", style),)
        strong = "bold" if statement.tone != "aside" else ""
        yield from paragraph(statement.text, width, first=first, indent=4, style=strong)


def _unexamined(run: Run, width: int) -> Iterator[Line]:
    found = [stage for stage in unexamined(run) if stage.reasons]
    if not found:
        return
    yield from _heading("Not examined")
    for stage in found:
        need = " Without it nobody can be said to be able to." if stage.decides else ""
        first = (Span(f"  {stage.stage}", "bold"),)
        yield from paragraph(" ".join(stage.reasons) + need, width, first=first, indent=12)


def _problems(run: Run, width: int, symbols: Glyphs) -> Iterator[Line]:
    if not run.info.problems:
        return
    yield from _heading("Plugins that could not be used, in whole or in part")
    for problem in run.info.problems:
        yield from paragraph(problem, width, first=(Span(f"  {symbols.warn}", "bold yellow"),), indent=4)


def _foot(run: Run, width: int, symbols: Glyphs) -> Iterator[Line]:
    yield ()
    passed_over = left_out(run)
    for group in filter(_is_sentence, passed_over):
        yield from paragraph(_not_judged(group, symbols), width, style="dim")
    left = "; ".join(_left_out(group, symbols) for group in passed_over if not _is_sentence(group))
    if left:
        yield from paragraph(f"Left out: {left}.", width, style="dim")
    info = run.info
    judged = ", ".join(filter(None, (info.deployment, info.source, saved(info))))
    yield from paragraph(f"Judged: {judged}", width, style="dim")
    parts = [moment(info.started), f"run {info.id}", f"imadmin {info.imadmin}"]
    yield from paragraph(f" {symbols.dot} ".join(parts), width, style="dim")


def _is_sentence(group: LeftOut) -> bool:
    """Whether a check says why it could not judge these people, who else are judged as everybody is."""
    return group.reason[:1].isupper()


def _not_judged(group: LeftOut, symbols: Glyphs) -> str:
    names = f" ({some(group.people, group.count, symbols.more)})" if group.people else ""
    return f"Not judged for {counted(group.count)}{names}: {group.reason}"


def _left_out(group: LeftOut, symbols: Glyphs) -> str:
    reason = group.reason.rstrip(".")
    if group.count == len(group.people) == 1:
        return f"{group.people[0]} {reason}"
    names = f" ({some(group.people, group.count, symbols.more)})" if group.people else ""
    return f"{counted(group.count)}, each of whom {reason}{names}"


def _heading(text: str) -> Iterator[Line]:
    yield ()
    yield verbatim(text, style="bold underline")
