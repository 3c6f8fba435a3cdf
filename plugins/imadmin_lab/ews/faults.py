"""What can go wrong with EWS itself, switched on and off by name while the server runs.

What goes wrong below HTTP (resets, stalls, bad certificates) is the server's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from imadmin_lab.http import Response
from imadmin_lab.switches import Registry, Switchable

from .errors import EwsError, FaultError, schema_violation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_HTML: Final = ("Content-Type", "text/html; charset=utf-8")
_LOGIN_PAGE: Final = (
    b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>"
    b"<form method='post' action='/owa/auth.owa'>"
    b"<input name='username'><input name='password' type='password'></form></body></html>"
)
_OPERATIONS: Final = re.compile(rb"<m:(\w+)Response[ >]")
_BACK_OFF: Final = "BackOffMilliseconds"


@dataclass(frozen=True)
class Kind:
    """What a fault does: `instead` of the answer, as an `error` in it, or to what was answered (`after`)."""

    says: str
    instead: Callable[[Fault], Response] | None = None
    error: Callable[[Fault], EwsError] | None = None
    after: Callable[[Fault, Response], Response] | None = None


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


def _other_operation(body: bytes) -> bytes:
    for name in _OPERATIONS.findall(body)[:1]:
        body = body.replace(name, b"ConvertId")
    return body


def _slow(fault: Fault, response: Response) -> Response:
    fault.ended.wait(fault.seconds)
    return response


_UNAUTHORIZED = _status(401, ("WWW-Authenticate", 'Basic realm="mail"'))
KINDS: Final[Mapping[str, Kind]] = {
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
    "other-operation": Kind("the answer to another operation", after=_with_body(_other_operation)),
    "schema-violation": Kind(
        "ErrorSchemaValidation, whatever was asked", error=lambda _: schema_violation("")
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


@dataclass(eq=False)
class Fault(Switchable):
    """One fault that is switched on.

    Attributes:
        name: A key of `KINDS`.
        operation: Only for this operation; empty for all.
        mailbox: Only for calls that concern this address: the caller's, the impersonated or a named one.
        seconds: How long `slow` takes, and what `busy` and `unavailable` ask the client to wait.
    """

    KNOWN: ClassVar[Collection[str]] = tuple(KINDS)

    operation: str = ""
    mailbox: str = ""
    seconds: float = 1.0

    def meets(self, operation: str, mailboxes: Collection[str]) -> bool:
        """Tell whether a call is to suffer it."""
        wanted = self.mailbox.casefold()
        concerned = not wanted or wanted in map(str.casefold, mailboxes)
        return concerned and self.operation in ("", operation)


class Faults(Registry[Fault]):
    """The faults of EWS that are on."""
