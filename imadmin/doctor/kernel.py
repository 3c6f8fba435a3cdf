"""The kernel that runbooks are executed in: really started, with one cell."""

from __future__ import annotations

import asyncio
import sys
import time
from subprocess import DEVNULL
from typing import TYPE_CHECKING, Any, Final

from imadmin.errors import SourceError
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.asynchronous.client import AsyncKernelClient

    from imadmin.access import Access

__all__ = ["KERNEL"]

_SECONDS: Final = 40.0
_CELL: Final = "import imadmin.runbook"
_NO_HISTORY: Final = ["--HistoryManager.enabled=False"]
_REMEDY: Final = "Run it by hand, to see what it says: {python} -P -m imadmin.runbook.kernel"


def _run(_access: Access) -> Iterator[Finding]:
    begin = time.perf_counter()
    # zmq needs a selector loop, which is not the default on Windows.
    factory = asyncio.SelectorEventLoop if sys.platform == "win32" else None
    try:
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(_executed())
    except (RuntimeError, OSError, SourceError) as error:
        told = error.what if isinstance(error, SourceError) else " ".join(str(error).split())
        remedy = _REMEDY.format(python=sys.executable)
        yield Finding("kernel", Status.FAIL, told or type(error).__name__, remedy=remedy)
        return
    seconds = time.perf_counter() - begin
    what = f"a kernel was started, executed a cell, and ended, in {seconds:.1f} seconds"
    yield Finding("kernel", Status.PASS, what, evidence={"seconds": round(seconds, 3)})


async def _executed() -> None:
    """Start a kernel as a run does, execute a cell in it, and end it."""
    from imadmin.runbook.manager import kernel_manager

    with kernel_manager() as manager:
        quiet = {"stdout": DEVNULL, "stderr": DEVNULL}  # what it says is not for our reader
        await manager.start_kernel(extra_arguments=list(_NO_HISTORY), **quiet)
        client = manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=_SECONDS)
            await _cell(client)
        finally:
            client.stop_channels()
            await manager.shutdown_kernel(now=True)


async def _cell(client: AsyncKernelClient) -> None:
    try:
        reply: dict[str, Any] = await client.execute_interactive(
            _CELL, allow_stdin=False, store_history=False, timeout=_SECONDS, output_hook=lambda _: None
        )
    except TimeoutError:
        raise SourceError(f"the cell had not ended after {_SECONDS:g} seconds") from None
    content = reply["content"]
    if content["status"] != "ok":
        raise SourceError(f"the cell {_CELL!r} failed: {content.get('ename')}: {content.get('evalue')}")


KERNEL: Final = Probe("kernel", "The kernel of runbooks", _run)
"""Tries it."""
