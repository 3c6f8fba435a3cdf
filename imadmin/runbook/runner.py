"""Executing a runbook: one kernel, cell after cell, saved as it goes, stopped at the first failure."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
import zmq
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from imadmin.home import write_private
from imadmin.records import Event
from imadmin.runbook import notebooks
from imadmin.runbook.live import EVENT_MIME
from imadmin.runbook.manager import kernel_manager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from types import FrameType

    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

    from imadmin.runbook.catalog import Runbook

__all__ = ["Ending", "execute"]

GRACE_SECONDS = 5.0
OUTPUT_SECONDS = 60
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_NO_HISTORY = ["--HistoryManager.enabled=False"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a runbook ended.

    Attributes:
        status: `pass`, `error` (a cell raised, timed out, or the kernel died) or `interrupted`.
        message: what happened, in a line; empty where all went well.
        cell: the heading above the cell in which it happened.
    """

    status: str
    message: str = ""
    cell: str = ""


def execute(
    runbook: Runbook,
    target: Path,
    values: Mapping[str, object],
    *,
    environment: Mapping[str, str],
    timeout: float | None = None,
    tell: Callable[[Event], None],
) -> Ending:
    """Execute *runbook* with parameter *values*, and keep the executed copy at *target*.

    Args:
        runbook: read, never written.
        target: the copy's path; written after every cell.
        values: converted parameters.
        environment: added to the kernel's.
        timeout: seconds that a cell may take.
        tell: hears of cells, and of what the kernel tells.

    Raises:
        NotebookError: it is no notebook that can be executed; no kernel was started.
    """
    notebook = notebooks.read(runbook.path)
    notebooks.inject(notebook, values)
    run = _Execution(notebook, target, dict(environment), timeout, tell)
    # zmq needs a selector loop, which is not the default on Windows.
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(run.execute())


class _Client(NotebookClient):
    """Takes imadmin's events out of the kernel's stream, so that they do not land in the notebook."""

    tell: Callable[[Event], None]

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        data = msg["content"].get("data") if msg["msg_type"] == "display_data" else None
        if isinstance(data, dict) and EVENT_MIME in data:
            with suppress(TypeError):  # a cell may show anything
                self.tell(Event(**data[EVENT_MIME]))
            return None
        return super().process_message(msg, cell, cell_index)


class _Execution:
    """One execution of one notebook."""

    def __init__(
        self,
        notebook: NotebookNode,
        target: Path,
        environment: dict[str, str],
        timeout: float | None,
        tell: Callable[[Event], None],
    ) -> None:
        self._notebook = notebook
        self._target = target
        self._environment = environment
        self._tell = tell
        self._timeout = timeout
        self._timed_out = False
        self._interrupted = 0
        self._ready = False
        self._heading = ""
        # Its own timeout knows whole seconds only, and lets a cell end well that swallows the interrupt.
        self._client = _Client(
            notebook,
            iopub_timeout=OUTPUT_SECONDS,
            raise_on_iopub_timeout=True,
            store_widget_state=False,
            shutdown_kernel="immediate",
            extra_arguments=list(_NO_HISTORY),
        )
        self._client.tell = tell

    async def execute(self) -> Ending:
        try:
            with kernel_manager() as manager, self._own_signals(manager):
                self._client.km = manager
                return await self._with_kernel(manager)
        finally:
            self._save()

    async def _with_kernel(self, manager: AsyncKernelManager) -> Ending:
        environment = {**os.environ, **self._environment}
        try:
            await self._client.async_start_new_kernel(env=environment)
            await self._client.async_start_new_kernel_client()
        except (RuntimeError, OSError, zmq.ZMQError) as error:
            await _kill(manager)
            if self._interrupted:
                return Ending("interrupted", "interrupted")
            return Ending("error", f"the kernel did not start: {_one_line(str(error))}")
        self._ready = True
        try:
            return await self._cells(manager)
        finally:
            self._ready = False
            # The kernel keeps nothing that a slow shutdown would save; a second Ctrl-C may have ended it.
            with suppress(asyncio.InvalidStateError):
                await self._client._async_cleanup_kernel()  # noqa: SLF001 - what nbclient's own execute calls

    async def _cells(self, manager: AsyncKernelManager) -> Ending:
        for index, cell in enumerate(self._notebook.cells):
            if cell.cell_type == "markdown":
                self._heading = _heading(cell.source) or self._heading
                continue
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            if self._interrupted:
                return Ending("interrupted", "interrupted", self._heading)
            ending = await self._cell(cell, index, manager)
            self._save()
            if ending is not None:
                return ending
        return Ending("pass")

    async def _cell(self, cell: NotebookNode, index: int, manager: AsyncKernelManager) -> Ending | None:
        self._tell(Event("cell", self._heading, "started"))
        begin = time.perf_counter()
        watch = asyncio.create_task(self._watch(manager))
        ending = await self._execute_cell(cell, index)
        watch.cancel()
        if self._interrupted:
            ending = Ending("interrupted", "interrupted", self._heading)
        elif self._timed_out:
            ending = Ending("error", f"a cell took longer than {self._timeout:g} seconds", self._heading)
        seconds = time.perf_counter() - begin
        status = ending.status if ending else "pass"
        cell.metadata["imadmin"] = {"status": status, "seconds": round(seconds, 3)}
        self._tell(Event("cell", self._heading, status, ending.message if ending else "", seconds))
        return ending

    async def _execute_cell(self, cell: NotebookNode, index: int) -> Ending | None:
        try:
            await self._client.async_execute_cell(cell, index)
        except CellTimeoutError:
            return Ending("error", f"the output did not come within {OUTPUT_SECONDS} seconds", self._heading)
        except CellExecutionError as error:
            return Ending("error", _one_line(f"{error.ename}: {error.evalue}"), self._heading)
        except DeadKernelError:
            return Ending("error", "the kernel died", self._heading)
        except RuntimeError as error:
            return Ending("error", _one_line(str(error)), self._heading)
        return None

    async def _watch(self, manager: AsyncKernelManager) -> None:
        """Stop a cell that takes longer than it may."""
        if self._timeout is not None:
            await asyncio.sleep(self._timeout)
            self._timed_out = True
            await _stop(manager)

    @contextmanager
    def _own_signals(self, manager: AsyncKernelManager) -> Iterator[None]:
        """Ctrl-C interrupts the cell; a second one, or a cell that does not listen, ends the kernel.

        Likewise the signals that end a process, so that its kernel ends with it. A signal that is ignored
        (nohup, a script's background job) stays so.
        """
        loop = asyncio.get_running_loop()
        tasks = []  # of which the loop itself keeps no more than a weak reference

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            self._interrupted += 1
            loop.call_soon_threadsafe(lambda: tasks.append(loop.create_task(self._interrupt(manager))))

        numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        heard = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
        previous = [(number, signal.signal(number, on_signal)) for number in heard]
        try:
            yield
        finally:
            for number, handler in previous:
                signal.signal(number, handler)

    async def _interrupt(self, manager: AsyncKernelManager) -> None:
        if self._interrupted > 1:
            await _kill(manager)
        elif self._ready:
            await _stop(manager)

    def _save(self) -> None:
        write_private(self._target, nbformat.writes(self._notebook))  # type: ignore[no-untyped-call]


async def _stop(manager: AsyncKernelManager) -> None:
    """Interrupt the cell; one that does not listen loses its kernel."""
    with suppress(RuntimeError):  # it has just ended by itself
        await ensure_async(manager.interrupt_kernel())
    await asyncio.sleep(GRACE_SECONDS)
    await _kill(manager)


async def _kill(manager: AsyncKernelManager) -> None:
    with suppress(RuntimeError):
        await ensure_async(manager.shutdown_kernel(now=True))


def _heading(source: str) -> str:
    return next((line.lstrip("# ").strip() for line in source.splitlines() if line.startswith("#")), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
