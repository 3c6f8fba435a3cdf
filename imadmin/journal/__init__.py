"""The journal: every run, its steps, and what its operations changed."""

from imadmin.journal.changes import ChangeLog
from imadmin.journal.past import PastChange, PastEffect
from imadmin.journal.runs import Entry, Journal

__all__ = ["ChangeLog", "Entry", "Journal", "PastChange", "PastEffect"]
