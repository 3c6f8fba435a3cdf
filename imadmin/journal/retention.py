"""For how long the journal keeps a run; one with a change that has no end is kept until it has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.journal.entries import Entry
    from imadmin.journal.runs import Journal

__all__ = ["outlived"]


def outlived(journal: Journal, *, keep: int | None = None, days: float | None = None) -> list[Entry]:
    """The runs that may go, the newest first.

    Args:
        journal: all runs.
        keep: how many of the newest stay; None: no number.
        days: how old a run may be; None: no age. With both, a run must be beyond both.
    """
    entries = journal.entries()
    young = _younger_than(entries, days)
    needed = set(journal.changes.all_unfinished())
    return [
        entry
        for place, entry in enumerate(entries)
        if (keep is None or place >= keep)
        and entry.id not in young
        and entry.id not in needed
        and journal.state(entry) != "going on"
    ]


def _younger_than(entries: list[Entry], days: float | None) -> set[str]:
    if days is None:
        return set()
    oldest = datetime.now(UTC) - timedelta(days=days)
    return {entry.id for entry in entries if datetime.fromisoformat(entry.started) > oldest}
