"""What can go wrong with EWS itself, switched on and off by name while the server runs.

What goes wrong below HTTP (resets, stalls, bad certificates) is the server's.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from imadmin_lab.http import Response

from .errors import EwsError, FaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_HTML: Final = ("Content-Type", "text/html; charset=utf-8")
_LOGIN_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>"
    b"<form method='post' action='/owa/auth.owa'>"
    b"<input name='username'><input name='password' type='password'></form></body></html>"
)
_BACK_OFF: Final = "BackOffMilliseconds"


@dataclass(eq=False)
class Fault:
    """One fault that is switched on.

    Attributes:
        name: Which; see `KINDS`.
        operation: Only for this operation; empty for all.
        mailbox: Only for calls that concern this address: the caller's, the impersonated or a named one.
        times: How often it happens; None: until it is switched off.
        seconds: How long `slow` takes, and what `busy` and `unavailable` ask the client to wait.
    """

    name: str
    operation: str = ""
    mailbox: str = ""
    times: int | None = None
    seconds: float = 1.0
    ended: threading.Event = field(default_factory=threading.Event)

    def meets(self, operation: str, mailboxes: Iterable[str]) -> bool:
        """Tell whether a call is to suffer it."""
        wanted = self.mailbox.casefold()
        concerned = not wanted or wanted in (one.casefold() for one in mailboxes)
        return concerned and self.operation in ("", operation)


@dataclass(frozen=True)
class Kind:
    """What a fault does: `instead` of the answer, as an `error` in it, or to what was answered (`after`)."""

    says: str
    instead: Callable[[Fault], Response] | None = None
    error: Callable[[Fault], EwsError] | None = None
    after: Callable[[Fault, Response], Response] | None = None


class Faults:
    """The faults that are switched on now; safe to use from several threads."""

    def __init__(self) -> None:
        self._active: Final[list[Fault]] = []
        self._lock: Final = threading.Lock()

    def switch_on(self, fault: Fault) -> Fault:
        """Let it happen; of several that meet a call the first does."""
        if fault.name not in KINDS:
            raise ValueError(f"unknown fault {fault.name!r}; known: {', '.join(KINDS)}")
        with self._lock:
            self._active.append(fault)
        return fault

    def switch_off(self, name: str = "") -> None:
        """End all faults of this name, or all."""
        with self._lock:
            ended = [fault for fault in self._active if name in ("", fault.name)]
            self._active[:] = [fault for fault in self._active if fault not in ended]
        for fault in ended:
            fault.ended.set()

    def active(self) -> list[Fault]:
        """Give the faults that are on."""
        with self._lock:
            return list(self._active)

    def take(self, operation: str, mailboxes: Iterable[str]) -> Fault | None:
        """Give the fault that a call suffers; counted as happened."""
        concerned = tuple(mailboxes)
        with self._lock:
            fault = next((one for one in self._active if one.meets(operation, concerned)), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._active.remove(fault)
        return fault


def _status(status: int, *headers: tuple[str, str], body: bytes = b"") -> Callable[[Fault], Response]:
    return lambda _: Response(status, list(headers), body)


def _code(code: str) -> Callable[[Fault], EwsError]:
    return lambda _: EwsError(code)


def _busy(fault: Fault) -> EwsError:
    text = "The server cannot service this request right now. Try again later."
    return FaultError("ErrorServerBusy", text, {_BACK_OFF: str(int(fault.seconds * 1000))})


def _unavailable(fault: Fault) -> Response:
    return Response(503, [("Retry-After", str(int(fault.seconds))), _HTML], b"<h2>Service Unavailable</h2>")


def _with_body(change: Callable[[bytes], bytes]) -> Callable[[Fault, Response], Response]:
    def after(_: Fault, response: Response) -> Response:
        body = response.body if isinstance(response.body, bytes) else b"".join(response.body)
        return Response(response.status, response.headers, change(body))

    return after


def _other_type(_: Fault, response: Response) -> Response:
    return Response(response.status, [("Content-Type", "application/octet-stream")], response.body)


def _slow(fault: Fault, response: Response) -> Response:
    fault.ended.wait(fault.seconds)
    return response


_UNAUTHORIZED = _status(401, ("WWW-Authenticate", 'Basic realm="mail"'))
KINDS: Final = {
    "access-denied": Kind("ErrorAccessDenied for every item and folder", error=_code("ErrorAccessDenied")),
    "busy": Kind("throttled: ErrorServerBusy with BackOffMilliseconds", error=_busy),
    "cas-error": Kind("500 with X-CasErrorCode", _status(500, ("X-CasErrorCode", "UserNotFound"))),
    "connections": Kind(
        "throttled: ErrorExceededConnectionCount", error=lambda _: FaultError("ErrorExceededConnectionCount")
    ),
    "empty": Kind("200 with nothing", after=_with_body(lambda _: b"")),
    "forbidden": Kind("403: EWS is not allowed", _status(403)),
    "half": Kind("200, well-formed to the half", after=_with_body(lambda body: body[: len(body) // 2])),
    "impersonation-denied": Kind(
        "ErrorImpersonateUserDenied", error=lambda _: FaultError("ErrorImpersonateUserDenied")
    ),
    "internal-error": Kind("500 with a page", _status(500, _HTML, body=b"<h1>Runtime Error</h1>")),
    "login-page": Kind("200 with a page to sign in on", _status(200, _HTML, body=_LOGIN_PAGE)),
    "login-redirect": Kind("302 to a page to sign in on", _status(302, ("Location", "/owa/auth/logon.aspx"))),
    "mailbox-moving": Kind("ErrorMailboxMoveInProgress", error=_code("ErrorMailboxMoveInProgress")),
    "mailbox-unavailable": Kind("ErrorMailboxStoreUnavailable", error=_code("ErrorMailboxStoreUnavailable")),
    "malformed": Kind("200, not well-formed", after=_with_body(lambda body: body.replace(b"</", b"<", 1))),
    "no-mailbox": Kind("ErrorNonExistentMailbox", error=_code("ErrorNonExistentMailbox")),
    "no-version": Kind("an answer without ServerVersionInfo"),
    "not-found": Kind("404", _status(404, _HTML, body=b"<h1>404</h1>")),
    "old-server": Kind(
        "ErrorInvalidServerVersion: an older server", error=lambda _: FaultError("ErrorInvalidServerVersion")
    ),
    "slow": Kind("the right answer, after `seconds`", after=_slow),
    "too-large": Kind("413", _status(413)),
    "too-many-requests": Kind("429", _status(429, ("Retry-After", "1"))),
    "transient": Kind("ErrorInternalServerTransientError", error=_code("ErrorInternalServerTransientError")),
    "unauthorized": Kind("401, whatever the password", _UNAUTHORIZED),
    "unavailable": Kind("503 with Retry-After", _unavailable),
    "unknown-code": Kind("a ResponseCode that no client knows", error=_code("ErrorLabUnheardOf")),
    "wrong-type": Kind("the right answer as application/octet-stream", after=_other_type),
}
