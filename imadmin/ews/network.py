"""What a failure below HTTP means."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING, Final, TypeVar

from imadmin.ews.budget import Stage, TooLargeError
from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.login import LoginError

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.ews.budget import Budget

__all__ = ["BY_VERIFY_CODE", "FAILURES", "answered", "explained"]

T = TypeVar("T")
FAILURES: Final = (OSError, http.client.HTTPException, TooLargeError, LoginError, UnicodeError)
"""All that a `Wire` raises."""

_CERTIFICATE: Final = (
    "Log in by auth: certificate; or make client certificates optional at that address (IIS: SSL Settings)."
)
_BY_STAGE: Final = {
    Stage.WAITING: Kind.TIMEOUT,
    Stage.NAME: Kind.DNS,
    Stage.CONNECTION: Kind.REFUSED,
    Stage.HANDSHAKE: Kind.TLS,
    Stage.ANSWER: Kind.DROPPED,
}
_UNREACHED: Final = (Stage.NAME, Stage.CONNECTION, Stage.HANDSHAKE)
_WAITED_FOR: Final = {
    Stage.WAITING: "a free connection",
    Stage.NAME: "the name service",
    Stage.CONNECTION: "the connection",
    Stage.HANDSHAKE: "the TLS handshake",
    Stage.ANSWER: "the answer",
}
BY_VERIFY_CODE: Final = {
    9: Kind.TLS_NOT_YET_VALID,
    10: Kind.TLS_EXPIRED,
    18: Kind.TLS_UNTRUSTED,
    19: Kind.TLS_UNTRUSTED,
    20: Kind.TLS_UNTRUSTED,
    21: Kind.TLS_UNTRUSTED,
    62: Kind.TLS_WRONG_NAME,
    64: Kind.TLS_WRONG_NAME,
}
"""OpenSSL's X509_V_ERR_…: the clock, who signed, which name."""


def answered(ask: Callable[[], T], budget: Budget, where: str) -> T:
    """What *ask* gives, or what went wrong in an administrator's words.

    Args:
        ask: may raise `FAILURES`.
        budget: that it keeps to; its stage tells what was being done.
        where: who is asked.

    Raises:
        EwsError: in place of `FAILURES`, none of which is its context: a library's own error goes wherever
            tracebacks go, with all that it has seen.
    """
    try:
        return ask()
    except FAILURES as error:
        failure = explained(error, budget, where)
    raise failure


def explained(error: Exception, budget: Budget, where: str) -> EwsError:
    """The failure in an administrator's words.

    Args:
        error: one of `FAILURES`.
        budget: of the question; its stage tells what was being done.
        where: the endpoint.
    """
    unreached = budget.stage in _UNREACHED
    if isinstance(error, TimeoutError):
        detail = f"{budget.seconds:g} seconds in all, spent waiting for {_WAITED_FOR[budget.stage]}"
        return EwsError.of(Kind.TIMEOUT, where, detail, unreached=unreached)
    if isinstance(error, ssl.SSLError) and "ALERT_CERTIFICATE_REQUIRED" in (error.reason or ""):
        return EwsError.of(Kind.TLS, where, "the server asks for a client certificate", remedy=_CERTIFICATE)
    return EwsError.of(_kind(error, budget.stage), where, _detail(error), unreached=unreached)


def _kind(error: Exception, stage: Stage) -> Kind:
    if isinstance(error, TooLargeError):
        return Kind.TOO_LARGE
    if isinstance(error, LoginError):
        return Kind.LOGIN
    if isinstance(error, ssl.SSLCertVerificationError):
        return BY_VERIFY_CODE.get(error.verify_code, Kind.TLS)
    if _is_no_http(error):
        return Kind.NOT_EWS
    return _BY_STAGE[stage]


def _is_no_http(error: Exception) -> bool:
    """Whether something answered that does not speak HTTP, rather than nothing more."""
    cut_off = (http.client.IncompleteRead, http.client.RemoteDisconnected)
    return isinstance(error, http.client.HTTPException) and not isinstance(error, cut_off)


def _detail(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
