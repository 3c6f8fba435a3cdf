"""What the clients' logs say: the policy that the client really received, its sign-in, and its Exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin import OPTIONAL, Finding, Missing, Status, check
from imadmin.model import ClientBuild, Setting
from imadmin.model.requirements import MINIMUM_BUILD, OFFLINE_IM
from imadmin.tables import Table
from imadmin_troubleshoot.words import duration, listed, moment

from .served import served

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.model import ClientPolicy

    from .records import ClientLogs, TextLog, Trace

__all__ = ["client_log"]

_ARCHIVING: Final = "EnableIMAutoArchiving"
_OFFLINE: Final = "EnableOfflineIm"
_CHALLENGES: Final = frozenset({"401", "407"})
_HTTP_CHALLENGE: Final = "HTTP 401"
_DECODE: Final = (
    "Its messages need Microsoft's symbols (TMF files), which Microsoft's support has: send it there, or with"
    " them: tracefmt.exe FILE.etl -p TMFFOLDER -o FILE.txt (of the Windows Driver Kit)."
)
_POLICY: Final = "Set-CsClientPolicy -Identity NAME -EnableIMAutoArchiving $true; then sign out and in again."
_SERVER: Final = "Set-CsImConfiguration -EnableOfflineIm $true; then sign out and in again."
_EWS: Final = "See what the stage ews says of the person, and try the address from that computer."
_UNNAMED: Final = (
    "that the client writes this setting under this name into its log is found here, and not documented"
)


@check(
    id="spool.client-log",
    stage="spool",
    severity="high",
    title="The client's log shows nothing that stops messages",
    reference=OFFLINE_IM,
)
def client_log(
    client_logs: ClientLogs,
    users: Table | Missing = OPTIONAL,
    client_policies: Sequence[ClientPolicy] | Missing = OPTIONAL,
) -> Iterator[Finding]:
    """Each log by what is documented of it."""
    for log in client_logs.texts:
        yield from _judged(log, users, client_policies)
    yield from map(_trace, client_logs.traces)
    for line in client_logs.lost:
        yield Finding("logs", Status.ERROR, f"Not every log was looked at: {line}.", remedy="Correct logs:.")


def _judged(
    log: TextLog, users: Table | Missing, policies: Sequence[ClientPolicy] | Missing
) -> Iterator[Finding]:
    told = [
        *_received(log),
        *_switched_off(log),
        *_against_server(log, users, policies),
        *_agents(log),
        *_sign_in(log),
        *_exchange(log),
    ]
    people = tuple(log.people)
    subject = people[0] if len(people) == 1 else str(log.path)
    for status, what, remedy in told:
        yield Finding(subject, status, what, people, len(people), _evidence(log), remedy, OFFLINE_IM)
    if log.trouble:
        what = f"{log.path} could not be read: {log.trouble}."
        yield Finding(str(log.path), Status.ERROR, what, remedy="Copy it elsewhere, and look at the copy.")
    elif not told:
        yield Finding(subject, Status.PASS, f"{log.path} shows nothing against it.", people, len(people))


_Told = tuple[Status, str, str]


def _received(log: TextLog) -> Iterator[_Told]:
    values = log.received.get(_ARCHIVING)
    if values is None:
        what = f"{log.path} does not show which {_ARCHIVING} the client received ({_UNNAMED})"
        yield Status.SKIP, f"{what}.", "Have the client sign out and in again while it logs in full."
    elif values.last.lower() == "false":
        what = f"The client received {_ARCHIVING} false, so it leaves no offline messages ({_UNNAMED})"
        yield Status.FAIL, f"{what}.", _POLICY
    elif values.last.lower() != "true":
        yield Status.WARN, f"The client received {_ARCHIVING} {values.last[:40]!r}, which is no value.", ""
    elif len(values) > 1:
        what = f"The client received {_ARCHIVING} {' and '.join(values)}, at last {values.last}"
        yield Status.WARN, f"{what}: the policy changed, or two persons used it.", ""


def _switched_off(log: TextLog) -> Iterator[_Told]:
    values = log.received.get(_OFFLINE)
    if values is not None and values.last.lower() == "false":
        yield Status.FAIL, f"The client received {_OFFLINE} false ({_UNNAMED}).", _SERVER


def _against_server(
    log: TextLog, users: Table | Missing, policies: Sequence[ClientPolicy] | Missing
) -> Iterator[_Told]:
    """Where the client has something else than the server's policy says: it has not heard of a change."""
    values = log.received.get(_ARCHIVING)
    if (
        values is None
        or not isinstance(users, Table)
        or isinstance(policies, Missing)
        or len(log.people) != 1
    ):
        return
    found = served(next(iter(log.people)), users, policies)
    if found is None or found[1] not in {Setting.TRUE, Setting.FALSE}:
        return
    name, setting = found
    wanted = "true" if setting is Setting.TRUE else "false"
    if values.last.lower() != wanted:
        last = values.last[:40]
        what = f"The server's policy {name} says {_ARCHIVING} {wanted}, the client last received {last}"
        yield Status.WARN, f"{what}: it has not heard of the change.", "Sign out of the client and in again."


def _agents(log: TextLog) -> Iterator[_Told]:
    builds = {build for agent in log.agents if (build := ClientBuild.parse(agent)) and "OC/" in agent}
    old = sorted(build for build in builds if build < MINIMUM_BUILD.value)
    if old:
        what = f"The client called itself {old[0]}, {old[0].product}: before {MINIMUM_BUILD.value}"
        yield Status.FAIL, f"{what}, it cannot leave offline messages.", "Update it; see the stage client."


def _sign_in(log: TextLog) -> Iterator[_Told]:
    refused = {code: n for code, n in log.answers.items() if code[0] in "456" and code not in _CHALLENGES}
    if refused:
        told = listed([f"{code} ({n} times)" for code, n in refused.items()])
        accepted = any(code.startswith("2") for code in log.answers)
        status = Status.WARN if accepted else Status.FAIL
        yield (
            status,
            f"The sign-in was refused: SIP {told}.",
            "Look the status and ms-diagnostics up in the log.",
        )


def _exchange(log: TextLog) -> Iterator[_Told]:
    errors = {code: n for code, n in log.ews_errors.items() if code != _HTTP_CHALLENGE}
    if errors:
        told = listed([f"{code} ({n} times)" for code, n in errors.items()])
        what = (
            f"On lines about Exchange Web Services ({listed(list(log.ews_addresses), 2)}) the log has {told}"
        )
        yield Status.WARN, f"{what}.", _EWS


def _evidence(log: TextLog) -> dict[str, object]:
    received = {name: values.last for name, values in log.received.items()}
    given = {
        "log": str(log.path),
        "size": log.size,
        "written": moment(log.modified) if log.modified else "",
        "encoding": log.encoding,
        "user_agents": list(log.agents)[:5],
        "sign_in_answers": dict(list(log.answers.items())[:10]),
        "received": received,
        "ews_addresses": list(log.ews_addresses)[:5],
        "ews_errors": dict(list(log.ews_errors.items())[:10]),
    }
    return {name: value for name, value in given.items() if value}


def _trace(trace: Trace) -> Finding:
    written = f", last written {moment(trace.modified)}" if trace.modified else ""
    what = f"{trace.path} is a binary trace of {trace.size:,} bytes{written}{_span(trace)}. It was not read"
    status = Status.ERROR if trace.modified is None else Status.SKIP
    trouble = f" ({trace.trouble})" if trace.trouble else ""
    return Finding(str(trace.path), status, f"{what}{trouble}.", remedy=_DECODE)


def _span(trace: Trace) -> str:
    if trace.began is None:
        return ""
    if trace.ended is None:
        return f"; it began {moment(trace.began)} and was not closed"
    lasted = duration((trace.ended - trace.began).total_seconds())
    lost = f", {trace.lost:,} events were lost" if trace.lost else ""
    return f"; it covers {lasted} from {moment(trace.began)}{lost}"
