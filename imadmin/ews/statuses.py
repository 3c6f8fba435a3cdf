"""What an HTTP status other than success means."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from imadmin.ews.faults import EwsError, Kind
from imadmin.ews.markup import holds_envelope

if TYPE_CHECKING:
    from imadmin.ews.wire import Reply

__all__ = ["is_soap_fault", "refusal_of", "retry_after"]

_KINDS: Final = {
    HTTPStatus.FORBIDDEN: Kind.FORBIDDEN,
    HTTPStatus.NOT_FOUND: Kind.NOT_FOUND,
    HTTPStatus.SERVICE_UNAVAILABLE: Kind.UNAVAILABLE,
    HTTPStatus.TOO_MANY_REQUESTS: Kind.THROTTLED,
}
_WITHOUT_FAULTS: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.TOO_MANY_REQUESTS)
"""Which tell more than a SOAP fault would that comes with them; of any other the fault tells more."""
_ROUTING: Final = (
    "Exchange's front end could not pass the question on: compare the mailbox's address, and look at the"
    " server's log below Logging\\HttpProxy\\Ews."
)
_UNUSUAL: Final = "Exchange does not answer so: see what stands before it."


def refusal_of(reply: Reply, where: str) -> EwsError | None:
    """The error that a status stands for; None where the body tells more, or all is well."""
    status, code = reply.status, reply.headers.get("x-caserrorcode", "")
    if code:
        return EwsError.of(Kind.OTHER, where, f"HTTP {status}, X-CasErrorCode: {code}", remedy=_ROUTING)
    if status == HTTPStatus.OK or is_soap_fault(reply):
        return None
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return EwsError.of(
            Kind.REDIRECTED, where, f"HTTP {status} to {reply.headers.get('location', 'nowhere')}"
        )
    kind = _kind(status)
    remedy = _UNUSUAL if kind is Kind.OTHER else ""
    return EwsError.of(kind, where, f"HTTP {status}", retry_after(reply), remedy)


def is_soap_fault(reply: Reply) -> bool:
    """Whether the service itself says what is wrong."""
    is_error = reply.status >= HTTPStatus.BAD_REQUEST and reply.status not in _WITHOUT_FAULTS
    return is_error and holds_envelope(reply.body)


def _kind(status: int) -> Kind:
    known = next((kind for one, kind in _KINDS.items() if one == status), None)
    if known is not None:
        return known
    return Kind.SERVER_ERROR if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Kind.OTHER


def retry_after(reply: Reply) -> float | None:
    """The seconds that Retry-After asks for; a date is taken by the server's own clock."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:  # noqa: PLR2004 - some thirty years
        return float(text)
    until, now = _moment(text), _moment(reply.headers.get("date", "")) or datetime.now(UTC)
    return None if until is None else max(0.0, (until - now).total_seconds())


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):  # as it comes, by the nonsense that is given
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
