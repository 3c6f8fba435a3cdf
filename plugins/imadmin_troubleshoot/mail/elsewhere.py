"""Messages that went elsewhere: into Junk, deleted, moved by a rule, returned, or as something else."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from imadmin import Finding, Status, check
from imadmin.model.requirements import OFFLINE_IM
from imadmin.model.values import lowered
from imadmin_troubleshoot.words import folder, listed, moment

from .classes import could_take, is_offline
from .facts import WINDOW
from .looking import ARRIVES_IN
from .searching import search
from .sweeping import sweep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.ews import Letter

    from .records import Look, Looks, Wanted
    from .searching import Traces

__all__ = ["elsewhere"]

_REWRITTEN: Final = (
    "Look for what rewrites mail on the way: a transport rule, a gateway, or a path over another organisation"
    " (a federated path keeps no class). Get-TransportRule, and the headers of the message."
)
_JUNK: Final = "Look at the recipient's junk settings and the spam filter: Get-MailboxJunkEmailConfiguration."
_DELETED: Final = "Ask the recipient; look at the rules (Get-InboxRule) and at retention."
_TRACE: Final = "Trace it: Get-MessageTrackingLog -Sender {sender} -Recipients {recipient}, and Get-Queue."
_RULE: Final = "Look at it: Get-InboxRule -Mailbox {mailbox}; it acts before anybody sees the message."
_UNSENT: Final = "The client wrote it and did not send it: see spool.drafts."


@check(
    id="delivery.elsewhere",
    stage="delivery",
    severity="high",
    title="Messages are where their recipients see them",
    reference=OFFLINE_IM,
)
def elsewhere(mailbox_looks: Looks) -> Iterator[Finding]:
    """Each message that is missed; and what is strange in the mailboxes, whoever misses it."""
    for wanted in mailbox_looks.wanted:
        yield _judged(wanted, mailbox_looks)
    for look in mailbox_looks.looks.values():
        yield from sweep(look)


def _judged(wanted: Wanted, looks: Looks) -> Finding:
    message = wanted.message
    there = looks.looks.get(lowered(message.recipient))
    subject = " → ".join(filter(None, [message.sender, message.recipient]))
    if there is None or there.trouble:
        why = there.trouble if there else "the deployment does not let it be looked into"
        what = (
            f"Whether the message arrived is not known: {message.recipient} could not be looked into: {why}."
        )
        remedy = there.remedy if there else "Name it under mailboxes: of troubleshoot:."
        return Finding(subject, Status.ERROR, what, remedy=remedy, reference=OFFLINE_IM)
    since = message.after or (looks.at or datetime.now(UTC)) - WINDOW
    traces = search(message, there, looks.looks.get(lowered(message.sender)), since)
    status, what, remedy = _told(wanted, traces, there, looks)
    evidence = _evidence(wanted, traces, since)
    people = () if there.own else tuple(map(lowered, filter(None, (message.sender, message.recipient))))
    return Finding(subject, status, what, people, len(people), evidence, remedy, OFFLINE_IM)


def _told(wanted: Wanted, traces: Traces, there: Look, looks: Looks) -> tuple[Status, str, str]:
    if traces.arrived:
        return _arrived(wanted, traces, looks)
    if traces.gone:
        return _gone(wanted, traces, there)
    if traces.reports:
        what = f"The message came back: {_quoted(traces.reports)}, at {wanted.message.sender}"
        return Status.FAIL, f"{what}.", "Read the report's diagnosis (550 …) in that mailbox."
    if traces.unsent:
        return Status.FAIL, f"The message still lies at its sender, in {_folders(traces.unsent)}.", _UNSENT
    return _nowhere(wanted, traces, there)


def _arrived(wanted: Wanted, traces: Traces, looks: Looks) -> tuple[Status, str, str]:
    right = [one for one in traces.arrived if is_offline(one)]
    found = right or traces.arrived
    told = f"The message is in {_folders(found)} as {_classes(found)}, since {_times(found)}"
    if right:
        return Status.PASS, f"{told}: where the recipient's client and Outlook show it.", ""
    if _is_foreign(wanted.message.sender, looks.domains):
        return Status.PASS, f"{told}. From another organisation that is all there is to expect.", ""
    sure = "" if traces.certain else " (an inference from its subject)"
    return (
        Status.FAIL,
        f"{told}: it lost its class on the way{sure}, so no client shows it as missed.",
        _REWRITTEN,
    )


def _gone(wanted: Wanted, traces: Traces, there: Look) -> tuple[Status, str, str]:
    told = f"The message is in {_folders(traces.gone)}, since {_times(traces.gone)}: nobody sees it there"
    rules = _rules(there, wanted.message.sender)
    if rules:
        remedy = _RULE.format(mailbox=there.mailbox)
        return Status.FAIL, f"{told}. A rule may have put it there: {listed(rules)}.", remedy
    junk = any(str(one.folder) == "junkemail" for one in traces.gone)
    return Status.FAIL, f"{told}.", _JUNK if junk else _DELETED


def _nowhere(wanted: Wanted, traces: Traces, there: Look) -> tuple[Status, str, str]:
    message = wanted.message
    since = message.after or datetime.now(UTC) - WINDOW
    if there.since is not None and there.since > since:
        what = f"There is too much other mail: before {moment(there.since)} not everything could be seen"
        return Status.ERROR, f"{what}, and the message may be below it.", "Give a shorter window of time."
    rules = _rules(there, lowered(message.sender))
    trace = _TRACE.format(sender=message.sender or "…", recipient=message.recipient)
    sent = ", though it is in the sender's Sent Items" if traces.sent else ""
    lacking = [folder(one) for one in ARRIVES_IN if one not in there.folders]
    told = f"The message is in no folder that was looked into{sent}"
    told += f" (there is no {' nor '.join(lacking)})" if lacking else ""
    if rules:
        remedy = f"{_RULE.format(mailbox=there.mailbox)} {trace}"
        return Status.FAIL, f"{told}. A rule may have taken it elsewhere: {listed(rules)}.", remedy
    unknown = f". Its rules could not be read: {there.rules_trouble}" if there.rules is None else ""
    return Status.FAIL, f"{told}{unknown}.", trace


def _rules(look: Look, sender: str) -> list[str]:
    acting = [rule for rule in look.rules or () if could_take(rule, lowered(sender))]
    return [f"'{rule.name}' ({'deletes' if rule.deletes else 'moves'})" for rule in acting]


def _is_foreign(sender: str, domains: frozenset[str]) -> bool:
    return bool(sender and domains) and lowered(sender).rpartition("@")[2] not in domains


def _evidence(wanted: Wanted, traces: Traces, since: datetime) -> dict[str, object]:
    found = [*traces.arrived, *traces.gone, *traces.unsent, *traces.reports]
    given = {
        "missed_because": wanted.why,
        "subject": wanted.message.subject,
        "from": moment(since),
        "until": moment(wanted.message.before) if wanted.message.before else "",
        "found": [f"{folder(one.folder)}: {one.item_class}" for one in found][:10],
    }
    return {name: value for name, value in given.items() if value}


def _folders(letters: Iterable[Letter]) -> str:
    return " and ".join(dict.fromkeys(folder(one.folder) for one in letters))


def _classes(letters: Iterable[Letter]) -> str:
    return " and ".join(dict.fromkeys(one.item_class for one in letters))


def _times(letters: Iterable[Letter]) -> str:
    times = sorted(when for one in letters if (when := one.when))
    return moment(times[0]) if times else "an unknown time"


def _quoted(letters: list[Letter]) -> str:
    return listed([f"{one.subject[:120]!r} ({one.item_class})" for one in letters], 2)
