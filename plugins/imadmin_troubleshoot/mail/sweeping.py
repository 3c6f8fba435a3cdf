"""What is strange in a mailbox, whether or not somebody misses a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin import Finding, Status
from imadmin.ews import Folder
from imadmin.model.requirements import OFFLINE_IM
from imadmin_troubleshoot.words import folder, listed, moment, number

from .classes import could_take, is_offline, is_report, looks_offline
from .looking import ARRIVES_IN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.ews import Letter

    from .records import Look

__all__ = ["sweep"]

_JUNK: Final = "Look at the recipient's junk settings and the spam filter: Get-MailboxJunkEmailConfiguration."
_REWRITTEN: Final = (
    "Look for what rewrites mail on the way: a transport rule (Get-TransportRule), a gateway, or a path over"
    " another organisation; from there, messages come without the class, as documented."
)
_REPORT: Final = "Read the report's diagnosis (550 …) in that mailbox."
_RULES: Final = (
    "Get-InboxRule -Mailbox {mailbox} | Format-List; except the class IPM.Note.Microsoft.Missed from it."
)
_Told = tuple[Status, str, str]


def sweep(look: Look) -> Iterator[Finding]:
    """Findings on one mailbox; one `pass` where there is nothing."""
    people = () if look.own else (look.mailbox,)
    if look.trouble:
        what = f"The mailbox could not be looked into: {look.trouble}."
        yield Finding(look.mailbox, Status.ERROR, what, people, len(people), remedy=look.remedy)
        return
    told = [*_junk(look), *_deleted(look), *_class_lost(look), *_returned(look), *_rules(look)]
    for status, what, remedy in told or [(Status.PASS, _nothing(look), "")]:
        yield Finding(look.mailbox, status, what, people, len(people), {}, remedy, OFFLINE_IM)


def _nothing(look: Look) -> str:
    return f"Of {number(len(look.letters), 'message')}, no offline message is where nobody sees it."


def _junk(look: Look) -> Iterator[_Told]:
    found = [one for one in look.letters if one.folder is Folder.JUNK and is_offline(one)]
    if found:
        yield Status.FAIL, f"{_many(found)} in Junk E-Mail, where nobody sees it{_latest(found)}.", _JUNK


def _deleted(look: Look) -> Iterator[_Told]:
    """Deleted unread: people do that, rules do it always, and in a probe mailbox there are no people."""
    places = (Folder.DELETED, Folder.RECOVERABLE)
    found = [one for one in look.letters if one.folder in places and is_offline(one) and one.read is False]
    if not found:
        return
    where = " and ".join(dict.fromkeys(folder(one.folder) for one in found))
    acting = [rule.name for rule in look.rules or () if could_take(rule)]
    by_rule = f", perhaps by the rule {listed(acting)}" if acting else ""
    status = Status.FAIL if acting or look.own else Status.WARN
    remedy = _RULES.format(mailbox=look.mailbox) if acting else "Ask who deleted it, and look at retention."
    yield status, f"{_many(found)} in {where}: deleted unread{by_rule}{_latest(found)}.", remedy


def _class_lost(look: Look) -> Iterator[_Told]:
    found = [
        one
        for one in look.letters
        if one.folder in (*ARRIVES_IN, Folder.JUNK)
        and looks_offline(one)
        and not is_offline(one)
        and not is_report(one)
    ]
    if found:
        classes = " and ".join(dict.fromkeys(one.item_class for one in found))
        senders = listed(list(dict.fromkeys(one.sender for one in found)), 3)
        many = number(len(found), "message")
        what = f"{many} from {senders} came as {classes}, with the subject of a missed one"
        yield (
            Status.FAIL,
            f"{what}: the class was lost on the way (an inference from the subject).",
            _REWRITTEN,
        )


def _returned(look: Look) -> Iterator[_Told]:
    reports = [one for one in look.letters if is_report(one) and one.folder in (*ARRIVES_IN, Folder.JUNK)]
    mine = [one for one in reports if looks_offline(one) or look.own]
    if mine:
        subjects = listed([repr(one.subject[:80]) for one in mine], 2)
        what = f"{number(len(mine), 'non-delivery report')} on messages of this mailbox: {subjects}"
        yield Status.FAIL, f"{what}.", _REPORT


def _rules(look: Look) -> Iterator[_Told]:
    if look.rules is None:
        what = f"The rules of the mailbox could not be read: {look.rules_trouble}."
        yield Status.ERROR, what, f"Read them there: Get-InboxRule -Mailbox {look.mailbox}"
    acting = [rule for rule in look.rules or () if could_take(rule)]
    if acting:
        names = listed([f"'{rule.name}' ({'deletes' if rule.deletes else 'moves'})" for rule in acting])
        what = f"Rules of the mailbox may take offline messages away: {names}"
        yield Status.WARN, f"{what}.", _RULES.format(mailbox=look.mailbox)


def _many(letters: list[Letter]) -> str:
    return f"{number(len(letters), 'offline message')} {'lies' if len(letters) == 1 else 'lie'}"


def _latest(letters: list[Letter]) -> str:
    times = sorted(when for one in letters if (when := one.when))
    word = "the latest of" if len(letters) > 1 else "of"
    return f" ({word} {moment(times[-1])})" if times else ""
