"""The journal: every run, its steps, and what its operations changed."""

from imadmin.journal.changes import ChangeLog
from imadmin.journal.runs import Entry, Journal
from imadmin.past import PastChange, PastEffect

__all__ = ["ChangeLog", "Entry", "Journal", "PastChange", "PastEffect"]
