"""Executing a runbook: one kernel, cell after cell, saved as it goes, stopped at the first failure."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from imadmin.home import write_private
from imadmin.records import Event
from imadmin.runbook.live import EVENT_MIME
from imadmin.runbook.manager import kernel_manager
from imadmin.runbook.parameters import INJECTED_TAG, TAG, injected_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from nbformat import NotebookNode

    from imadmin.runbook.catalog import Runbook

__all__ = ["Ending", "execute"]

NBFORMAT = 4
GRACE_SECONDS = 5.0
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
    """
    notebook: NotebookNode = nbformat.reads(  # type: ignore[no-untyped-call]
        runbook.path.read_text(encoding="utf-8"), as_version=NBFORMAT
    )
    _inject(notebook, values)
    run = _Execution(notebook, target, dict(environment), timeout, tell)
    # zmq needs a selector loop, which is not the default on Windows.
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(run.execute())


def _inject(notebook: NotebookNode, values: Mapping[str, object]) -> None:
    if not values:
        return
    cell = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]
        injected_source(values), metadata={"tags": [INJECTED_TAG]}
    )
    places = [i for i, c in enumerate(notebook.cells) if TAG in c.metadata.get("tags", [])]
    notebook.cells.insert(places[0] + 1 if places else 0, cell)


class _Client(NotebookClient):
    """Takes imadmin's events out of the kernel's stream, so that they do not land in the notebook."""

    tell: Callable[[Event], None]

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        data = msg["content"].get("data") if msg["msg_type"] == "display_data" else None
        if isinstance(data, dict) and EVENT_MIME in data:
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
        self._interrupted = 0
        self._heading = ""
        self._client = _Client(
            notebook,
            timeout=timeout,
            interrupt_on_timeout=True,
            iopub_timeout=60,
            raise_on_iopub_timeout=True,
            store_widget_state=False,
            shutdown_kernel="immediate",
            extra_arguments=list(_NO_HISTORY),
        )
        self._client.tell = tell

    async def execute(self) -> Ending:
        previous = self._own_interrupt()
        try:
            with kernel_manager() as manager:
                self._client.km = manager
                return await self._with_kernel()
        finally:
            signal.signal(signal.SIGINT, previous)
            self._save()

    async def _with_kernel(self) -> Ending:
        environment = {**os.environ, **self._environment}
        try:
            await self._client.async_start_new_kernel(env=environment, cwd=str(Path.cwd()))
            await self._client.async_start_new_kernel_client()
        except RuntimeError as error:
            return Ending("error", f"the kernel did not start: {error}")
        try:
            return await self._cells()
        finally:
            # The kernel keeps nothing that a slow shutdown would save.
            await self._client._async_cleanup_kernel()  # noqa: SLF001 - what nbclient's own execute calls

    async def _cells(self) -> Ending:
        for index, cell in enumerate(self._notebook.cells):
            if cell.cell_type == "markdown":
                self._heading = _heading(cell.source) or self._heading
                continue
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            ending = await self._cell(cell, index)
            self._save()
            if ending is not None:
                return ending
        return Ending("pass")

    async def _cell(self, cell: NotebookNode, index: int) -> Ending | None:
        self._tell(Event("cell", self._heading, "started"))
        begin = time.perf_counter()
        ending = await self._execute_cell(cell, index)
        if self._interrupted:
            ending = Ending("interrupted", "interrupted", self._heading)
        seconds = time.perf_counter() - begin
        status = ending.status if ending else "pass"
        cell.metadata["imadmin"] = {"status": status, "seconds": round(seconds, 3)}
        self._tell(Event("cell", self._heading, status, ending.message if ending else "", seconds))
        return ending

    async def _execute_cell(self, cell: NotebookNode, index: int) -> Ending | None:
        try:
            await self._client.async_execute_cell(cell, index)
        except CellTimeoutError:
            return Ending("error", "a cell took longer than it may", self._heading)
        except CellExecutionError as error:
            return Ending("error", _one_line(f"{error.ename}: {error.evalue}"), self._heading)
        except DeadKernelError:
            return Ending("error", "the kernel died", self._heading)
        except RuntimeError as error:
            return Ending("error", _one_line(str(error)), self._heading)
        return None

    def _own_interrupt(self) -> Any:
        """Ctrl-C interrupts the cell, a second one or a cell that does not listen ends the kernel."""
        loop = asyncio.get_running_loop()

        def on_interrupt(_number: int, _frame: FrameType | None) -> None:
            self._interrupted += 1
            loop.call_soon_threadsafe(lambda: loop.create_task(self._interrupt()))

        return signal.signal(signal.SIGINT, on_interrupt)

    async def _interrupt(self) -> None:
        manager = self._client.km
        if manager is None:
            return
        if self._interrupted == 1:
            await ensure_async(manager.interrupt_kernel())
            await asyncio.sleep(GRACE_SECONDS)
        await ensure_async(manager.shutdown_kernel(now=True))

    def _save(self) -> None:
        write_private(self._target, nbformat.writes(self._notebook))  # type: ignore[no-untyped-call]


def _heading(source: str) -> str:
    return next((line.lstrip("# ").strip() for line in source.splitlines() if line.startswith("#")), "")


def _one_line(text: str) -> str:
    return " ".join(text.split())
