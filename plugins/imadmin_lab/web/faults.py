"""Things that go wrong on the way to a server, switched on and off by name while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Final

from imadmin_lab.switches import Registry, Switchable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from imadmin_lab.http import Request

    from .authority import CertificateKind

CERTIFICATES: Final[Mapping[str, CertificateKind]] = {
    "certificate-expired": "expired",
    "certificate-not-yet-valid": "not-yet-valid",
    "certificate-wrong-name": "wrong-name",
    "certificate-self-signed": "self-signed",
    "certificate-foreign": "foreign",
}
HANDSHAKE: Final[Mapping[str, str]] = {
    "certificate-expired": "TLS: the server's certificate has expired",
    "certificate-not-yet-valid": "TLS: the server's certificate is not valid yet",
    "certificate-wrong-name": "TLS: the server's certificate is for another host",
    "certificate-self-signed": "TLS: the server's certificate is self-signed",
    "certificate-foreign": "TLS: the server's certificate is from an authority that nobody trusts",
    "handshake-refused": "TLS: the connection ends before the handshake",
    "handshake-stalled": "TLS: the handshake never comes to an end",
    "handshake-old": "TLS: the server speaks TLS 1.0 only",
    "handshake-plain": "TLS: the port speaks plain HTTP",
}
CONNECTION: Final[Mapping[str, str]] = {
    "refused": "nothing listens on the port; open connections end",
}
REQUEST: Final[Mapping[str, str]] = {
    "reset": "the connection is reset (RST) instead of an answer",
    "close": "the connection is closed (FIN) instead of an answer",
    "stall": "no answer until the client gives up",
    "drip": "the answer in small pieces, `seconds` apart",
    "half-body": "half the answer, then FIN",
    "reset-in-body": "half the answer, then RST",
    "redirect": "307 to another host",
    "status": "500 with a page",
    "garbage": "200 with a page to sign in on instead of the answer",
}


@dataclass(eq=False)
class Fault(Switchable):
    """One fault that is switched on.

    Attributes:
        name: A key of `CONNECTION`, `HANDSHAKE` or `REQUEST`.
        path: Only requests whose path begins so; case does not matter.
        when: Only requests for which this is true.
        before_login: Whether it also meets requests that have not logged in yet.
        location: Where `redirect` sends the client.
        status: The status of `status` and `redirect`.
        headers: Further fields of `status`, such as `Retry-After`.
        body: The body of `status` and `garbage`.
        seconds: Between two pieces of `drip`.
        piece: The size of such a piece in bytes.

    Raises:
        ValueError: There is no such fault, or a redirect goes nowhere.
    """

    KNOWN: ClassVar[Collection[str]] = (*CONNECTION, *HANDSHAKE, *REQUEST)

    path: str = ""
    when: Callable[[Request], bool] | None = None
    before_login: bool = False
    location: str = ""
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b"<html><body>Please sign in</body></html>"
    seconds: float = 0.05
    piece: int = 16

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.name == "redirect" and not self.location:
            raise ValueError("a redirect needs a location")

    @property
    def of_handshake(self) -> bool:
        """Whether it meets new connections and not requests."""
        return self.name in HANDSHAKE

    def meets(self, request: Request, *, logged_in: bool) -> bool:
        """Whether this request is to suffer it."""
        if self.name not in REQUEST or not (logged_in or self.before_login):
            return False
        if not request.path.lower().startswith(self.path.lower()):
            return False
        return self.when is None or self.when(request)


class Faults(Registry[Fault]):
    """The faults of a server that are on."""
