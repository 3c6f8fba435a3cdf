"""Offline messages in Drafts: the client wrote them and did not send them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from imadmin import OPTIONAL, Change, Finding, Operation, Status, check
from imadmin.ews import Folder
from imadmin.model import ClientBuild, Location, Mailboxes
from imadmin.model.requirements import DRAFTS_DEFECT, MINIMUM_BUILD, OFFLINE_IM, PROCESSING_TIMER
from imadmin.model.values import lowered
from imadmin.tables import Table
from imadmin_troubleshoot.settings import NAME, Troubleshoot
from imadmin_troubleshoot.words import duration, folder, moment, number

from .classes import is_offline
from .looking import STAYS_IN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imadmin import Missing
    from imadmin.access import Access
    from imadmin.effects import Effects
    from imadmin.ews import Letter

    from .records import Drafts, Look, Looks

__all__ = ["NOTE_DRAFTS", "drafts"]

_TIMER: Final = timedelta(seconds=PROCESSING_TIMER.value)
_FIXED: Final = "2016-06-14"
_DEFECT: Final = (
    "A defect that fills Drafts is documented for mailboxes on-premises,"
    f" fixed in all Click-to-Run channels as of {_FIXED}"
)
_DEFECTIVE: Final = f"build >= {MINIMUM_BUILD.value.number} and build < {DRAFTS_DEFECT.value.number}"
_UPDATE: Final = "Update the client, then sign out and in again; delete what lies there, or send it, by hand."
_SEE_EWS: Final = (
    "See what the stage ews says of the mailbox; then let the person sign out of the client and in again."
)


@check(
    id="spool.drafts",
    stage="spool",
    severity="high",
    title="No offline message stays in Drafts",
    reference=OFFLINE_IM,
)
def drafts(
    mailbox_looks: Looks,
    mailboxes: Mailboxes | Missing = OPTIONAL,
    client_builds: Table | Missing = OPTIONAL,
) -> Iterator[Finding]:
    """Each mailbox that may be looked into."""
    for address, look in mailbox_looks.looks.items():
        if look.trouble:
            what = f"The mailbox could not be looked into: {look.trouble}."
            people = _people(look)
            yield Finding(address, Status.ERROR, what, people, len(people), remedy=look.remedy)
            continue
        known = _Known(address, mailboxes, client_builds)
        yield _judged(look, mailbox_looks.earlier.get(address), mailbox_looks.at, known)


class _Known:
    """What is known of a mailbox and of its owner's client."""

    def __init__(self, address: str, mailboxes: Mailboxes | Missing, client_builds: Table | Missing) -> None:
        self.location = _location(address, mailboxes)
        self.build, self.defective = _build(address, client_builds)

    @property
    def told(self) -> str:
        """What may stand behind it."""
        if self.location is Location.ONLINE:
            return f"{_DEFECT}; this mailbox is in Exchange Online, so that is not it."
        if self.build is None:
            return f"{_DEFECT}. Which build the client has is not known."
        fits = f"Client {self.build} {'may' if self.defective else 'should not'} have it"
        return f"{_DEFECT}. {fits}; that the fix came with {DRAFTS_DEFECT.value} is an inference."

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return _UPDATE if self.defective else _SEE_EWS


def _location(address: str, mailboxes: Mailboxes | Missing) -> Location | None:
    if not isinstance(mailboxes, Mailboxes):
        return None
    sql = f"select distinct location from {mailboxes.table.name} where address = ?"
    found = {str(row[0]) for row in mailboxes.table.query(sql, [address])}
    return Location(found.pop()) if len(found) == 1 else None


def _build(address: str, builds: Table | Missing) -> tuple[ClientBuild | None, bool]:
    """The oldest build that may have the defect, else the oldest; and whether it may."""
    if not isinstance(builds, Table):
        return None, False
    sql = f"select min(build) filter ({_DEFECTIVE}), min(build) from {builds.name} where person = ?"
    [(defective, oldest)] = builds.query(sql, [address])
    number = oldest if defective is None else defective
    return None if number is None else ClientBuild.from_number(int(number)), defective is not None


def _waiting(look: Look) -> list[Letter]:
    return [one for one in look.letters if one.folder in STAYS_IN and is_offline(one)]


def _judged(look: Look, earlier: Drafts | None, now: datetime | None, known: _Known) -> Finding:
    waiting = _waiting(look)
    status, what = _told(look, waiting, earlier, now)
    bad = status is Status.FAIL
    return Finding(
        look.mailbox,
        status,
        f"{what}. {known.told}" if bad else f"{what}.",
        people := _people(look) if bad else (),
        len(people),
        _evidence(waiting, earlier, known),
        known.remedy if bad else "",
        OFFLINE_IM,
    )


def _told(
    look: Look, waiting: list[Letter], earlier: Drafts | None, now: datetime | None
) -> tuple[Status, str]:
    times = sorted(when for one in waiting if (when := one.when))
    if Folder.DRAFTS not in look.folders:
        return Status.ERROR, "The mailbox has no folder Drafts that could be opened"
    if not waiting:
        return Status.PASS, "No offline message lies in Drafts or in the Outbox"
    if times and now is not None and now - times[0] < _TIMER:
        many = number(len(waiting), "offline message")
        return Status.PASS, f"{many} in Drafts or in the Outbox, younger than the client's timer"
    return Status.FAIL, f"{_lie(waiting, times, now)}{_since(waiting, earlier)}"


def _people(look: Look) -> tuple[str, ...]:
    return () if look.own else (look.mailbox,)


def _lie(waiting: list[Letter], times: list[datetime], now: datetime | None) -> str:
    folders = sorted({folder(one.folder) for one in waiting})
    verb = "was not sent and lies" if len(waiting) == 1 else "were not sent and lie"
    told = f"{number(len(waiting), 'offline message')} {verb} in {' and '.join(folders)}"
    if times and now is not None:
        told += f", the oldest for {duration((now - times[0]).total_seconds())}"
        told += f", the newest for {duration((now - times[-1]).total_seconds())}" if len(times) > 1 else ""
    return told


def _since(waiting: list[Letter], earlier: Drafts | None) -> str:
    """What has changed since an earlier look."""
    if earlier is None:
        return ""
    change = len(waiting) - earlier.count
    word = "as many as" if not change else f"{abs(change):,} {'more' if change > 0 else 'fewer'} than"
    return f"; {word} at {earlier.at}{', so they become more' if change > 0 else ''}"


def _evidence(waiting: list[Letter], earlier: Drafts | None, known: _Known) -> Mapping[str, object]:
    times = sorted(when for one in waiting if (when := one.when))
    given: dict[str, object] = {
        "in_drafts": sum(1 for one in waiting if one.folder is Folder.DRAFTS),
        "in_outbox": sum(1 for one in waiting if one.folder is Folder.OUTBOX),
        "oldest": moment(times[0]) if times else None,
        "newest": moment(times[-1]) if times else None,
        "earlier": None if earlier is None else f"{earlier.count} at {earlier.at}",
        "mailbox": str(known.location) if known.location else None,
        "client": str(known.build) if known.build else None,
    }
    return {name: value for name, value in given.items() if value is not None}


def _plan(access: Access) -> Iterator[Change]:
    """One look at each mailbox that may be looked into; nothing is changed but the journal."""
    deployment = access.deployment
    settings = deployment.settings.get(NAME)
    more = settings.mailboxes if isinstance(settings, Troubleshoot) else ()
    for address in dict.fromkeys(map(lowered, (*deployment.test_send.mailboxes, *more))):
        yield Change(address, after={"noted": "how many offline messages lie in Drafts"})


def _note(change: Change, effects: Effects) -> Finding:
    from .facts import WINDOW
    from .looking import look_into

    now = datetime.now().astimezone()
    look = look_into(effects.access.endpoints(), change.subject, now - WINDOW, own=True)
    if look.trouble:
        return Finding(
            change.subject, Status.ERROR, f"It could not be looked into: {look.trouble}.", remedy=look.remedy
        )
    waiting = _waiting(look)
    what = f"{number(len(waiting), 'offline message')} in Drafts and the Outbox."
    return Finding(change.subject, Status.PASS, what, evidence={"in_drafts": len(waiting)})


NOTE_DRAFTS = Operation(
    "note-drafts", "Note how many offline messages lie in Drafts, to compare later", OFFLINE_IM, _plan, _note
)
