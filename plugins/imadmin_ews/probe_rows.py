"""What the answers to probes mean: rows for people checks, findings for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Finding, SourceError, Status
from imadmin.ews import Kind

from .probing import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .probing import Answer, EndpointProbe, Probes

__all__ = ["Row", "answered", "finding", "rows_of"]

_NOT_EWS = frozenset(
    {
        Kind.DNS,
        Kind.REFUSED,
        Kind.TIMEOUT,
        Kind.DROPPED,
        Kind.TLS,
        Kind.TLS_EXPIRED,
        Kind.TLS_NOT_YET_VALID,
        Kind.TLS_WRONG_NAME,
        Kind.NOT_FOUND,
        Kind.UNAVAILABLE,
        Kind.SERVER_ERROR,
        Kind.NOT_EWS,
        Kind.MALFORMED,
        Kind.NO_MAILBOX,
    }
)
"""What would meet the client as well. The rest is of imadmin's own log-in, rights or moment: unknown."""

_AS_CLIENT = "to the client's user agent, which is an inference; imadmin's own was refused"
_SEE_ALLOWED = "See ews.allowed, and EwsAllowList and EwsBlockList of the organisation and the mailbox."
_NOBODY_ASKED = "No mailbox was asked for at this endpoint, so whether it answers is unknown."
_NAME_ONE = "Name a mailbox under its mailboxes:, or under test_send: mailboxes:."


_ORDER = {Status.PASS: 0, Status.WARN: 0, Status.FAIL: 1, Status.ERROR: 2}


class Row(NamedTuple):
    """What is known of an endpoint, or of a mailbox that it was asked for.

    Attributes:
        mailbox: empty for what holds of every mailbox that the endpoint serves.
        rank: of several rows for a person the one with the least counts.
        seconds: that the answer took.
        step: on the way to an answer that broke, by its name in `imadmin probe`.
    """

    endpoint: str
    mailbox: str
    rank: int
    status: str
    reason: str
    remedy: str
    seconds: str = ""
    step: str = ""


def rows_of(probes: Probes) -> list[Row]:
    """Of every endpoint its own row, and those of its mailboxes."""
    return [row for endpoint in probes.endpoints for row in _rows(endpoint)]


def answered(probes: Probes) -> list[Row]:
    """The rows of all mailboxes that were asked for."""
    return [_answered(one.name, answer) for one in probes.endpoints for answer in one.answers]


def _rows(endpoint: EndpointProbe) -> Iterator[Row]:
    """The endpoint's own row, and those of the mailboxes that it was asked for."""
    broken = endpoint.first_broken
    if not endpoint.answers:
        yield _row(endpoint.name, "", Status.ERROR, _NOBODY_ASKED, _NAME_ONE)
    elif broken is None:
        status, remedy = (Status.WARN, _SEE_ALLOWED) if endpoint.shut_out else (Status.PASS, "")
        yield _row(endpoint.name, "", status, f"EWS answers at {endpoint.url} ({_asked(endpoint)}).", remedy)
    elif endpoint.answered and broken.error is not None:
        what = f"EWS answers at {endpoint.url}, but for none of the mailboxes it was asked for"
        reason = f"{what}: {broken.error.line}"
        yield _row(endpoint.name, "", Status.ERROR, reason, broken.error.remedy, step=broken.step)
    else:
        yield _broken(endpoint.name, "", broken)
    for answer in endpoint.answers:
        yield _answered(endpoint.name, answer)


def _asked(endpoint: EndpointProbe) -> str:
    """For which mailboxes it answered, and whom."""
    asked = f"asked for {', '.join(answer.mailbox for answer in endpoint.answers if answer.error is None)}"
    if any(answer.as_client for answer in endpoint.answers):
        return f"{asked}; {_AS_CLIENT}"
    return f"{asked}; but {endpoint.shut_out}" if endpoint.shut_out else asked


def _answered(endpoint: str, answer: Answer) -> Row:
    if answer.error is not None:
        return _broken(endpoint, answer.mailbox, answer)
    how = f" ({_AS_CLIENT})" if answer.as_client else ""
    reason = f"EWS answers for the mailbox {answer.mailbox}{how}."
    return _row(endpoint, answer.mailbox, Status.PASS, reason, seconds=f"{answer.seconds:.2f}")


def _broken(endpoint: str, mailbox: str, answer: Answer) -> Row:
    error = answer.error or SourceError("no reason is known")
    status = Status.FAIL if kind_of(error) in _NOT_EWS else Status.ERROR
    reason = f"{error.line} (asked from this computer)"
    return _row(endpoint, mailbox, status, reason, error.remedy, step=answer.step)


def _row(endpoint: str, mailbox: str, status: Status, reason: str, remedy: str = "", **more: str) -> Row:
    return Row(endpoint, mailbox, _ORDER[status], status, reason, remedy, **more)


def finding(row: Row) -> Finding:
    """The same, where nobody knows who the people are."""
    subject = f"{row.endpoint}: {row.mailbox}" if row.mailbox else row.endpoint
    evidence = {name: text for name, text in (("seconds", row.seconds), ("step", row.step)) if text}
    return Finding(subject, Status(row.status), row.reason, evidence=evidence, remedy=row.remedy)
