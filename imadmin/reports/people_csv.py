"""The verdict on everybody, a line each: for spreadsheets, and for scripts that act on single people."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from imadmin.errors import UsageError
from imadmin.reports.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.run import Person, Run

__all__ = ["HEADER", "guarded", "render"]

HEADER = ("person", "verdict", "accepted", "because")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(run: Run) -> str:
    """A header line, and a line for each person who counts.

    Raises:
        UsageError: the run has not kept the verdict on everybody.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(_row(person) for person in _everybody(run))
    return text.getvalue()


def guarded(text: str) -> str:
    """*text* as a cell that no spreadsheet takes for a formula: an apostrophe before what begins like one."""
    return one_line(f"'{text}" if text.startswith(_FORMULA) else text)


def _row(person: Person) -> list[str]:
    accepted = "yes" if person.accepted else "no" if person.verdict == "cannot" else ""
    return [guarded(cell) for cell in (person.person, person.verdict, accepted, " ".join(person.because))]


def _everybody(run: Run) -> Iterable[Person]:
    if run.everybody is not None:
        return run.everybody()
    if len(run.people) == run.summary.people:
        return sorted(run.people, key=lambda person: person.person)
    raise UsageError(
        f"of run {run.info.id} the verdict on everybody was not kept",
        where="report csv",
        remedy="Ask for it with the run: imadmin check --report csv=people.csv. A runbook's run keeps it.",
    )
