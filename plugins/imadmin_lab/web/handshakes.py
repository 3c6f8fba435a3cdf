"""TLS handshakes that come to nothing."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

_SECONDS: Final = 10
_TLS_1_0: Final = b"\x03\x01"
_CIPHER: Final = b"\xc0\x14"  # TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA, one of those that TLS 1.0 has
_PLAIN: Final = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 11\r\nConnection: close\r\n\r\n"
    b"Bad Request"
)


def spoil(connection: socket.socket, name: str) -> None:
    """Do what a fault of the handshake does; the connection is closed afterwards."""
    connection.settimeout(_SECONDS)
    _SPOILERS[name](connection)


def _refuse(connection: socket.socket) -> None:
    del connection


def _stall(connection: socket.socket) -> None:
    connection.settimeout(None)
    while connection.recv(1024):
        pass


def _answer_old(connection: socket.socket) -> None:
    """Agree on TLS 1.0, as a server does that has nothing newer."""
    connection.recv(1 << 14)
    hello = _TLS_1_0 + bytes(32) + b"\0" + _CIPHER + b"\0"
    message = b"\x02" + len(hello).to_bytes(3, "big") + hello
    connection.sendall(b"\x16" + _TLS_1_0 + struct.pack(">H", len(message)) + message)
    connection.recv(1024)


def _answer_plain(connection: socket.socket) -> None:
    connection.recv(1 << 14)
    connection.sendall(_PLAIN)
    connection.recv(1024)


_SPOILERS: Final[dict[str, Callable[[socket.socket], None]]] = {
    "handshake-refused": _refuse,
    "handshake-stalled": _stall,
    "handshake-old": _answer_old,
    "handshake-plain": _answer_plain,
}
