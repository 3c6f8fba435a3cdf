"""Going on with a runbook that was interrupted: nothing that it changed is changed twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin.errors import NotebookError, UsageError
from imadmin.exits import FINDINGS, OK
from imadmin.records import Status
from imadmin.runbook import notebooks
from imadmin.runbook.parameters import INJECTED_TAG

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from imadmin.changing import Changing
    from imadmin.journal import Entry, Journal, PastChange
    from imadmin.journal.steps import PastStep
    from imadmin.records import Finding
    from imadmin.runbook.catalog import Runbook

__all__ = ["Replay", "check_not_taken_back", "check_unedited", "earlier_values"]


class Replay:
    """The steps that earlier kernels of this run have done; each is taken once, in its order."""

    def __init__(self, journal: Journal, run_id: str, changing: Changing) -> None:
        self._journal = journal
        self._run = run_id
        self._changing = changing
        self._steps = journal.steps.of(run_id)
        self._left = list(self._steps)

    def take(self, cell: str, name: str, arguments: object) -> PastStep | None:
        """The same call in the same cell; None where it was not made."""
        wanted = (cell, name, json.dumps(arguments))
        for place, step in enumerate(self._left):
            if (step.cell, step.name, step.arguments) == wanted:
                return self._left.pop(place)
        return None

    def findings(self, step: PastStep, operation: str) -> list[Finding] | None:
        """What came of the changes that a step made; None where it is to be done anew.

        Changes without an end are finished first: they are read again, and never sent blindly.
        """
        made = self._made(step, operation)
        left = [past for past in made if not past.ended]
        if not left and (not made or step.status == Status.ERROR):
            return None
        finished = [past.finding for past in made if past.finding is not None]
        return [*finished, *(self._changing.resume(left) if left else ())]

    def _made(self, step: PastStep, operation: str) -> list[PastChange]:
        """Its changes; of a step without an end, those of the operation that no other step has made."""
        pasts = self._journal.changes.of(self._run)
        if step.status:
            return [past for past in pasts if past.number in step.changes]
        others = {number for other in self._steps for number in other.changes}
        return [past for past in pasts if past.operation == operation and past.number not in others]


def check_not_taken_back(journal: Journal, run_id: str) -> None:
    """Refuse to go on with a run as if what it changed were still so.

    Raises:
        UsageError: it was taken back since, in whole or in part.
    """
    undone = journal.changes.taken_back_by(run_id)
    if undone:
        what = f"what run {run_id} had changed was taken back by run {undone[-1]}"
        raise UsageError(what, remedy="Run the runbook anew, without --resume.")


def earlier_values(entry: Entry, runbook: Runbook, given: Sequence[str]) -> dict[str, object]:
    """The parameters of a run that goes on.

    Raises:
        UsageError: it is of another runbook, came to its end, or other parameters are given.
        NotebookError: what it executed has been edited since.
    """
    if entry.runbook != runbook.name or not entry.folder:
        raise UsageError(f"run {entry.id} is of {entry.runbook or 'no runbook'}, not of {runbook.name}")
    if given:
        raise UsageError("a run goes on with the parameters that it began with", remedy="Leave out -p.")
    if entry.ended and entry.exit_status in {OK, FINDINGS}:
        raise UsageError(f"run {entry.id} came to its end: there is nothing to go on with")
    executed = Path(entry.folder) / f"{runbook.name}.ipynb"
    if executed.is_file():
        check_unedited(executed, runbook.path)
    return dict(entry.parameters)


def check_unedited(executed: Path, source: Path) -> None:
    """Refuse to go on with a notebook whose finished cells are no longer what was executed.

    Raises:
        NotebookError: they are not, or one of the two cannot be read.
    """
    finished = [cell for cell in _code(executed) if cell.metadata.get("imadmin", {}).get("status") == "pass"]
    present = _code(source)
    for place, cell in enumerate(finished):
        same = place < len(present) and (present[place].id, present[place].source) == (cell.id, cell.source)
        if not same:
            begin = " ".join(cell.source.split())[:60]
            raise NotebookError(
                f"a cell that was executed has been edited, moved or removed since: {begin}",
                where=str(source),
                remedy="Put it back as it was, or run the runbook anew, without --resume.",
            )


def _code(path: Path) -> list[NotebookNode]:
    return [
        cell
        for cell in notebooks.read(path).cells
        if cell.cell_type == "code"
        and cell.source.strip()
        and INJECTED_TAG not in cell.metadata.get("tags", [])
    ]
