"""What `imadmin doctor` does: try everything that a run depends on, one thing at a time, and say what to do.

A probe tries one connection, folder or part of imadmin itself, and gives a finding for each of its steps.
Those of the host are made here, in the shape in which plugins give theirs.
"""

from imadmin.doctor.builtin import builtin
from imadmin.doctor.running import LATE, SECONDS, Told, by_probe, examine, unfinished
from imadmin.doctor.verdict import Verdict, verdict

__all__ = ["LATE", "SECONDS", "Told", "Verdict", "builtin", "by_probe", "examine", "unfinished", "verdict"]
