"""Writing answers to a connection, whole or spoilt by a fault."""

from __future__ import annotations

import socket
import struct
from dataclasses import replace
from http import HTTPStatus
from http.client import responses
from typing import TYPE_CHECKING, Final

from imadmin_lab.http import Response

from .site import HTML

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from .connection import Peer
    from .faults import Fault

_POLL: Final = 0.1
_BODILESS: Final = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


class Answers:
    """Writes to one connection.

    Args:
        stream: Where to, buffered.
        peer: The client.
        stopping: Set when the server stops: nothing is held back any longer.
    """

    def __init__(self, stream: BinaryIO, peer: Peer, stopping: threading.Event) -> None:
        self._stream: Final = stream
        self._peer: Final = peer
        self._stopping: Final = stopping

    def send(self, response: Response, *, head_only: bool = False, last: bool = False) -> None:
        """Send an answer; raises OSError where the client has gone."""
        if isinstance(response.body, bytes):
            bodiless = response.status in _BODILESS
            length = [] if bodiless else [("Content-Length", str(len(response.body)))]
            self._stream.write(_head(response, length, last=last))
            self._stream.write(b"" if head_only or bodiless else response.body)
        else:
            self._stream.write(_head(response, [("Transfer-Encoding", "chunked")], last=last))
            self._send_chunks(response.body, head_only=head_only)
        self._stream.flush()

    def _send_chunks(self, parts: Iterator[bytes], *, head_only: bool) -> None:
        try:
            self._stream.flush()
            for part in parts if not head_only else ():
                if part:
                    self._stream.write(b"%x\r\n%b\r\n" % (len(part), part))
                    self._stream.flush()
        finally:
            getattr(parts, "close", bool)()
        self._stream.write(b"" if head_only else b"0\r\n\r\n")

    def spoil(self, fault: Fault, answer: Callable[[], Response]) -> None:
        """Do what a fault does instead of sending the answer, which is made only where the fault needs it."""
        spoilers: dict[str, Callable[[], None]] = {
            "reset": self._reset,
            "close": lambda: None,
            "stall": self._stall,
            "drip": lambda: self._drip(fault, answer()),
            "half-body": lambda: self._send_half(answer()),
            "reset-in-body": lambda: self._send_half(answer(), reset=True),
        }
        spoilers[fault.name]()

    def _reset(self) -> None:
        """Make the coming close a reset."""
        self._peer.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._peer.abort = True

    def _stall(self) -> None:
        while not self._peer.hung_up() and not self._stopping.wait(_POLL):
            pass

    def _drip(self, fault: Fault, response: Response) -> None:
        whole = _whole(response)
        for start in range(0, len(whole), fault.piece):
            self._stream.write(whole[start : start + fault.piece])
            self._stream.flush()
            if self._stopping.wait(fault.seconds):
                return

    def _send_half(self, response: Response, *, reset: bool = False) -> None:
        whole = _whole(response)
        body = len(whole) - whole.index(b"\r\n\r\n") - 4
        self._stream.write(whole[: len(whole) - (body + 1) // 2])
        self._stream.flush()
        if reset:
            self._reset()


def instead(fault: Fault) -> Response | None:
    """The whole answer that a fault gives in place of the true one; None where it has none."""
    if fault.name == "redirect":
        where = [("Location", fault.location), *fault.headers]
        return Response(fault.status or HTTPStatus.TEMPORARY_REDIRECT, where)
    if fault.name == "status":
        fields = (
            fault.headers
            if any(n.lower() == "content-type" for n, _ in fault.headers)
            else HTML + fault.headers
        )
        return Response(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR, list(fields), fault.body)
    if fault.name == "garbage":
        return Response(HTTPStatus.OK, HTML + fault.headers, fault.body)
    return None


def _whole(response: Response) -> bytes:
    body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    length = [("Content-Length", str(len(body)))]
    return _head(replace(response, body=body), length, last=True) + body


def _head(response: Response, framing: list[tuple[str, str]], *, last: bool) -> bytes:
    from email.utils import formatdate

    reason = responses.get(response.status, "")
    fields = [*response.headers, *framing, ("Date", formatdate(usegmt=True)), ("Server", "imadmin-lab")]
    fields += [("Connection", "close")] if last else []
    lines = [
        f"HTTP/1.1 {response.status:d} {reason}",
        *(f"{name}: {value}" for name, value in fields),
        "",
        "",
    ]
    return "\r\n".join(lines).encode("latin-1")
