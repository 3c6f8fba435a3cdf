"""One self-contained page: nothing is loaded, no script is needed, and everything shown is escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from imadmin.records import Status
from imadmin.reports.answer import numbers, question, statements
from imadmin.reports.causes import causes, concerned, left_out, unexamined
from imadmin.reports.layout import SYMBOLS
from imadmin.reports.moment import moment
from imadmin.reports.people import counted
from imadmin.reports.reasons import evidence
from imadmin.reports.remedies import steps
from imadmin.reports.safe import printable
from imadmin.reports.statuses import NAMED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from imadmin.reports.answer import Tone
    from imadmin.reports.causes import Cause
    from imadmin.run import Person, Run

__all__ = ["render"]

_LINK = re.compile(r"https?://[^\s\\]+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tile:
    """One situation and how many people are in it."""

    tone: str
    symbol: str
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A person who is not known to be able to send; *because* is pairs of a check and its cause's place."""

    person: str
    tone: Tone
    answer: str
    because: tuple[tuple[str, int | None], ...]


def render(run: Run) -> str:
    """The page."""
    found = list(enumerate(causes(run), start=1))
    page = _environment().get_template("report.html.j2")
    return page.render(
        run=run,
        question=question(run),
        statements=statements(run),
        tiles=_tiles(run),
        groups=[(status, list(group)) for status, group in groupby(found, key=lambda pair: pair[1].status)],
        rows=_rows(run, found),
        left_out=left_out(run),
        unexamined=unexamined(run),
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("imadmin.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "Status": Status,
        "concerned": concerned,
        "counted": counted,
        "evidence": evidence,
        "is_link": is_link,
        "moment": moment,
        "named": NAMED,
        "steps": steps,
        "symbols": SYMBOLS,
    }
    return environment


def is_link(reference: str) -> bool:
    """Whether *reference* may become a link: only what leads to a web page."""
    return _LINK.match(reference) is not None


def _shown(value: object) -> object:
    """What the template prints for a value; markup comes from the template itself and is left alone."""
    return printable(value) if type(value) is str else value


def _tiles(run: Run) -> list[Tile]:
    count = numbers(run)
    every = [
        Tile("cannot", SYMBOLS.cannot, count.cannot, "cannot"),
        Tile("unknown", SYMBOLS.unknown, count.unexplained, "unknown: something could not be found out"),
        Tile(
            "unexamined",
            SYMBOLS.dot,
            count.unexamined,
            "unknown: nothing found, but not all was examined",
        ),
        Tile("unknown", SYMBOLS.unknown, count.unsplit, "unknown"),
        Tile("can", SYMBOLS.can, count.can, "can"),
    ]
    return [tile for tile in every if tile.count or tile.tone == "can"]


def _rows(run: Run, found: Sequence[tuple[int, Cause]]) -> list[Row]:
    places: dict[tuple[str, Status], int] = {}
    for place, cause in found:
        for check in cause.checks:
            places.setdefault((check, cause.status), place)
    return [_row(person, places) for person in run.people]


def _row(person: Person, places: dict[tuple[str, Status], int]) -> Row:
    status = Status.FAIL if person.verdict == "cannot" else Status.ERROR
    because = tuple((check, places.get((check, status))) for check in person.because)
    if person.verdict == "cannot":
        return Row(person.person, "cannot", "cannot", because)
    return Row(person.person, "unknown", "unknown" if because else "unknown, with nothing against", because)
