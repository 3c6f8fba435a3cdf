"""One shell: a runspace pool, its pipelines, and what waits to be fetched from them."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import psrpcore
from psrpcore import PSRPCoreError

from imadmin_lab.http import HungUpError

from .fragments import Stream, whole
from .pipeline import Pipeline
from .pool import RunspacePool
from .wsman import ABORTED, INTERNAL, TIMED_OUT, UNKNOWN_SHELL, WSManError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .session import Session

FRAGMENT: Final = 32 * 1024
_JOIN_SECONDS: Final = 2.0
_POLL: Final = 0.25
_LINGER: Final = 0.05
_PROCESS_ID: Final = slice(21 + 24, 21 + 40)  # in the message header, after the fragment's


@dataclass(frozen=True)
class Delivery:
    """What a Receive gets.

    Attributes:
        parts: Fragments, in order.
        done: Whether nothing more comes from this pipeline.
    """

    parts: list[bytes]
    done: bool


class Shell:
    """A runspace pool on the server.

    Args:
        shell_id: As the client named it.
        session: For whom, on what.
    """

    def __init__(self, shell_id: str, session: Session) -> None:
        self.shell_id: Final = shell_id
        self.session: Final = session
        self.created: Final = time.monotonic()
        self.lock: Final = threading.Condition(threading.RLock())
        self.open = True
        self._pool: Final = RunspacePool()
        self._busy = 0
        self._drained = 0.0
        self._pipelines: Final[dict[uuid.UUID, Pipeline]] = {}
        self._outbox: Final[defaultdict[uuid.UUID | None, deque[bytes]]] = defaultdict(deque)
        self._inbox: Final[defaultdict[uuid.UUID | None, Stream]] = defaultdict(Stream)
        self._messages: Final = itertools.count(1)

    @property
    def commands(self) -> list[uuid.UUID]:
        """The pipelines that the client has not closed."""
        with self.lock:
            return list(self._pipelines)

    def feed(self, data: bytes, command_id: str | None = None) -> None:
        """Take fragments that the client sent.

        Args:
            data: Any number of them.
            command_id: To this pipeline; None: to the pool.

        Raises:
            WSManError: They are not what the protocol allows.
        """
        with self.lock:
            self._check()
            number = self._known(command_id)
            try:
                for message in self._inbox[number].feed(data):
                    self._read(message)
            except (PSRPCoreError, ValueError, LookupError, SyntaxError, AttributeError, TypeError) as error:
                raise WSManError(INTERNAL, f"The PowerShell message cannot be read: {error}") from error
            finally:
                self.drain()

    def _read(self, message: bytes) -> None:
        data = whole(next(self._messages), message)
        self._pool.receive_data(psrpcore.PSRPPayload(data, psrpcore.StreamType.default, None))
        while event := self._pool.next_event():
            self._take(event)

    def create_command(self, command_id: str | None, data: bytes) -> str:
        """Make a pipeline from the first fragment of its description; what it is known by."""
        try:
            number = uuid.UUID(command_id) if command_id else uuid.UUID(bytes_le=data[_PROCESS_ID])
        except ValueError:
            raise WSManError(INTERNAL, f"{command_id!r} is not the id of a command.") from None
        with self.lock:
            self._check()
            if number in self._pipelines:
                raise WSManError(INTERNAL, f"There is a command {number} already.")
            core = psrpcore.ServerPipeline(self._pool, number)
            self._pipelines[number] = Pipeline(self, core)
            try:
                self.feed(data, str(number))
            except WSManError:
                self._forget(number)
                raise
        return str(number).upper()

    def receive(
        self, command_id: str | None, capacity: int, seconds: float, gone: Callable[[], bool]
    ) -> Delivery:
        """Wait for output.

        Args:
            command_id: Of this pipeline; None: of the pool.
            capacity: At most so many bytes.
            seconds: How long to wait.
            gone: Whether the client has hung up meanwhile.

        Raises:
            WSManError: There was none in time, or the shell was closed.
            HungUpError: The pipeline lets nobody hear of it.
        """
        deadline = time.monotonic() + seconds
        with self.lock:
            number = self._known(command_id)
            while True:
                self._check(closing=True)
                pipeline = self._pipelines.get(number) if number else None
                if pipeline is not None and pipeline.hung_up:
                    raise HungUpError
                if self._outbox[number] and not gone():
                    parts = self._take_parts(number, capacity)
                    finished = number is not None and (pipeline is None or pipeline.finished)
                    return Delivery(parts, finished and not self._outbox[number])
                if number is not None and (pipeline is None or pipeline.finished):
                    return Delivery([], done=True)
                left = deadline - time.monotonic()
                if left <= 0 or gone():
                    raise WSManError(TIMED_OUT, _TIMED_OUT_TEXT)
                self.lock.wait(min(left, _POLL))

    def signal(self, command_id: str, code: str) -> None:
        """Stop a pipeline; `Terminate` also forgets it."""
        with self.lock:
            self._check()
            number = self._known(command_id)
            if number is None:
                raise WSManError(UNKNOWN_SHELL, "The signal names no command.")
            self._pipelines[number].stop()
            if code.rpartition("/")[2].casefold() == "terminate":
                self._forget(number)
            self.lock.notify_all()

    def close(self) -> None:
        """Stop everything; who waits for output gets a fault."""
        with self.lock:
            self.open = False
            pipelines = list(self._pipelines.values())
            for number in list(self._pipelines):
                self._pipelines[number].stop()
                self._forget(number)
            self.lock.notify_all()
        for pipeline in pipelines:
            pipeline.join(_JOIN_SECONDS)

    def wait_for_runspace(self, stopped: threading.Event) -> bool:
        """Wait for a free runspace; False where the pipeline was stopped before."""
        with self.lock:
            self.lock.wait_for(lambda: stopped.is_set() or self._busy < max(1, self._pool.max_runspaces))
            if stopped.is_set():
                return False
            self._busy += 1
            return True

    def free_runspace(self) -> None:
        """Give a runspace back."""
        with self.lock:
            self._busy -= 1
            self.lock.notify_all()

    def write_output(self, number: uuid.UUID, clixml: bytes) -> None:
        """Write one object of a pipeline's output; call with the lock held."""
        self._pool.write_output(number, clixml)
        self.drain(everything=False)

    def drain(self, *, everything: bool = True) -> None:
        """Move what was written to where Receive finds it; call with the lock held.

        Args:
            everything: Also what does not fill a fragment yet.
        """
        now = time.monotonic()
        if not everything and now - self._drained < _LINGER and self._pool.waiting() < FRAGMENT:
            return
        self._drained = now
        while payload := self._pool.data_to_send(FRAGMENT):
            self._outbox[payload.pipeline_id].append(payload.data)
        self.lock.notify_all()

    def _take(self, event: psrpcore.PSRPEvent[Any, Any]) -> None:
        pipeline = self._pipelines.get(event.pipeline_id) if event.pipeline_id else None
        match event:
            case psrpcore.CreatePipelineEvent() | psrpcore.GetCommandMetadataEvent() if pipeline:
                pipeline.start()
            case psrpcore.PipelineInputEvent() if pipeline:
                pipeline.put_input(event.data)
            case psrpcore.EndOfPipelineInputEvent() if pipeline:
                pipeline.end_input()
            case psrpcore.SetMaxRunspacesEvent() | psrpcore.SetMinRunspacesEvent():
                self._pool.runspace_availability_response(event.ci, response=event.count > 0)
            case psrpcore.GetAvailableRunspacesEvent():
                free = max(1, self._pool.max_runspaces) - self._busy
                self._pool.runspace_availability_response(event.ci, free)
            case psrpcore.ResetRunspaceStateEvent():
                self._pool.runspace_availability_response(event.ci, response=True)

    def _take_parts(self, number: uuid.UUID | None, capacity: int) -> list[bytes]:
        waiting, parts, total = self._outbox[number], list[bytes](), 0
        while waiting and (not parts or total + len(waiting[0]) <= capacity):
            total += len(waiting[0])
            parts.append(waiting.popleft())
        return parts

    def _known(self, command_id: str | None) -> uuid.UUID | None:
        """The number of a pipeline that the client has not closed; None is the pool's."""
        try:
            number = uuid.UUID(command_id) if command_id else None
        except ValueError:
            raise WSManError(UNKNOWN_SHELL, f"{command_id!r} is not the id of a command.") from None
        if number is not None and number not in self._pipelines:
            raise WSManError(UNKNOWN_SHELL, f"There is no command {command_id} in shell {self.shell_id}.")
        return number

    def _forget(self, number: uuid.UUID) -> None:
        self._pipelines.pop(number, None)
        self._outbox.pop(number, None)
        self._inbox.pop(number, None)
        self._pool.pipeline_table.pop(number, None)

    def _check(self, *, closing: bool = False) -> None:
        if not self.open:
            text = f"The shell {self.shell_id} was closed."
            raise WSManError(ABORTED if closing else UNKNOWN_SHELL, text)


_TIMED_OUT_TEXT: Final = (
    "The WS-Management service cannot complete the operation within the time specified in OperationTimeout."
)
