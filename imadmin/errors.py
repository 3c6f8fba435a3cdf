"""The exception tree: every expected failure says what, where from, and what to do.

ImadminError
├── UsageError            the command line asks for something that is not there      (exit status 2)
├── ConfigError           a deployment file or a folder is not what it should be     (exit status 2)
├── SourceError           a source was asked and could not answer                    (exit status 3)
│   ├── SourceNotDescribedError    the deployment does not describe this source
│   ├── NotTriedError             nobody was asked, on purpose: another server has refused the same log-in
│   ├── InDoubtError               a change was asked for; whether it was made is not known
│   ├── SourceAbsentError          there is no such output: not saved, or not offered to this account
│   └── ClixmlError           a CLIXML document is truncated, malformed or hostile
├── PluginError           a plugin or one of its records cannot be used              (exit status 3)
└── RunbookError          a runbook could not be run to its end                      (exit status 3)
    ├── NotebookError         a file is not a notebook that can be executed          (exit status 2)
    └── ParameterError        a runbook parameter is unknown or of the wrong type    (exit status 2)
"""

from __future__ import annotations

__all__ = [
    "ClixmlError",
    "ConfigError",
    "ImadminError",
    "InDoubtError",
    "NotTriedError",
    "NotebookError",
    "ParameterError",
    "PluginError",
    "RunbookError",
    "SourceAbsentError",
    "SourceError",
    "SourceNotDescribedError",
    "UsageError",
]


class ImadminError(Exception):
    """An expected failure: shown to the user as a message, never as a traceback."""

    exit_status = 3

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        """*what* went wrong, *where* it came from (file, line, plugin) and the *remedy*."""
        super().__init__(what, where, remedy)
        self.what = what
        self.where = where
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by keyword, so that the three parts survive."""
        return _rebuild, (type(self), self.what, self.where, self.remedy)

    def __str__(self) -> str:
        """Where and what on one line, the remedy on the next."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head}\n{self.remedy}" if self.remedy else head

    @property
    def line(self) -> str:
        """Where and what, without the remedy, on a single line: for a table cell or a finding."""
        head = f"{self.where}: {self.what}" if self.where else self.what
        return " ".join(head.split())


def _rebuild(kind: type[ImadminError], what: str, where: str, remedy: str) -> ImadminError:
    return kind(what, where=where, remedy=remedy)


class UsageError(ImadminError):
    """The command line asks for something that is not there."""

    exit_status = 2


class ConfigError(ImadminError, ValueError):
    """A deployment file, a waiver file or a folder is not what it should be."""

    exit_status = 2


class SourceError(ImadminError):
    """A source was asked and could not answer."""


class SourceNotDescribedError(SourceError):
    """The deployment does not describe this source, so nobody was asked."""


class NotTriedError(SourceError):
    """Nobody was asked, on purpose: another server has refused the same log-in."""


class InDoubtError(SourceError):
    """A change was asked for, and whether it was made is not known: read it again, never send it again."""


class SourceAbsentError(SourceError):
    """There is no such output to be had: nobody has saved it, or this account is not offered the cmdlet."""


class ClixmlError(SourceError, ValueError):
    """A CLIXML document is truncated, malformed or hostile."""


class PluginError(ImadminError):
    """A plugin, or one of its records, cannot be used."""


class RunbookError(ImadminError):
    """A runbook could not be run to its end."""


class NotebookError(RunbookError, ValueError):
    """A file is not a notebook that can be executed."""

    exit_status = 2


class ParameterError(RunbookError, ValueError):
    """A runbook parameter is unknown or has the wrong type."""

    exit_status = 2
