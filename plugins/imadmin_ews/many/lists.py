"""All mailboxes of a run, as CSV and as JSON, piece by piece."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final

from imadmin.commands import guarded
from imadmin_ews.command.document import step_to_json
from imadmin_ews.command.standing import PROVES

from .outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .causes import Cause
    from .places import Place
    from .result import Result

__all__ = ["csv_pieces", "json_pieces"]

_HEADER: Final = ("mailbox", *Outcome._fields)
_NAMED: Final = 5


def csv_pieces(result: Result) -> Iterator[str]:
    """A header line, and a line for each mailbox."""
    yield _line(_HEADER)
    for one in result.subjects.all(result.run):
        yield _line([guarded(str(value)) for value in (one.subject, *Outcome.read(one.outcome))])


def json_pieces(result: Result) -> Iterator[str]:
    """One object: how the endpoints are, the causes, and each mailbox on a line of its own."""
    head = {
        "schema_version": "1",
        "run": result.run,
        "exit_status": result.status,
        "proves": PROVES,
        "endpoints": [_place(place) for place in result.places],
        "causes": [_cause(cause) for cause in result.causes],
    }
    yield json.dumps(head, indent=1).removesuffix("\n}") + ',\n "mailboxes": ['
    separator = "\n  "
    for one in result.subjects.all(result.run):
        row = {"mailbox": one.subject, **Outcome.read(one.outcome)._asdict()}
        yield separator + json.dumps(row)
        separator = ",\n  "
    yield "\n ]\n}\n"


def _line(cells: tuple[str, ...] | list[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue()


def _place(place: Place) -> dict[str, object]:
    steps = [step_to_json(step) for step in place.steps]
    return {"name": place.name, "url": place.endpoint.config.endpoint, "steps": steps}


def _cause(cause: Cause) -> dict[str, object]:
    first = cause.first._asdict()
    mean = round(cause.seconds / cause.count, 4)
    return {"count": cause.count, **first, "seconds": mean, "some": cause.mailboxes[:_NAMED]}
