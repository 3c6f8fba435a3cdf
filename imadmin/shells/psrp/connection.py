"""One logged-in session with an endpoint, and running cmdlets in it one after the other."""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING, NamedTuple

from imadmin.shells.psrp.causes import FAILURES, not_taken
from imadmin.shells.psrp.spool import Spool
from imadmin.shells.psrp.upstream import EndedEarlyError, Session

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event
    from typing import Any

    from imadmin.secrets import Credential
    from imadmin.shells.psrp.address import Endpoint
    from imadmin.shells.psrp.upstream import Pipeline
    from imadmin.shells.psrp.wire import Wire

__all__ = ["GRACE", "SILENCE", "Connection", "DeadlineError", "Outcome"]

GRACE = 5.0
"""Seconds that an orderly end may take: to stop a cmdlet, to close the session."""

SILENCE = 120.0
"""Seconds after which a log-in, or a cmdlet that sends nothing, is given up, whatever time is left."""

_POLL_SECONDS = 2  # how soon it is noticed that the cmdlet is no longer wanted


class DeadlineError(Exception):
    """The cmdlet took longer than it may, or is no longer wanted; it was stopped, if the server heard it.

    Attributes:
        silent: whether it had sent nothing for as long as that may last.
    """

    def __init__(self, *, silent: bool = False) -> None:
        super().__init__()
        self.silent = silent


class Outcome(NamedTuple):
    """What a cmdlet left behind.

    Attributes:
        spool: its output.
        errors: its error records.
        warnings: their texts.
        failed: whether it came to an end by the last of its errors.
    """

    spool: Spool
    errors: list[Any]
    warnings: list[str]
    failed: bool


class Connection:
    """A session; nothing is sent before `open`. For one thread at a time.

    Attributes:
        usable: whether another cmdlet can be run in it.
        taken: whether the server may have begun with the last one.
    """

    def __init__(self, endpoint: Endpoint, credential: Credential, wire: Wire) -> None:
        """Log in to *endpoint* as *credential*, over *wire*."""
        self._session = Session(endpoint, credential, wire)
        self._wire = wire
        self.usable = False
        self.taken = False

    def open(self, deadline: float) -> None:
        """Log in and open the session; *deadline* is of the monotonic clock."""
        with self._wire.limited(min(deadline - time.monotonic(), SILENCE)):
            self._session.open()
        self.usable = True

    def run(self, cmdlet: str, parameters: dict[str, object], deadline: float, stop: Event) -> Outcome:
        """Run a cmdlet to its end.

        Raises:
            DeadlineError: it took too long, or *stop* was set.
        """
        self.usable = False
        with self._wire.limited(deadline + GRACE - time.monotonic()):
            pipeline = self._begin(cmdlet, parameters)
            spool = Spool()
            try:
                _receive(pipeline, spool, deadline, stop)
            except (DeadlineError, KeyboardInterrupt):
                self._end(pipeline.stop, pipeline.close)
                raise
            self._end(pipeline.close)
        warnings = [*self._session.notices(), *pipeline.warnings]
        return Outcome(spool, pipeline.errors, warnings, pipeline.failed)

    def _begin(self, cmdlet: str, parameters: dict[str, object]) -> Pipeline:
        self.taken = True
        try:
            return self._session.begin(cmdlet, parameters)
        except FAILURES as error:
            self.taken = not not_taken(error)
            raise

    def close(self) -> None:
        """End the session on the server, if it listens, and drop the connections."""
        if self.usable:
            with self._wire.limited(GRACE), contextlib.suppress(*FAILURES):
                self._session.close()
        self._wire.close()

    def _end(self, *steps: Callable[[], None]) -> None:
        """What is left to be said of a pipeline; the session can be used on if the server takes it."""
        with self._wire.limited(GRACE), contextlib.suppress(*FAILURES):
            for step in steps:
                step()
            self.usable = True


def _receive(pipeline: Pipeline, spool: Spool, deadline: float, stop: Event) -> None:
    heard = time.monotonic()
    while pipeline.running:
        now = time.monotonic()
        left = min(deadline, heard + SILENCE) - now
        if left <= 0 or stop.is_set():
            raise DeadlineError(silent=now < deadline)
        objects = pipeline.receive(math.ceil(min(left, _POLL_SECONDS)))
        spool.add(objects)
        heard = time.monotonic() if objects else heard
    if not (pipeline.completed or pipeline.failed):
        raise EndedEarlyError
