"""Exit statuses, for the commands."""

from imadmin.exits import FINDINGS, INCOMPLETE, OK, exit_status

__all__ = ["FINDINGS", "INCOMPLETE", "OK", "exit_status"]
