"""The psrp shell itself: when it connects, what it remembers, how it ends."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from imadmin.errors import SourceError
from imadmin.shells.base import Result
from imadmin.shells.changes import in_doubt, settled, unasked
from imadmin.shells.psrp.address import Endpoint
from imadmin.shells.psrp.arguments import arguments
from imadmin.shells.psrp.attempts import Attempt
from imadmin.shells.psrp.causes import FAILURES, cause
from imadmin.shells.psrp.complaints import ended, text
from imadmin.shells.psrp.connection import GRACE, SILENCE, Connection, DeadlineError
from imadmin.shells.psrp.upstream import check_version
from imadmin.shells.psrp.wire import Wire
from imadmin.trust import context

if TYPE_CHECKING:
    from pathlib import Path

    from imadmin.deployment import ShellConfig
    from imadmin.records import Cmdlet
    from imadmin.secrets import Credential, Secrets
    from imadmin.shells.psrp.attempts import Cause
    from imadmin.shells.psrp.connection import Outcome

__all__ = ["DEADLINE", "PsrpShell"]

DEADLINE = 1800.0
"""Seconds: a hundred thousand users take their time, as long as some of them keep coming."""


class PsrpShell:
    """Runs cmdlets at a remote endpoint, in one session that is opened when it is first needed.

    Safe to use from several threads: cmdlets run one after the other, and their output can be taken while
    others run. What keeps it from logging in is found out once: a wrong password that is tried again and
    again locks the account, and a server that cannot be reached is waited for once a run.

    Attributes:
        deadline: seconds that connecting and running one cmdlet may take together, however much it sends.
    """

    def __init__(self, name: str, config: ShellConfig, secrets: Secrets, ca_file: Path | None = None) -> None:
        """Nothing is sent, and no password asked for, before the first cmdlet.

        Args:
            name: of the shell, for messages.
            config: where it is and how to log in.
            secrets: where its credential is found.
            ca_file: the trusted certificate authorities; None: those that the platform trusts.

        Raises:
            SourceError: the address or the kind of log-in is not one that can be used.
        """
        check_version()
        self.deadline = DEADLINE
        self._endpoint = Endpoint.of(name, config)
        self._credential = config.credential
        self._secrets = secrets
        self._ca_file = ca_file
        self._wire: Wire | None = None
        self._connection: Connection | None = None
        self._failure: SourceError | None = None
        self._closed = threading.Event()
        self._lock = threading.Lock()

    def run(self, cmdlet: Cmdlet) -> Result:
        """Run *cmdlet* with its parameters, to its end.

        Its output is fetched here and decoded when it is taken.

        Raises:
            SourceError: it could not be run, failed, or took too long.
            TypeError: a parameter cannot be passed.
        """
        return self._result(cmdlet, changes=False)

    def change(self, cmdlet: Cmdlet) -> Result:
        """Run a *cmdlet* that changes something, once, without a question.

        Raises:
            InDoubtError: it was sent, and its end is not known, or it went on after an error.
            SourceError: it was not sent, or the server ended it by an error.
            TypeError: a parameter cannot be passed.
        """
        return self._result(unasked(cmdlet), changes=True)

    def variants(self, cmdlet: Cmdlet) -> list[Cmdlet]:
        """The cmdlet itself; what is of a server bears the name by which the endpoint was addressed.

        That may be a pool's, and then which of its servers answers is not known.
        """
        if cmdlet.variant != "*":
            return [cmdlet]
        host = self._endpoint.host
        return [cmdlet._replace(variant="" if ":" in host else host)]

    def close(self) -> None:
        """End the session; a cmdlet that still runs in another thread is stopped."""
        self._closed.set()
        if not self._lock.acquire(timeout=GRACE):
            if self._wire is not None:
                self._wire.cut()
            if not self._lock.acquire(timeout=GRACE):
                return  # the thread that holds it will find that the shell was closed
        try:
            self._leave()
        finally:
            self._lock.release()

    def _result(self, cmdlet: Cmdlet, *, changes: bool) -> Result:
        parameters = arguments(cmdlet.parameters)
        credential = self._login()
        with self._lock:
            deadline = time.monotonic() + self.deadline
            outcome = self._run(cmdlet.name, parameters, deadline, credential, changes=changes)
        where = self._endpoint.where
        if outcome.failed:
            raise ended(cmdlet, outcome.errors, where)
        records = outcome.spool.records(cmdlet.properties, f"{where}: {cmdlet.name}")
        result = Result(records, [text(error) for error in outcome.errors], outcome.warnings)
        return settled(cmdlet, result, where) if changes else result

    def _login(self) -> Credential:
        credential = self._secrets.credential(self._credential, self._endpoint.shell)
        needs = _needs(self._endpoint.auth, credential)
        if needs:
            what = f"auth: {self._endpoint.auth} needs a credential with a {needs}"
            other = "certificate" if credential.certificate else "negotiate"
            raise SourceError(what, where=self._endpoint.where, remedy=f"Name one, or say auth: {other}.")
        return credential

    def _run(
        self,
        name: str,
        parameters: dict[str, object],
        deadline: float,
        credential: Credential,
        *,
        changes: bool,
    ) -> Outcome:
        connection = self._connected(deadline, credential)
        try:
            return connection.run(name, parameters, deadline, self._closed)
        except DeadlineError as error:
            failure = self._stopped(name, silent=error.silent)
            if changes:
                raise in_doubt(failure) from None  # and whoever reads it again is let through
            self._failure = failure if error.silent else None  # a server that hangs is waited for once
            raise failure from None
        except FAILURES as error:
            found = cause(error, self._attempt(credential))
            failure = self._failed(found, f"{name}: ")
            self._failure = failure if found.login else None
            if found.denied:
                credential.account.refused(self._endpoint.host, self._endpoint.where)
            raise (in_doubt(failure) if changes and connection.taken else failure) from None
        finally:
            if self._closed.is_set() or not connection.usable:
                self._leave()

    def _connected(self, deadline: float, credential: Credential) -> Connection:
        if self._closed.is_set():
            raise SourceError("the shell was closed", where=self._endpoint.where)
        if self._failure is not None:
            raise SourceError(self._failure.what, where=self._failure.where, remedy=self._failure.remedy)
        if self._connection is None:
            self._connection = self._connect(deadline, credential)
        return self._connection

    def _connect(self, deadline: float, credential: Credential) -> Connection:
        self._wire = wire = Wire(context(self._ca_file, credential.certificate))
        with ExitStack() as undo:
            undo.callback(wire.close)
            try:
                connection = Connection(self._endpoint, credential, wire)
                with credential.account.turn(self._endpoint.host, self._endpoint.where):
                    self._open(connection, deadline, credential)
            except FAILURES as error:
                self._failure = self._failed(cause(error, self._attempt(credential)))
                raise self._failure from None
            undo.pop_all()
        return connection

    def _open(self, connection: Connection, deadline: float, credential: Credential) -> None:
        try:
            connection.open(deadline)
        except FAILURES as error:
            if cause(error, self._attempt(credential)).denied:
                credential.account.refused(self._endpoint.host, self._endpoint.where)
            raise
        credential.account.accepted(self._endpoint.host)

    def _leave(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _attempt(self, credential: Credential) -> Attempt:
        late = self._wire is not None and self._wire.was_cut
        offered = self._wire.offered if self._wire is not None else ""
        seconds = min(self.deadline, SILENCE)
        return Attempt(self._endpoint, credential.who, credential.integrated, seconds, late, offered)

    def _failed(self, found: Cause, doing: str = "") -> SourceError:
        return SourceError(f"{doing}{found.what}", where=self._endpoint.where, remedy=found.remedy)

    def _stopped(self, name: str, *, silent: bool) -> SourceError:
        where = self._endpoint.where
        if self._closed.is_set():
            return SourceError(f"{name} was stopped: the shell was closed", where=where)
        had = f"sent nothing for {SILENCE:g}" if silent else f"not ended after {self.deadline:g}"
        what = f"{name} had {had} seconds, and was stopped"
        return SourceError(what, where=where, remedy="Run it there by hand, to see how long it takes.")


def _needs(auth: str, credential: Credential) -> str:
    """What the credential lacks for this kind of log-in; empty where it lacks nothing."""
    if auth == "certificate":
        return "" if credential.certificate else "certificate"
    lacks = credential.password is None and (auth == "basic" or credential.certificate is not None)
    return "password" if lacks else ""
