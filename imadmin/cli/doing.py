"""Changing something from the command line: journaled, shown, and judged by the checks afterwards."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from imadmin.changing import with_matrices
from imadmin.cli.journaled import tell_unfinished
from imadmin.cli.output import CONSOLE, is_taken, outputs, put_page, say, use_color, write
from imadmin.cli.progress import Progress
from imadmin.errors import ImadminError
from imadmin.exits import of_changes
from imadmin.home import home, private_folder
from imadmin.records import Status
from imadmin.reports.changed import changed
from imadmin.reports.layout import paragraph
from imadmin.reports.matrix import matrices

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from imadmin.journal import Journal
    from imadmin.records import Event, Finding
    from imadmin.reports.layout import Glyphs, Line
    from imadmin.run import CheckResult, Run
    from imadmin.session import Session

__all__ = ["Doing", "progress_of", "write_reports"]


def progress_of(options: argparse.Namespace) -> Progress:
    """What goes on; changes are told on standard output, when they are done."""
    return _Quieter(quiet=options.quiet, color=use_color(options.color, sys.stderr))


class _Quieter(Progress):
    def tell(self, event: Event) -> None:
        if event.kind not in {"change", "check"} or event.status == "started":
            super().tell(event)


@dataclass(frozen=True, slots=True)
class Doing:
    """A run that changes something: it is in the journal already."""

    options: argparse.Namespace
    journal: Journal
    session: Session
    run_id: str
    progress: Progress

    def do(self, step: Callable[[], list[Finding]], operations: Iterable[str]) -> int:
        """Do it, let the checks judge what these operations changed, and report; gives the exit status."""
        with self._kept(), self.progress:
            self.journal.keep(self.run_id, self.session.run())
            findings = step()
            checks = {check for name in operations for check in self.session.changing.judges(name)}
            results = self.session.check(*sorted(checks)) if checks else []
            self.journal.keep(self.run_id, self.session.run())
            status = of_changes(findings)
            self.journal.end(self.run_id, status)
        run = self.journal.document(self.run_id)
        if run is not None:
            self._report(run, results, status)
        return status

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except KeyboardInterrupt:
            tell_unfinished(self.journal, self.run_id)
            raise
        except ImadminError as error:
            with suppress(ImadminError):  # what has stopped us may stop this too
                self.journal.end(self.run_id, error.exit_status)
            raise

    def _report(self, run: Run, results: Sequence[CheckResult], status: int) -> None:
        aside = is_taken(self.options.report)
        run = with_matrices(run, self.session.catalog)
        page = partial(_done, run, results)
        put_page(page, self.options.color, aside=aside)
        write_reports(self.options, run, self.session, status)
        if any(past.touched for past in run.changes):
            say(f"Run {self.run_id}; take it back with: imadmin undo {self.run_id}")


def write_reports(options: argparse.Namespace, run: Run, session: Session, status: int) -> None:
    """The reports for which the command line asks; what a terminal shows is shown already."""
    wanted = outputs(options.report, session.catalog) if options.report else []
    files = [output for output in wanted if output.report.name != CONSOLE]
    folder = home() / "runs" / run.info.id
    if any(not output.path for output in files):
        private_folder(folder)
    for path in write(run, files, folder, options.color, status):
        say(f"written: {path}")


def _done(run: Run, results: Sequence[CheckResult], width: int, symbols: Glyphs) -> Iterator[Line]:
    yield from changed(run.changes, width, symbols)
    yield from matrices(run, width)
    yield ()
    for result in results:
        counts = (f"{result.counts[s]} {s}" for s in Status if result.counts.get(s) and s != Status.SKIP)
        text = f"Judged anew: {result.check}: {', '.join(counts) or result.status}"
        yield from paragraph(text, width)
