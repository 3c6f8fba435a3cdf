"""A kernel manager for our own kernel: no kernelspec on disk can replace it, no other user can read it."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["kernel_manager"]

LONGEST_SOCKET = 90
"""Of the 104 bytes that a socket's path may have on every system; the rest is for its number."""


class _Manager(AsyncKernelManager):
    """Starts `imadmin.runbook.kernel` with this very interpreter."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """Made in code, not looked up."""
        return KernelSpec(
            argv=[sys.executable, "-P", "-m", "imadmin.runbook.kernel", "-f", "{connection_file}"],
            display_name="imadmin",
            language="python",
            metadata={"supported_encryption": ["curve"]},
        )


@contextmanager
def kernel_manager() -> Iterator[AsyncKernelManager]:
    """A manager whose sockets only the user can reach: in a private folder, else encrypted."""
    with tempfile.TemporaryDirectory(prefix="imadmin-", ignore_cleanup_errors=True) as folder:
        manager = _Manager(connection_file=str(Path(folder) / "kernel.json"))
        socket = str(Path(folder) / "k")
        if sys.platform == "win32" or len(os.fsencode(socket)) > LONGEST_SOCKET:
            _encrypt(manager)
        else:
            manager.transport = "ipc"
            manager.ip = socket
        yield manager


def _encrypt(manager: AsyncKernelManager) -> None:
    import zmq

    if zmq.has("curve") and manager.has_trait("transport_encryption"):
        manager.transport_encryption = "required"
