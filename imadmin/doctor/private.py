"""The private folder, and the journal in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from imadmin.doctor.steps import Step, in_order
from imadmin.home import home, write_private
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin.access import Access

__all__ = ["PRIVATE_FOLDER"]

_FOR_OTHERS: Final = 0o077


def _run(_access: Access) -> Iterator[Finding]:
    return in_order((Step("folder", _folder), Step("journal", _journal)))


def _folder() -> Iterator[Finding]:
    path = home()
    trial = path / ".doctor"
    write_private(trial, "imadmin doctor was here\n")
    trial.unlink(missing_ok=True)
    yield _privacy(path)


def _privacy(path: Path) -> Finding:
    if sys.platform == "win32":
        return Finding("folder", Status.PASS, f"{path} can be written to; who may read it, its ACL says")
    mode = path.stat().st_mode
    if mode & _FOR_OTHERS:
        what = f"{path} can be written to, but it is open to others (mode {mode & 0o777:o})"
        return Finding("folder", Status.WARN, what, remedy=f"chmod go= '{path}'")
    return Finding("folder", Status.PASS, f"{path} can be written to, by you alone")


def _journal() -> Iterator[Finding]:
    from imadmin.journal import Journal
    from imadmin.journal.schema import VERSION

    journal = Journal()
    runs = len(journal.entries())
    yield Finding("journal", Status.PASS, f"{journal.path.name} opens (version {VERSION}, {runs} runs)")


PRIVATE_FOLDER: Final = Probe("private-folder", "The private folder", _run)
"""Tries where runs are kept."""
