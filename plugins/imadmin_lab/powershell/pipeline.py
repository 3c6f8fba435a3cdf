"""One pipeline of a shell: it waits for its input and a runspace, runs in a thread, and can be stopped."""

from __future__ import annotations

import logging
import queue
import threading
from typing import TYPE_CHECKING, Final, Protocol

from psrpcore import GetMetadata, PowerShell, types

from imadmin_lab.http import HungUpError

from .clixml import to_clixml
from .cmdlet import CmdletError, PipelineStoppedError, Streams
from .errors import error_record
from .metadata import command_metadata
from .objects import from_wire
from .running import FailedError, run_statements

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from psrpcore import ServerPipeline

    from .cmdlet import Call
    from .session import Session

_log: Final = logging.getLogger(__name__)
_END: Final = object()
_TERMINAL: Final = {
    types.PSInvocationState.Completed,
    types.PSInvocationState.Failed,
    types.PSInvocationState.Stopped,
}


class Owner(Protocol):
    """The shell, as its pipelines see it."""

    @property
    def lock(self) -> threading.Condition:
        """Held while anything of the shell is looked at or changed."""

    @property
    def session(self) -> Session:
        """For whom, on what."""

    def wait_for_runspace(self, stopped: threading.Event) -> bool:
        """Wait for one of the pool's runspaces; False where the pipeline was stopped before."""

    def free_runspace(self) -> None:
        """Give it back."""

    def write_output(self, number: UUID, clixml: bytes) -> None:
        """Write one object of the output; call with the lock held."""

    def drain(self) -> None:
        """Hand what was written to those who wait for it; call with the lock held."""


class Pipeline:
    """One pipeline.

    Args:
        owner: Its shell.
        core: The protocol's side of it.

    Attributes:
        hung_up: Whether connections that ask for its output are to be closed.
    """

    def __init__(self, owner: Owner, core: ServerPipeline) -> None:
        self.hung_up = False
        self._owner: Final = owner
        self._core: Final = core
        self._input: Final[queue.SimpleQueue[object]] = queue.SimpleQueue()
        self._streams: Final = Streams(self._write_error, self._write_warning, self._say, self._flush)
        self._thread: Final = threading.Thread(target=self._run, name="lab-pipeline", daemon=True)

    @property
    def finished(self) -> bool:
        """Whether it has come to an end, be it a bad one."""
        return self._core.state in _TERMINAL

    def start(self) -> None:
        """Begin; the protocol's side has been told what to run."""
        self._core.start()
        self._thread.start()

    def put_input(self, item: object) -> None:
        """Take an object that the client pipes in."""
        self._input.put(from_wire(item))

    def end_input(self) -> None:
        """Know that no more comes."""
        self._input.put(_END)

    def stop(self) -> None:
        """Stop it, if it runs; call with the lock held."""
        self._streams.stopped.set()
        self._input.put(_END)
        if self._core.state == types.PSInvocationState.Running:
            self._core.stop()
            self._owner.drain()

    def join(self, seconds: float) -> None:
        """Wait until its thread has ended."""
        if self._thread.ident is not None and self._thread is not threading.current_thread():
            self._thread.join(seconds)

    def _run(self) -> None:
        if not self._owner.wait_for_runspace(self._streams.stopped):
            return
        try:
            for item in self._output():
                self._write(item)
            self._finish(None)
        except FailedError as failed:
            self._finish(error_record(failed.error, failed.call))
        except HungUpError:
            self._hang_up()
        except PipelineStoppedError:
            pass  # the client was told when it stopped it
        except Exception as error:  # noqa: BLE001 - a cmdlet may raise anything
            _log.exception("a cmdlet of the lab failed")
            self._finish(error_record(CmdletError(f"{type(error).__name__}: {error}"), None))
        finally:
            self._owner.free_runspace()

    def _hang_up(self) -> None:
        with self._owner.lock:
            self.hung_up = True
            self._owner.lock.notify_all()

    def _output(self) -> Iterator[object]:
        asked = self._core.metadata
        if isinstance(asked, GetMetadata):
            yield from command_metadata(self._owner.session, asked)
        elif isinstance(asked, PowerShell):
            piped = None if asked.no_input else self._piped()
            yield from run_statements(asked.commands, piped, self._owner.session, self._streams)

    def _piped(self) -> Iterator[object]:
        while (item := self._input.get()) is not _END:
            yield item
        self._streams.check()

    def _write(self, item: object) -> None:
        written = to_clixml(item)
        with self._owner.lock:
            self._streams.check()
            self._owner.write_output(self._core.pipeline_id, written)

    def _finish(self, error: types.ErrorRecord | None) -> None:
        with self._owner.lock:
            if self._streams.stopped.is_set():
                return
            if error is None:
                self._core.complete()
            else:
                self._core._change_state(types.PSInvocationState.Failed, error=error)  # noqa: SLF001 - has no public one
            self._owner.drain()

    def _write_error(self, call: Call, error: CmdletError) -> None:
        with self._owner.lock:
            self._streams.check()
            record = error_record(error, call)
            self._core.prepare_message(record, message_type=types.PSRPMessageType.ErrorRecord)

    def _write_warning(self, text: str) -> None:
        with self._owner.lock:
            self._streams.check()
            self._core.write_warning(text)

    def _say(self, text: str) -> None:
        """Write a line to the client's host, where it has one."""
        asked = self._core.metadata
        if isinstance(asked, PowerShell) and not asked.host.IsHostNull and not asked.host.IsHostUINull:
            with self._owner.lock:
                self._core.host_call(types.HostMethodIdentifier.WriteLine2, [text])

    def _flush(self) -> None:
        with self._owner.lock:
            self._owner.drain()
