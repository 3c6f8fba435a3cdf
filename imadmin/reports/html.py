"""One self-contained page: nothing is loaded, no script is needed, and everything shown is escaped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import groupby, product
from typing import TYPE_CHECKING, Literal, TypeAlias

from imadmin.proof import shown
from imadmin.records import Status
from imadmin.reports.answer import numbers, question, statements, undecided
from imadmin.reports.causes import causes, concerned, left_out, unexamined
from imadmin.reports.changed import doubt, doubts, told, word
from imadmin.reports.changed import named as change_name
from imadmin.reports.layout import SYMBOLS
from imadmin.reports.matrix import matrix_html
from imadmin.reports.moment import moment
from imadmin.reports.people import counted
from imadmin.reports.reasons import evidence
from imadmin.reports.remedies import steps
from imadmin.reports.safe import printable
from imadmin.reports.saved import saved
from imadmin.reports.statuses import NAMED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from imadmin.reports.causes import Cause
    from imadmin.run import Person, Run

__all__ = ["render"]

Tone: TypeAlias = Literal["can", "cannot", "unknown", "unexamined"]

_SYMBOLS: dict[Tone, str] = {
    "can": SYMBOLS.can,
    "cannot": SYMBOLS.cannot,
    "unknown": SYMBOLS.unknown,
    "unexamined": SYMBOLS.dot,
}
_LINK = re.compile(r"https?://[^\s\\]+\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tile:
    """One situation and how many people are in it."""

    tone: Tone
    symbol: str
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A person who is not known to be able to send; *because* is pairs of a check and its cause's place."""

    person: str
    tone: Tone
    symbol: str
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
        undecided=undecided(run),
    )


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

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
        "change_doubt": doubt,
        "change_doubts": doubts,
        "change_name": change_name,
        "change_told": told,
        "change_word": word,
        "shown": shown,
        "concerned": concerned,
        "counted": counted,
        "evidence": evidence,
        "is_link": is_link,
        "matrix": lambda matrix: Markup(matrix_html(matrix)),  # noqa: S704 - which has escaped it
        "moment": moment,
        "named": NAMED,
        "saved": saved,
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
    every: list[tuple[Tone, int, str]] = [
        ("cannot", count.cannot, "cannot"),
        ("unknown", count.unexplained, "unknown: something could not be found out"),
        ("unexamined", count.unexamined, "unknown: nothing stands against them, but not all was examined"),
        ("unknown", count.unsplit, "unknown"),
        ("can", count.can, "can"),
    ]
    return [Tile(tone, _SYMBOLS[tone], n, label) for tone, n, label in every if n or tone == "can"]


def _rows(run: Run, found: Sequence[tuple[int, Cause]]) -> list[Row]:
    places: dict[tuple[str, Status, str], int] = {}
    for place, cause in found:
        for check, person in product(cause.checks, ("", *cause.people)):
            places.setdefault((check, cause.status, person), place)
    return [_row(person, places) for person in run.people]


def _row(person: Person, places: dict[tuple[str, Status, str], int]) -> Row:
    tone: Tone = "cannot" if person.verdict == "cannot" else "unknown" if person.because else "unexamined"
    statuses = (Status.FAIL, Status.WAIVED) if tone == "cannot" else (Status.ERROR,)
    because = tuple((check, _place(check, person.person, statuses, places)) for check in person.because)
    return Row(person.person, tone, _SYMBOLS[tone], person.verdict, because)


def _place(
    check: str, person: str, statuses: Sequence[Status], places: dict[tuple[str, Status, str], int]
) -> int | None:
    """The cause that names the person, else one that names nobody in particular."""
    found = [places.get((check, status, name)) for name in (person, "") for status in statuses]
    return next(filter(None, found), None)
