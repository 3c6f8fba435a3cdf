"""The journal: every run, its steps, its subjects, and what its operations changed."""

from imadmin.journal.changes import ChangeLog
from imadmin.journal.entries import Entry
from imadmin.journal.runs import Journal
from imadmin.journal.subjects import PastSubject, SubjectLog
from imadmin.past import PastChange, PastEffect

__all__ = ["ChangeLog", "Entry", "Journal", "PastChange", "PastEffect", "PastSubject", "SubjectLog"]
