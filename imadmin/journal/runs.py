"""The journal: one private SQLite database per user, the truth about every run.

A run is recorded when it begins, each of its steps when the step begins and when it ends, and its document
(the JSON shape of a run) whenever there is more of it. A run that was killed has no `ended`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imadmin import document
from imadmin.errors import ConfigError, UsageError
from imadmin.home import home, private_folder
from imadmin.journal.changes import ChangeLog
from imadmin.journal.database import JournalDatabase, storable
from imadmin.session import now

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imadmin.run import Run

__all__ = ["Entry", "Journal"]

FILE = "journal.sqlite3"


@dataclass(frozen=True, slots=True)
class Entry:
    """A run as the journal has it.

    Attributes:
        ended: empty for a run that is still going on, or was killed.
        folder: with the executed notebook and the reports; empty where there is none.
    """

    id: str
    started: str
    ended: str
    deployment: str
    source: str
    command: tuple[str, ...]
    runbook: str
    folder: str
    exit_status: int | None


class Journal:
    """Reads and appends; any number of processes may do so at once."""

    def __init__(self, folder: Path | None = None) -> None:
        """Open the journal in *folder*, by default the user's own.

        Raises:
            ConfigError: it cannot be opened, or a later imadmin has written it.
        """
        self.path = (private_folder(folder) if folder else home()) / FILE
        self._database = JournalDatabase(self.path)
        self.changes = ChangeLog(self._database)

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
        """Record that a run begins."""
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

    def begin_step(self, run_id: str, cell: str, name: str, arguments: object) -> int:
        """Record that a step begins; gives its ordinal."""
        with self._database.writing() as connection:
            row = connection.execute(
                "insert into steps (run, ordinal, cell, name, arguments, started) values"
                " (?, (select coalesce(max(ordinal), 0) + 1 from steps where run = ?), ?, ?, ?, ?)"
                " returning ordinal",
                (run_id, run_id, cell, name, json.dumps(arguments), now()),
            ).fetchone()
            return int(row[0])

    def end_step(self, run_id: str, ordinal: int, status: str) -> None:
        """Record how a step ended."""
        with self._database.writing() as connection:
            connection.execute(
                "update steps set ended = ?, status = ? where run = ? and ordinal = ?",
                (now(), status, run_id, ordinal),
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

    def entries(self) -> list[Entry]:
        """All runs, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(  # rowid: a second can see more than one run begin
                "select id, started, ended, deployment, source, command, runbook, folder, exit_status"
                " from runs order by rowid desc"
            ).fetchall()
        return [
            Entry(r[0], r[1], r[2] or "", r[3], r[4], tuple(json.loads(r[5])), r[6], r[7], r[8]) for r in rows
        ]

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

    def document(self, run_id: str) -> Run | None:
        """The results of a run; None where it never came to any."""
        with self._database.reading() as connection:
            row = connection.execute("select document from runs where id = ?", (run_id,)).fetchone()
        if not row or not row[0]:
            return None
        try:
            return document.loads(row[0])
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"the results of run {run_id} cannot be read: {error}",
                where=str(self.path),
                remedy="A later imadmin may have written them: pip install --upgrade imadmin",
            ) from error
