"""What the answers to probes mean: rows for people checks, findings for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import Finding, Status
from imadmin.ews import Kind

from .probing import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin import ImadminError

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
_NOBODY_ASKED = "No mailbox was asked for at this endpoint, so whether it answers is unknown."
_NAME_ONE = "Name a mailbox under its mailboxes:, or under test_send: mailboxes:."


_ORDER = {Status.PASS: 0, Status.FAIL: 1, Status.ERROR: 2}


class Row(NamedTuple):
    """What is known of an endpoint, or of a mailbox that it was asked for.

    Attributes:
        mailbox: empty for what holds of every mailbox that the endpoint serves.
        rank: of several rows for a person the one with the least counts.
        seconds: that the answer took.
    """

    endpoint: str
    mailbox: str
    rank: int
    status: str
    reason: str
    remedy: str
    seconds: str


def rows_of(probes: Probes) -> list[Row]:
    """Of every endpoint its own row, and those of its mailboxes."""
    return [row for endpoint in probes.endpoints for row in _rows(endpoint)]


def answered(probes: Probes) -> list[Row]:
    """The rows of all mailboxes that were asked for."""
    return [_answered(one.name, answer) for one in probes.endpoints for answer in one.answers]


def _rows(endpoint: EndpointProbe) -> Iterator[Row]:
    """The endpoint's own row, and those of the mailboxes that it was asked for."""
    if not endpoint.answers:
        yield _row(endpoint.name, "", Status.ERROR, _NOBODY_ASKED, _NAME_ONE)
    elif endpoint.error is not None and endpoint.answered:
        what = f"EWS answers at {endpoint.url}, but for none of the mailboxes it was asked for"
        yield _row(endpoint.name, "", Status.ERROR, f"{what}: {endpoint.error.line}", endpoint.error.remedy)
    elif endpoint.error is not None:
        yield _broken(endpoint.name, "", endpoint.error)
    else:
        asked = f"asked for {', '.join(a.mailbox for a in endpoint.answers if a.error is None)}"
        if any(answer.as_client for answer in endpoint.answers):
            asked += f"; {_AS_CLIENT}"
        yield _row(endpoint.name, "", Status.PASS, f"EWS answers at {endpoint.url} ({asked}).")
    for answer in endpoint.answers:
        yield _answered(endpoint.name, answer)


def _answered(endpoint: str, answer: Answer) -> Row:
    if answer.error is not None:
        return _broken(endpoint, answer.mailbox, answer.error)
    how = f" ({_AS_CLIENT})" if answer.as_client else ""
    reason = f"EWS answers for the mailbox {answer.mailbox}{how}."
    return _row(endpoint, answer.mailbox, Status.PASS, reason, seconds=f"{answer.seconds:.2f}")


def _broken(endpoint: str, mailbox: str, error: ImadminError) -> Row:
    status = Status.FAIL if kind_of(error) in _NOT_EWS else Status.ERROR
    return _row(endpoint, mailbox, status, f"{error.line} (asked from this computer)", error.remedy)


def _row(
    endpoint: str, mailbox: str, status: Status, reason: str, remedy: str = "", seconds: str = ""
) -> Row:
    return Row(endpoint, mailbox, _ORDER[status], status, reason, remedy, seconds)


def finding(row: Row) -> Finding:
    """The same, where nobody knows who the people are."""
    subject = f"{row.endpoint}: {row.mailbox}" if row.mailbox else row.endpoint
    evidence = {"seconds": row.seconds} if row.seconds else {}
    return Finding(subject, Status(row.status), row.reason, evidence=evidence, remedy=row.remedy)
