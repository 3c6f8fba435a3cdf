"""The kernel that runbooks are executed in: `python -P -m imadmin.runbook.kernel -f CONNECTION_FILE`.

An ipykernel without debugger and history (which would keep parameters in the user's profile), and with
back-pressure where ipykernel would drop messages when many are shown at once.
"""

from __future__ import annotations

import sys
from typing import Any


def main() -> None:
    """Start it; returns when the kernel is shut down."""
    modules: dict[str, Any] = sys.modules
    modules.setdefault("debugpy", None)  # as if it were not installed
    import zmq
    from ipykernel.kernelapp import IPKernelApp

    class KernelApp(IPKernelApp):
        """Blocks, instead of dropping, when the reader is slower than the writer."""

        def _bind_socket(self, s: zmq.Socket[bytes], port: int) -> int:
            inner = getattr(s, "socket", s)
            if inner.socket_type == zmq.XPUB:
                inner.setsockopt(zmq.XPUB_NODROP, 1)
            return int(super()._bind_socket(s, port))  # type: ignore[no-untyped-call]

    KernelApp.launch_instance()


if __name__ == "__main__":
    main()
