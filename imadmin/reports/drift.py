"""Drift on a console, and as JSON."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from imadmin.drift import KINDS
from imadmin.reports.layout import Span, paragraph, verbatim
from imadmin.reports.moment import moment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.drift import Difference, Drift, Kind
    from imadmin.reports.console import Page
    from imadmin.reports.layout import Glyphs, Line

__all__ = ["dumps", "page"]

_SHOWN = 50
_INDENT = 4
_HEADINGS: dict[Kind, tuple[str, str, str]] = {
    "worse": ("Worse", "cannot", "bold red"),
    "new": ("New", "cannot", "bold red"),
    "better": ("Better", "can", "bold green"),
    "gone": ("Gone", "can", "bold green"),
}


def dumps(drift: Drift) -> str:
    """As JSON: what is worse, new, better and gone, of people and of what the checks found."""
    before, after = drift.numbers
    data: dict[str, object] = {
        "before": {
            "run": drift.before.id,
            "started": drift.before.started,
            "deployment": drift.before.deployment,
        },
        "after": {
            "run": drift.after.id,
            "started": drift.after.started,
            "deployment": drift.after.deployment,
        },
        "summary": {
            name: [getattr(before, name), getattr(after, name)]
            for name in ("people", "can_send", "cannot_send", "unknown")
        },
        **{kind: [_json(d) for d in (*drift.people, *drift.causes) if d.kind == kind] for kind in KINDS},
        "uncompared": list(drift.uncompared),
    }
    return json.dumps(data, indent=1) + "\n"


def _json(difference: Difference) -> dict[str, object]:
    return {"what": difference.what, "before": difference.before, "after": difference.after}


def page(drift: Drift) -> Page:
    """For a terminal."""
    return partial(_page, drift)


def _page(drift: Drift, width: int, symbols: Glyphs) -> Iterator[Line]:
    one, other = drift.before, drift.after
    yield verbatim(f"{other.deployment}: what has changed", style="bold")
    runs = f"From run {one.id} ({moment(one.started)}) to run {other.id} ({moment(other.started)})."
    yield from paragraph(runs, width, style="dim")
    yield ()
    yield from paragraph(_numbers(drift, symbols), width)
    for kind in KINDS:
        found = [d for d in (*drift.causes, *drift.people) if d.kind == kind]
        if found:
            yield ()
            yield from _group(kind, found, width, symbols)
    if not drift.people and not drift.causes:
        yield ()
        yield verbatim("Nothing that was judged in both has changed.")
    if drift.uncompared:
        yield ()
        for text in drift.uncompared:
            yield from paragraph(text, width, style="dim")


def _numbers(drift: Drift, symbols: Glyphs) -> str:
    before, after = drift.numbers
    names = (("can send", "can_send"), ("cannot", "cannot_send"), ("unknown", "unknown"))
    parts = (
        f"{label} {getattr(before, name):,} {symbols.arrow} {getattr(after, name):,}" for label, name in names
    )
    return f"{', '.join(parts)}."


def _group(kind: Kind, found: list[Difference], width: int, symbols: Glyphs) -> Iterator[Line]:
    heading, glyph, style = _HEADINGS[kind]
    yield verbatim(f"{heading} ({len(found):,})", style="bold underline")
    for difference in found[:_SHOWN]:
        first = (Span(f"  {getattr(symbols, glyph)}", style),)
        turn = f" {symbols.arrow} ".join(filter(None, (difference.before, difference.after)))
        yield from paragraph(f"{difference.what}: {turn}", width, first=first, indent=_INDENT)
    if len(found) > _SHOWN:
        yield verbatim(f"  {symbols.more} and {len(found) - _SHOWN:,} more: --json has them all")
