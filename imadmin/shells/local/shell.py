"""The local shell itself: one PowerShell for each cmdlet, and what its answer means."""

from __future__ import annotations

import secrets as tokens
import threading
from typing import TYPE_CHECKING

from imadmin.errors import SourceAbsentError, SourceError
from imadmin.shells.base import Result
from imadmin.shells.changes import in_doubt, settled, unasked
from imadmin.shells.local import child
from imadmin.shells.local.command import command, find, request
from imadmin.shells.local.noise import excerpt
from imadmin.shells.local.transcript import Transcript
from imadmin.shells.parameters import passable

if TYPE_CHECKING:
    from imadmin.deployment import ShellConfig
    from imadmin.records import Cmdlet
    from imadmin.secrets import Secrets
    from imadmin.shells.local.transcript import Answer

__all__ = ["DEADLINE", "LARGEST", "LocalShell"]

DEADLINE = 300.0
"""Seconds."""
LARGEST = 16 * 1024**3
"""Bytes."""

_MISSING = "CommandNotFoundException"
_NEEDS = {
    "skype": "Run imadmin where the Skype for Business Server Management Shell is installed, on Windows.",
    "exchange": "Run imadmin where the Exchange Management Shell is installed, on Windows.",
    "exchange_online": "Install-Module ExchangeOnlineManagement, and try Connect-ExchangeOnline by hand.",
}


class LocalShell:
    """Runs each cmdlet in a PowerShell of its own, as the current user.

    Safe to use from several threads: one PowerShell runs at a time. What keeps it from being of use at all
    (it is not there, or the module with the cmdlets cannot be loaded) is found out once.

    Attributes:
        deadline: seconds from the start of PowerShell to its end, loading the module included.
        largest: bytes that it may write.
    """

    def __init__(self, name: str, config: ShellConfig, secrets: Secrets) -> None:
        """Nothing is started before the first cmdlet.

        Args:
            name: of the shell, for messages.
            config: which PowerShell.
            secrets: what is kept from it.

        Raises:
            SourceError: a credential is named, which PowerShell here would have no use for.
        """
        if config.credential:
            what = "shell: local runs as the current user, and cannot use a credential"
            remedy = "Remove it, and start imadmin as that user; or say shell: psrp."
            raise SourceError(what, where=name, remedy=remedy)
        self.deadline = DEADLINE
        self.largest = LARGEST
        self._name = name
        self._program = config.program
        self._secrets = secrets
        self._failure: SourceError | None = None
        self._closed = threading.Event()
        self._lock = threading.Lock()

    def run(self, cmdlet: Cmdlet) -> Result:
        """Run *cmdlet* with its parameters, to its end.

        Its output is written to a temporary file, and decoded when it is taken.

        Raises:
            SourceError: it could not be run, failed, or took too long.
            TypeError: a parameter cannot be passed.
        """
        return self._result(cmdlet, changes=False)

    def change(self, cmdlet: Cmdlet) -> Result:
        """Run a *cmdlet* that changes something, once, without a question.

        Raises:
            InDoubtError: it was begun, and its end is not known, or it went on after an error.
            SourceError: it was not begun, or ended by an error.
            TypeError: a parameter cannot be passed.
        """
        return self._result(unasked(cmdlet), changes=True)

    def variants(self, cmdlet: Cmdlet) -> list[Cmdlet]:
        """The cmdlet itself; what is of a server is of this computer, or of one that it has chosen."""
        return [cmdlet._replace(variant="") if cmdlet.variant == "*" else cmdlet]

    def close(self) -> None:
        """End the PowerShell that runs in another thread, if one does."""
        self._closed.set()
        with self._lock:
            self._failure = SourceError("the shell was closed", where=self._name)

    def _result(self, cmdlet: Cmdlet, *, changes: bool) -> Result:
        parameters = passable(cmdlet.parameters)
        with self._lock:
            if self._failure is not None:
                raise SourceError(self._failure.what, where=self._failure.where, remedy=self._failure.remedy)
            program = self._found()
            where = f"{self._name} by {program}"
            mark = f"imadmin-{tokens.token_hex(8)}"
            transcript = Transcript(mark, f"{where}: {cmdlet.name}")
            line = request(cmdlet, parameters, mark)
            try:
                ended = self._run(program, cmdlet.name, line, transcript)
                answer = transcript.answer()
                self._judge(cmdlet, ended, answer, where)
            except SourceError as failure:
                raise (in_doubt(failure) if changes and transcript.undecided else failure) from None
        errors = [_text(*error) for error in answer.errors]
        result = Result(transcript.records(cmdlet.properties), errors, answer.warnings)
        return settled(cmdlet, result, where) if changes else result

    def _found(self) -> str:
        try:
            return find(self._program, self._name)
        except SourceError as error:
            self._failure = error
            raise

    def _run(self, program: str, name: str, line: bytes, transcript: Transcript) -> child.Ended:
        limits = child.Limits(self.deadline, self._closed, self.largest)
        try:
            return child.run(command(program), self._secrets.environment(), line, transcript.file, limits)
        except child.StoppedError as error:
            raise SourceError(f"{name} {error}", where=f"{self._name} by {program}") from None
        except OSError as error:
            what = f"PowerShell cannot be started: {error.strerror or type(error).__name__}"
            raise SourceError(what, where=f"{self._name} by {program}") from None

    def _judge(self, cmdlet: Cmdlet, ended: child.Ended, answer: Answer, where: str) -> None:
        if answer.unprepared is not None:
            what = f"the cmdlets could not be loaded: {_text(*answer.unprepared)}"
            self._failure = SourceError(what, where=where, remedy=_NEEDS[cmdlet.shell])
            raise self._failure
        if answer.failed is not None:
            raise _failed(cmdlet, *answer.failed, where)
        if not answer.whole:
            raise _broken(cmdlet, ended, answer, where)


def _failed(cmdlet: Cmdlet, message: str, identity: str, where: str) -> SourceError:
    if identity.startswith(_MISSING):
        what = f"there is no cmdlet {cmdlet.name}"
        return SourceAbsentError(what, where=where, remedy=_NEEDS[cmdlet.shell])
    return SourceError(f"{cmdlet.name} failed: {_text(message, identity)}", where=where)


def _broken(cmdlet: Cmdlet, ended: child.Ended, answer: Answer, where: str) -> SourceError:
    when = f"in the middle of {cmdlet.name}" if answer.begun else f"before it ran {cmdlet.name}"
    said = excerpt(ended.said)
    what = f"PowerShell ended with status {ended.status} {when}, and wrote: {said or 'nothing'}"
    return SourceError(what, where=where, remedy="Start it there by hand; it must be a PowerShell.")


def _text(message: str, identity: str) -> str:
    """As errors of remote cmdlets are given."""
    return f"{message} ({identity})" if identity else message
