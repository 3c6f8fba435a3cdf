"""The journal: one private SQLite database per user, the truth about every run.

A run is recorded when it begins, each of its steps when the step begins and when it ends, and its document
(the JSON shape of a run) whenever there is more of it. A run that was killed has no `ended`.
"""

from __future__ import annotations

import json
import weakref
from contextlib import ExitStack, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from imadmin import document
from imadmin.errors import UsageError
from imadmin.home import home, private_folder
from imadmin.journal.changes import ChangeLog
from imadmin.journal.database import JournalDatabase, storable
from imadmin.journal.entries import entry_of
from imadmin.journal.failures import MOVE_IT_AWAY
from imadmin.journal.locks import Locks
from imadmin.journal.steps import StepLog
from imadmin.journal.subjects import SubjectLog
from imadmin.run import Run, Summary
from imadmin.session import now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from imadmin.journal.entries import Entry, State
    from imadmin.past import PastChange

__all__ = ["Journal"]

FILE = "journal.sqlite3"
_RUN = "run"


class Journal:
    """Reads and appends; any number of processes may do so at once."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the journal in *folder*, by default the user's own.

        Raises:
            ConfigError: it cannot be opened, or a later imadmin has written it.
        """
        self.path = (private_folder(folder) if folder else home()) / FILE
        self._database = JournalDatabase(self.path)
        self._locks = Locks(self.path)
        self._held: dict[str, ExitStack] = {}
        weakref.finalize(self, _let_go, self._held)
        self.changes = ChangeLog(self._database, self._locks)
        self.subjects = SubjectLog(self._database)
        self.steps = StepLog(self._database)

    @property
    def damaged(self) -> Path | None:
        """Where an earlier journal was moved that could not be read; None where there was none."""
        return self._database.damaged

    def begin(  # noqa: PLR0913 - the columns of a run
        self,
        run_id: str,
        *,
        deployment: str,
        source: str,
        command: tuple[str, ...],
        runbook: str = "",
        parameters: Mapping[str, object] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Record that a run begins; it goes on until its end, or until this process ends."""
        self._hold(run_id)
        with self._database.writing() as connection:
            connection.execute(
                "insert into runs (id, started, deployment, source, command, runbook, parameters, folder)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    run_id,
                    now(),
                    storable(deployment),
                    storable(source),
                    json.dumps(command),
                    runbook,
                    json.dumps(dict(parameters or {})),
                    storable(str(folder or "")),
                ),
            )

    def keep(self, run_id: str, run: Run) -> None:
        """Record the results so far."""
        with self._database.writing() as connection:
            connection.execute("update runs set document = ? where id = ?", (document.dumps(run), run_id))

    def end(self, run_id: str, exit_status: int) -> None:
        """Record that a run has ended."""
        with self._database.writing() as connection:
            connection.execute(
                "update runs set ended = ?, exit_status = ? where id = ?", (now(), exit_status, run_id)
            )
        _let_go({run_id: self._held.pop(run_id, ExitStack())})
        with suppress(OSError):  # another process may be looking at it
            self._locks.forget(_RUN, run_id)

    def resume(self, entry: Entry) -> None:
        """Record that a run which was interrupted goes on.

        Raises:
            UsageError: it is still going on elsewhere.
        """
        if not self._hold(entry.id):
            raise UsageError(f"run {entry.id} is still going on", remedy="Wait for its end, or end it.")
        with self._database.writing() as connection:
            connection.execute("update runs set ended = null, exit_status = null where id = ?", (entry.id,))

    def state(self, entry: Entry) -> State:
        """Whether a run has ended, goes on, or was killed."""
        if entry.ended:
            return "ended"
        return "going on" if self.goes_on(entry.id) else "interrupted"

    def goes_on(self, run_id: str) -> bool:
        """Whether some process, this one included, is at a run."""
        return self._locks.is_held(_RUN, run_id)

    def interrupted(self) -> dict[str, list[PastChange]]:
        """The runs that do not go on and have changes without end, the newest first."""
        left = self.changes.all_unfinished()
        if not left:
            return {}
        return {
            entry.id: left[entry.id]
            for entry in self.entries()
            if entry.id in left and not self.goes_on(entry.id)
        }

    def forget(self, run_ids: Iterable[str]) -> None:
        """Remove these runs, with all that is known of them."""
        with self._database.writing() as connection:
            for run_id in run_ids:
                for sql in _FORGET:
                    connection.execute(sql, (run_id,))
                self._locks.forget(_RUN, run_id)

    def _hold(self, run_id: str) -> bool:
        lock = self._locks.take(_RUN, run_id)
        if lock is not None:
            self._held.setdefault(run_id, ExitStack()).callback(lock.close)
        return lock is not None

    def entries(self) -> list[Entry]:
        """All runs, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(  # rowid: a second can see more than one run begin
                "select id, started, ended, deployment, source, command, runbook, folder, exit_status,"
                " parameters from runs order by rowid desc"
            ).fetchall()
        with document.legible("a run cannot be read", str(self.path), MOVE_IT_AWAY):
            return [entry_of(row) for row in rows]

    def find(self, name: str) -> Entry:
        """The run with this id, with an id that begins so, or the `latest`.

        Raises:
            UsageError: there is none, or more than one.
        """
        entries = self.entries()
        found = entries[:1] if name == "latest" else [e for e in entries if e.id.startswith(name)]
        exact = [entry for entry in found if entry.id == name]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            some = ", ".join(entry.id for entry in found[:5])
            raise UsageError(f"{len(found)} runs begin with {name!r}: {some}")
        newest = ", ".join(entry.id for entry in entries[:5]) or "none yet"
        raise UsageError(f"there is no run {name!r}", remedy=f"The newest are: {newest}")

    def parameters(self, run_id: str) -> dict[str, object]:
        """With which parameters a run was begun."""
        with self._database.reading() as connection:
            row = connection.execute("select parameters from runs where id = ?", (run_id,)).fetchone()
        return dict(json.loads(row[0])) if row else {}

    def document(self, run_id: str) -> Run | None:
        """The results of a run, and what it changed; None where it never came to any."""
        with self._database.reading() as connection:
            row = connection.execute("select document from runs where id = ?", (run_id,)).fetchone()
        changes = tuple(self.changes.of(run_id))
        if not row or not row[0]:
            return Run(self.find(run_id).info, Summary(), changes=changes) if changes else None
        remedy = "A later imadmin may have written them: pip install --upgrade imadmin"
        with document.legible(f"the results of run {run_id} cannot be read", str(self.path), remedy):
            return replace(document.loads(row[0]), changes=changes)


_FORGET = (
    "delete from effects where change in (select id from changes where run = ?)",
    "delete from changes where run = ?",
    "delete from steps where run = ?",
    "delete from subjects where run = ?",
    "delete from runs where id = ?",
)


def _let_go(held: Mapping[str, ExitStack]) -> None:
    for stack in list(held.values()):
        stack.close()
