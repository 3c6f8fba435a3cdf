"""How a command talks to a lab in the background: JSON over loopback, proved by a shared key."""

from __future__ import annotations

import json
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener
from typing import TYPE_CHECKING, Final

from imadmin import ImadminError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["ControlChannel", "ask"]

_HOST: Final = "127.0.0.1"
_STOP: Final = "stop"


def ask(port: int, key: bytes, request: Mapping[str, object]) -> dict[str, object]:
    """Send a request to the lab that listens on *port*, and give its answer.

    Raises:
        OSError: nobody answers there, or it is not that lab.
    """
    try:
        with Client((_HOST, port), authkey=key) as connection:
            connection.send_bytes(json.dumps(request).encode())
            answer: dict[str, object] = json.loads(connection.recv_bytes())
    except (AuthenticationError, EOFError) as error:
        raise ConnectionError("the lab does not answer") from error
    return answer


class ControlChannel:
    """The lab's end of the channel.

    Args:
        key: what a caller has to know.
        answer: gives the answer to a request; a `ValueError` or `ImadminError` is told to the caller.
    """

    def __init__(self, key: bytes, answer: Callable[[dict[str, object]], Mapping[str, object]]) -> None:
        self._listener = Listener((_HOST, 0), authkey=key)
        self._answer = answer

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.address[1])

    def serve(self) -> None:
        """Answer one request after the other, until one asks it to stop."""
        with self._listener:
            while self._serve_one() != _STOP:
                pass

    def _serve_one(self) -> object:
        try:
            with self._listener.accept() as connection:
                request: dict[str, object] = json.loads(connection.recv_bytes())
                connection.send_bytes(json.dumps(self._answered(request)).encode())
                return request.get("do")
        except (AuthenticationError, OSError, EOFError, ValueError):
            return None  # a stranger, or one that went away

    def _answered(self, request: dict[str, object]) -> Mapping[str, object]:
        try:
            return self._answer(request)
        except (ValueError, ImadminError) as error:
            return {"error": str(error)}
