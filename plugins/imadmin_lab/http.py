"""What passes between the HTTPS server and the applications behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator


class Headers(Mapping[str, str]):
    """Header fields of one message, looked up without regard to case.

    Args:
        fields: The fields as they were sent; of a repeated one the last counts.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields: Final = {name.lower(): value for name, value in fields.items()}

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True)
class Request:
    r"""One request, read whole, from a client whose log-in is settled.

    Attributes:
        method: `GET`, `POST` …
        path: The path with its query, as sent.
        headers: The fields; give a `Headers`, or anything else that ignores case.
        body: Everything after the head, decompressed.
        user: Who logged in (`DOMAIN\\name` or an address), None where nobody did.
        peer: The connection; the same object for all requests on it.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""
    user: str | None = None
    peer: object = None


@dataclass(frozen=True)
class Response:
    """One answer.

    Attributes:
        status: The HTTP status.
        headers: The fields without `Content-Length`, `Transfer-Encoding`, `Connection` and `Date`, which the
            server adds.
        body: The bytes; or an iterator of parts, each sent as a chunk at once. The server closes the iterator
            (`close()`, where it has one) when the client goes away.
    """

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | Iterator[bytes] = b""


class HungUpError(ConnectionError):
    """Raised by an application that closes the connection in place of an answer."""
