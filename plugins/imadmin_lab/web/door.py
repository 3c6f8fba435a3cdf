"""The listening socket of a server: open, or shut while connections are to be refused."""

from __future__ import annotations

import selectors
import socket
import threading
from typing import TYPE_CHECKING, Final, Protocol

from .faults import CONNECTION

if TYPE_CHECKING:
    from .faults import Faults

_LOOK_AGAIN: Final = 0.25
_SECONDS: Final = 5


class Host(Protocol):
    """The server, as its door sees it."""

    socket: socket.socket

    def accept_one(self) -> None:
        """Accept the connection that waits."""

    def listen_again(self) -> None:
        """Make `socket` listen."""

    def refuse(self) -> None:
        """End all connections, and make `socket` keep the port without listening."""


class Door:
    """Lets connections in, in one thread, until `stop`.

    Args:
        host: Whose door it is.
        faults: What decides whether it is shut.
    """

    def __init__(self, host: Host, faults: Faults) -> None:
        self._host: Final = host
        self._faults: Final = faults
        self._moved: Final = threading.Condition()
        self._alarm, self._rouse = socket.socketpair()
        self._forget: Final = faults.watch(self._faults_changed)
        self._stopped = self._shut = False
        self._serving: Final = threading.Event()

    def serve(self) -> None:
        """Accept connections, until `stop`."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._host.socket, selectors.EVENT_READ)
            selector.register(self._alarm, selectors.EVENT_READ)
            self._serving.set()
            while not self._stopped:
                self._move(selector)
                ready = [key.fileobj for key, _ in selector.select(_LOOK_AGAIN if self._shut else None)]
                if self._alarm in ready:
                    self._alarm.recv(1)
                elif ready:
                    self._host.accept_one()
        self._serving.clear()

    def wait_until_served(self) -> None:
        """Return when `serve`, in another thread, minds what is to be refused."""
        self._serving.wait(_SECONDS)

    def stop(self) -> None:
        """Let nobody in any more."""
        self._stopped = True
        self._rouse.send(b"!")

    def close(self) -> None:
        """Release what it holds; `serve` has ended."""
        self._forget()
        self._alarm.close()
        self._rouse.close()

    def _wants_shut(self) -> bool:
        return any(fault.name in CONNECTION for fault in self._faults.active())

    def _move(self, selector: selectors.BaseSelector) -> None:
        with self._moved:
            if self._wants_shut() and not self._shut:
                selector.unregister(self._host.socket)
                self._host.refuse()
                self._shut = True
            elif self._shut and not self._wants_shut():
                self._host.listen_again()
                selector.register(self._host.socket, selectors.EVENT_READ)
                self._shut = False
            self._moved.notify_all()

    def _faults_changed(self) -> None:
        """Return when the door is as the faults have it."""
        with self._moved:
            if self._serving.is_set() and not self._settled():
                self._rouse.send(b"!")
                self._moved.wait_for(self._settled, _SECONDS)

    def _settled(self) -> bool:
        return self._stopped or self._wants_shut() == self._shut
