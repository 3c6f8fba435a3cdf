"""A run of a command that asks about many subjects: in the journal from its beginning, and resumable."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from imadmin.cli.options import command_of, target_of
from imadmin.cli.output import use_color
from imadmin.cli.progress import Progress
from imadmin.errors import ImadminError, UsageError
from imadmin.journal import Journal
from imadmin.records import worst
from imadmin.run import CheckResult, Run, Summary
from imadmin.session import new_run_id, open_session

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from imadmin.access import Access
    from imadmin.facts import Facts
    from imadmin.journal import Entry, SubjectLog
    from imadmin.records import Check, Finding
    from imadmin.session import Session
    from imadmin.tables import Database

__all__ = ["Recorded", "recorded"]

_CASUAL: Final = ("color", "quiet", "report", "argv", "execute", "resume", "command")


class Recorded:
    """The run.

    Attributes:
        id: of the run in the journal.
        access: to the deployment.
        facts: of the deployment.
        database: of the run's tables.
        subjects: what the journal has of the run's subjects.
        progress: shows what is going on.
    """

    def __init__(self, session: Session, journal: Journal, progress: Progress) -> None:
        self.id: Final = session.info.id
        self.access: Final[Access] = session.access
        self.facts: Final[Facts] = session.facts
        self.database: Final[Database] = session.database
        self.subjects: Final[SubjectLog] = journal.subjects
        self.progress: Final = progress
        self._session: Final = session
        self._journal: Final = journal

    def end(
        self, check: Check, counts: Mapping[str, int], findings: Sequence[Finding], exit_status: int
    ) -> None:
        """Keep what came of it, as the results of the check that judges such subjects one by one."""
        status = worst([finding.status for finding in findings])
        result = CheckResult(
            check.id, check.title, self._owner(check), check.stage, check.severity, status, counts, 0.0
        )
        run = Run(self._session.info, Summary(), (), (replace(result, findings=tuple(findings)),))
        self._journal.keep(self.id, run)
        self._journal.end(self.id, exit_status)

    def _owner(self, check: Check) -> str:
        return self._session.catalog.checks()[check.id].plugin.name


@contextmanager
def recorded(options: argparse.Namespace, resumed: str = "") -> Iterator[Recorded]:
    """Open what the options of `add_target` name, and begin a run; or go on with the one called *resumed*.

    Passwords that are to be typed are asked for here, where Ctrl-C is heard.

    Raises:
        UsageError: the options name nothing, or two things; there is no such run, it goes on elsewhere, or
            was of another deployment or command.
        ConfigError: the deployment file is not what it should be.
    """
    journal = Journal()
    entry = journal.find(resumed) if resumed else None
    if entry is not None:
        _adopt(options, journal.parameters(entry.id), entry)
    progress = Progress(quiet=options.quiet, color=use_color(options.color, sys.stderr))
    command = command_of(options)
    run_id = entry.id if entry else new_run_id()
    with (
        target_of(options) as target,
        open_session(
            replace(target, judged=False),
            run_id=run_id,
            command=command,
            tell=progress.tell,
            log=journal.changes,
        ) as session,
    ):
        session.access.prompted()
        _begin(journal, session, options, entry)
        try:
            with progress:
                yield Recorded(session, journal, progress)
        except ImadminError as error:
            journal.end(run_id, error.exit_status)
            raise


def _begin(journal: Journal, session: Session, options: argparse.Namespace, entry: Entry | None) -> None:
    deployment, source = session.deployment.name, str(session.deployment.source)
    if entry is None:
        journal.begin(
            session.info.id,
            deployment=deployment,
            source=source,
            command=command_of(options),
            parameters=_lasting(options),
        )
        return
    if entry.source != source:
        raise UsageError(f"run {entry.id} was of {entry.source}, not of {source}")
    journal.resume(entry)


def _lasting(options: argparse.Namespace) -> dict[str, object]:
    """The options that decide what a run does."""
    plain = (str, int, float, bool, list)
    return {k: v for k, v in vars(options).items() if k not in _CASUAL and isinstance(v, plain)}


def _adopt(options: argparse.Namespace, parameters: Mapping[str, object], entry: Entry) -> None:
    """Do as the run did that is to go on."""
    if entry.command[1:2] != command_of(options)[1:2]:
        words = " ".join(entry.command[:2])
        raise UsageError(f"run {entry.id} is none of this command, but of {words}")
    for name, value in parameters.items():
        setattr(options, name, value)
