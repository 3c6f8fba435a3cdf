"""From the libraries' exceptions to an administrator's words."""

from __future__ import annotations

import struct
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError
from requests import RequestException
from spnego.exceptions import FeatureMissingError, NativeError, NoCredentialError, SpnegoError

from imadmin.shells.psrp import answers, logins
from imadmin.shells.psrp.attempts import Cause, excerpt
from imadmin.shells.psrp.network import network, no_answer
from imadmin.shells.psrp.upstream import EndedEarlyError
from imadmin.shells.psrp.wire import NoConnectionError, RedirectedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin.shells.psrp.attempts import Attempt

__all__ = ["FAILURES", "cause", "not_taken"]


def _of_kerberos() -> tuple[type[Exception], ...]:
    with suppress(ImportError):
        return (import_module("krb5").Krb5Error,)
    return ()


_KERBEROS = _of_kerberos()

FAILURES: tuple[type[Exception], ...] = (
    RequestException,
    WinRMError,
    SpnegoError,
    NativeError,
    FeatureMissingError,
    *_KERBEROS,
    RedirectedError,
    EndedEarlyError,
    ParseError,
    OSError,
    ImportError,
    struct.error,
    # pypsrp looks into answers without asking first whether they are what they should be.
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What pypsrp and the libraries below it raise where a server or the way to it is not as it should be."""

_TURNED_AWAY = {400, 401, 403, 404, 405, 413}
_BROKEN_OFF = {0, 995, 2150858793}  # none given (a page, perhaps a gateway's), aborted, and timed out

_Kind = type[Exception] | tuple[type[Exception], ...]
_KINDS: tuple[tuple[_Kind, Callable[[Any, Attempt], Cause | None]], ...] = (
    ((FeatureMissingError, ImportError), logins.incapable),
    (NoCredentialError, logins.nobody),
    (AuthenticationError, logins.refused),
    ((SpnegoError, NativeError, *_KERBEROS), logins.failed),
    (WSManFaultError, answers.fault),
    (WinRMTransportError, answers.status),
    (RedirectedError, answers.redirect),
    ((ParseError, WinRMError, EndedEarlyError), answers.senseless),
    (OSError, network),
)


def cause(error: Exception, attempt: Attempt) -> Cause:
    """The cause of *error*, one of `FAILURES`."""
    if attempt.late:
        return no_answer(error, attempt)  # what is left of an answer that was cut off can look like anything
    for inner in _chain(error):
        for kind, explain in _KINDS:
            if isinstance(inner, kind) and (found := explain(inner, attempt)):
                return found
    return Cause(f"the connection failed: {type(error).__name__}: {excerpt(error)}")


def not_taken(error: Exception) -> bool:
    """Whether *error*, one of `FAILURES`, says that the server has not taken a request at all."""
    return any(_refuses(inner) for inner in _chain(error))


def _refuses(error: BaseException) -> bool:
    if isinstance(error, WSManFaultError):
        return (error.code or 0) not in _BROKEN_OFF
    if isinstance(error, WinRMTransportError):
        return error.code in _TURNED_AWAY
    return isinstance(
        error, AuthenticationError | RedirectedError | NoConnectionError | ConnectionRefusedError
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """What *error* wraps, itself, and what it was raised from."""
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _chain(inner)
    yield error
    before = error.__cause__ or error.__context__
    if before is not None:
        yield from _chain(before)
