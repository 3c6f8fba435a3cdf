"""Does EWS answer? For each probed mailbox, and by its endpoint for everybody whom that one serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin import OPTIONAL, Finding, Missing, Status, check
from imadmin.ews import Kind
from imadmin.model.located import located
from imadmin.model.requirements import OFFLINE_IM

from .probing import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin import ImadminError, PeopleRows
    from imadmin.model import Mailboxes
    from imadmin.tables import Table

    from .probing import Answer, EndpointProbe, Probes

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


@check(
    id="ews.reachable",
    stage="ews",
    severity="high",
    title="Exchange Web Services answer",
    reference=OFFLINE_IM,
    judges="people",
)
def ews_reachable(
    ews_probes: Probes,
    users: Table | Missing = OPTIONAL,
    mailboxes: Mailboxes | Missing = OPTIONAL,
) -> PeopleRows | list[Finding]:
    """A person's own probed mailbox decides; else the endpoints that serve mailboxes of its location."""
    rows = [row for endpoint in ews_probes.endpoints for row in _rows(endpoint)]
    if isinstance(users, Missing):
        return [_finding(row) for row in rows]
    asked = [{"endpoint": row.endpoint, "mailbox": row.mailbox} for row in rows if row.mailbox]
    if isinstance(mailboxes, Missing):
        serving = _ONLY_ONE if len(ews_probes.endpoints) == 1 else _NONE_KNOWN
    else:
        serving = _BY_PROBED.replace("$mailboxes$", mailboxes.table.name)
    sql = f"with {located(mailboxes)}, serving as ({serving}), {_JUDGED}"
    return users.judge(sql, rows=[row._asdict() for row in rows], asked=asked or [_NOBODY])


_NOBODY = {"endpoint": "", "mailbox": ""}
_BY_PROBED = """
    select distinct a.endpoint, m.location from asked a join $mailboxes$ m on m.address = a.mailbox
"""
_ONLY_ONE = "select distinct endpoint, 'unknown' as location from rows"
_NONE_KNOWN = "select '' as endpoint, '' as location"
_JUDGED = """
    candidates as (
      select l.person, r.*, case when r.mailbox = '' then 10 else 0 end + r.rank as place
      from located l join rows r
        on (r.mailbox <> '' and r.mailbox = coalesce(l.mailbox, l.person))
           or (r.mailbox = '' and exists (from serving s where s.endpoint = r.endpoint
                                                               and s.location = l.location))
    ),
    chosen as (
      select * from candidates qualify row_number() over (partition by person order by place, endpoint) = 1
    )
    select l.person, coalesce(c.status, 'error') as status,
           case when c.person is not null then c.reason
                when l.location = 'none' then 'Has no mailbox in Exchange, so there is no endpoint to ask.'
                when l.location = 'unknown' then 'Where the mailbox is, is not known: ' || l.why_not || '.'
                else 'No endpoint under ews: is known to serve mailboxes '
                     || case l.location when 'online' then 'in Exchange Online' else l.location end
                     || ', so EWS was not examined there.' end as reason,
           case when c.person is null then 'mailbox ' || l.location
                when c.mailbox = '' then c.endpoint
                else c.mailbox end as object,
           case when c.person is not null then c.remedy
                when l.location in ('none', 'unknown')
                then 'Save Get-Mailbox of every Exchange organisation.'
                else 'Describe its endpoint under ews:, and name a mailbox of it under mailboxes:.'
                end as remedy,
           c.endpoint, c.seconds
    from located l left join chosen c on c.person = l.person
"""


@check(
    id="ews.probed-mailbox",
    stage="ews",
    severity="medium",
    title="The probed mailboxes answer",
    reference=OFFLINE_IM,
)
def ews_probed_mailbox(ews_probes: Probes) -> list[Finding]:
    """Each mailbox that an endpoint was asked for, whosever it is."""
    answers = [_answered(one.name, answer) for one in ews_probes.endpoints for answer in one.answers]
    return [_finding(row) for row in answers]


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


def _finding(row: Row) -> Finding:
    subject = f"{row.endpoint}: {row.mailbox}" if row.mailbox else row.endpoint
    evidence = {"seconds": row.seconds} if row.seconds else {}
    return Finding(subject, Status(row.status), row.reason, evidence=evidence, remedy=row.remedy)
