"""Things that go wrong on the way to a server, switched on and off by name while it runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin_lab.http import Request

    from .authority import CertificateKind

HandshakeFault = Literal[
    "certificate-expired",
    "certificate-not-yet-valid",
    "certificate-wrong-name",
    "certificate-self-signed",
    "certificate-foreign",
    "handshake-refused",
    "handshake-stalled",
]
RequestFault = Literal[
    "reset", "close", "stall", "drip", "half-body", "reset-in-body", "redirect", "status", "garbage"
]
FaultKind = HandshakeFault | RequestFault
HANDSHAKE: Final[tuple[HandshakeFault, ...]] = get_args(HandshakeFault)
REQUEST: Final[tuple[RequestFault, ...]] = get_args(RequestFault)
CERTIFICATES: Final[dict[str, CertificateKind]] = {
    "certificate-expired": "expired",
    "certificate-not-yet-valid": "not-yet-valid",
    "certificate-wrong-name": "wrong-name",
    "certificate-self-signed": "self-signed",
    "certificate-foreign": "foreign",
}


@dataclass(eq=False)
class Fault:
    """One fault that is switched on.

    Attributes:
        kind: Of a handshake: `certificate-…` presents a bad certificate; `handshake-refused`,
            `handshake-stalled`. Of a request: `reset` (RST, no answer), `close` (nothing, then FIN),
            `stall` (none until the client gives up), `drip` (the answer in small pieces), `half-body`
            (half of it, then FIN), `reset-in-body` (half of it, then RST), `redirect`, `status`, `garbage`
            (200 with a page instead of the answer).
        path: Only requests whose path begins so; case does not matter.
        when: Only requests for which this is true.
        times: How often it happens; None: until it is switched off.
        before_login: Whether it also meets requests that have not logged in yet.
        location: Where `redirect` sends the client.
        status: The status of `status` and `redirect`.
        headers: Further fields of `status`, such as `Retry-After`.
        body: The body of `status` and `garbage`.
        seconds: Between two pieces of `drip`.
        piece: The size of such a piece in bytes.
    """

    kind: FaultKind
    path: str = ""
    when: Callable[[Request], bool] | None = None
    times: int | None = None
    before_login: bool = False
    location: str = ""
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b"<html><body>Please sign in</body></html>"
    seconds: float = 0.05
    piece: int = 16

    def meets(self, request: Request) -> bool:
        """Whether this request is to suffer it."""
        if not request.path.lower().startswith(self.path.lower()):
            return False
        return self.when is None or self.when(request)


class Faults:
    """The faults that are switched on now; safe to use from several threads."""

    def __init__(self) -> None:
        self._active: Final[list[Fault]] = []
        self._lock: Final = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on; of several that meet a request the first happens.

        Raises:
            ValueError: There is no such kind, or a redirect goes nowhere.
        """
        if fault.kind not in HANDSHAKE + REQUEST:
            known = ", ".join(HANDSHAKE + REQUEST)
            raise ValueError(f"unknown fault {fault.kind!r}; known: {known}")
        if fault.kind == "redirect" and not fault.location:
            raise ValueError("a redirect needs a location")
        with self._lock:
            self._active.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Switch a fault off; one that is off already is left so."""
        with self._lock:
            if fault in self._active:
                self._active.remove(fault)

    def clear(self) -> None:
        """Switch all off."""
        with self._lock:
            self._active.clear()

    def active(self) -> list[Fault]:
        """The faults that are on."""
        with self._lock:
            return list(self._active)

    def for_handshake(self) -> Fault | None:
        """The fault that a new connection suffers; counted as happened."""
        return self._take(lambda fault: fault.kind in HANDSHAKE)

    def for_request(self, request: Request, *, logged_in: bool) -> Fault | None:
        """The fault that this request suffers; counted as happened."""
        return self._take(
            lambda fault: fault.kind in REQUEST and (logged_in or fault.before_login) and fault.meets(request)
        )

    def _take(self, wanted: Callable[[Fault], bool]) -> Fault | None:
        with self._lock:
            fault = next((fault for fault in self._active if wanted(fault)), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._active.remove(fault)
            return fault
