"""The journal as commands open it: what has to be said of it first, and runs by name or by file."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from imadmin import document
from imadmin.cli import options as shared
from imadmin.cli.output import say
from imadmin.errors import ConfigError, UsageError
from imadmin.journal import Journal
from imadmin.session import Target

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from imadmin.past import PastChange
    from imadmin.run import Run
    from imadmin.session import Session

__all__ = ["check_same", "open_journal", "run_named", "target_of_run", "tell_unfinished"]

_SUFFIX = ".json"


def open_journal() -> Journal:
    """The user's journal; says on standard error what has become of it, and what a killed run left behind."""
    journal = Journal()
    if journal.damaged is not None:
        say(f"imadmin: the journal was damaged, and was moved to {journal.damaged}; a new one begins.")
        say("What it knew of earlier runs and of changes without end is in that file only.")
    for run_id, left in journal.interrupted().items():
        what = ", ".join(dict.fromkeys(f"{past.operation} of {past.subject}" for past in left))
        say(f"imadmin: run {run_id} left changes without an end: {what}.")
        say(
            f"See: imadmin show {run_id}; finish them: imadmin apply --resume {run_id};"
            f" take them back: imadmin undo {run_id}"
        )
    return journal


def tell_unfinished(journal: Journal, run_id: str) -> None:
    """What was begun outside and has no end, so that nobody has to remember to look."""
    for past in journal.changes.unfinished(run_id):
        say(f"imadmin: the change {past.subject} ({past.operation}) has no end; begun was: {_intents(past)}")


def _intents(past: PastChange) -> str:
    details = (", ".join(f"{name}: {value}" for name, value in intent.items()) for intent in past.intents)
    return "; ".join(details) or "nothing"


def run_named(journal: Journal, name: str) -> Run:
    """The run of this id in the journal, or that of an exported file.

    Raises:
        UsageError: there is none, or it came to no result.
        ConfigError: the file is no run that imadmin has exported.
    """
    if name.endswith(_SUFFIX):
        return _exported(Path(name))
    entry = journal.find(name)
    run = journal.document(entry.id)
    if run is None:
        raise UsageError(f"run {entry.id} came to no result", remedy="See: imadmin runs")
    return run


def _exported(path: Path) -> Run:
    """A run of another journal; the numbers of its changes mean nothing here.

    Nor does its deployment file: whoever made this one must not choose what is logged in to.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from error
    remedy = f"Export one: imadmin show RUN --report json={path.name}"
    with document.legible("is no exported run", str(path), remedy):
        run = document.loads(content)
    info = replace(run.info, source="")
    return replace(run, info=info, changes=tuple(past._replace(number=0, undoes=0) for past in run.changes))


@contextmanager
def target_of_run(options: argparse.Namespace, source: str) -> Iterator[Target]:
    """What the options name, else what the run was about; of an exported one that is not known.

    Raises:
        UsageError: that is no longer there.
    """
    if (
        not source
        or options.offered is not None
        or options.deployment is not None
        or options.folder is not None
    ):
        with shared.target_of(options) as target:
            yield target
        return
    if not Path(source).exists():
        what = "the deployment of that run is no longer there, and no option names another"
        raise UsageError(what, where=source, remedy="Say --deployment FILE.")
    yield Target.of(source, options.no_plugin)


def check_same(session: Session, deployment: str, run_id: str) -> None:
    """Refuse to touch another organisation than the one that the run changed.

    Raises:
        UsageError: it is another.
    """
    if session.deployment.name != deployment:
        raise UsageError(
            f"run {run_id} changed {deployment}, and this is {session.deployment.name}",
            where=str(session.deployment.source),
            remedy="Name the deployment of that run.",
        )
