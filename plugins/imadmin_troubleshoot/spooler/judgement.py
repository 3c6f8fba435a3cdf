"""Messages that wait in spool folders: on their way below the client's timer, stuck above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from imadmin import OPTIONAL, Finding, Status, check
from imadmin.model.requirements import OFFLINE_IM
from imadmin.tables import Table
from imadmin_troubleshoot.words import duration, number

from .counting import TIMER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin import Missing, PeopleRows

    from .records import Place, Spool, Spools

__all__ = ["history_spooler", "searched_places"]

_UNSEEN: Final = "No spool folder of this person was looked at."
_START: Final = (
    "Start the person's client, and look again after two minutes: what then still lies there cannot be sent."
    " See what the stages ews and client say of the person."
)
_KEEP: Final = (
    " Do not delete the folder sip_… meanwhile, which is a known remedy for sign-in trouble:"
    " it would delete these messages (an inference from where they lie)."
)
_LOCKED: Final = "Look as somebody who may read the folder, or take an inventory on that computer."
_WHERE: Final = (
    r"Name a profile, or what holds profiles: …\AppData\Local\Microsoft\Office\16.0\Lync is below them."
)
_CLOCKS: Final = "Set the clocks right (w32tm /query /status): ages are told by them."


@check(
    id="spool.history-spooler",
    stage="spool",
    severity="high",
    title="No message is stuck in a History Spooler",
    reference=OFFLINE_IM,
    judges="people",
)
def history_spooler(spools: Spools, users: Table | Missing = OPTIONAL) -> PeopleRows | Iterator[Finding]:
    """Each person by the spool folders that bear the person's address."""
    if not isinstance(users, Table):
        return (_finding(spool) for spool in spools.found if spool.person)
    return users.judge(_ROWS, seen=[_row(spool) for spool in spools.found if spool.person])


_ROWS: Final = f"""
    select u.person, coalesce(s.status, 'skip') as status, coalesce(s.reason, '{_UNSEEN}') as reason,
           coalesce(s.object, u.person) as object, s.remedy,
           s.path, s.computer, s.office, s.files, s.stuck, s.oldest_seconds, s.newest_seconds
    from users u left join seen s on s.person = u.person
"""


def _row(spool: Spool) -> dict[str, object]:
    status, reason, remedy = judged(spool)
    return {
        "person": spool.person,
        "status": status.value,
        "reason": reason,
        "object": spool.person,
        "remedy": remedy,
        **_evidence(spool),
    }


def _finding(spool: Spool) -> Finding:
    status, reason, remedy = judged(spool)
    people = (spool.person,) if spool.person else ()
    evidence = {name: value for name, value in _evidence(spool).items() if value not in (None, "")}
    subject = spool.person or spool.path
    return Finding(subject, status, reason, people, len(people), evidence, remedy, OFFLINE_IM)


def _evidence(spool: Spool) -> dict[str, object]:
    ages = {"oldest_seconds": spool.oldest, "newest_seconds": spool.newest}
    return {
        "path": spool.path,
        "computer": spool.computer,
        "office": spool.office,
        "files": spool.files,
        "stuck": spool.stuck,
        **{name: None if age is None else round(age) for name, age in ages.items()},
    }


def judged(spool: Spool) -> tuple[Status, str, str]:
    """Status, reason and remedy."""
    where = f" on {spool.computer}" if spool.computer else ""
    if spool.stuck:
        return Status.FAIL, f"{_stuck(spool)}{where}{_clock(spool)}.", _START + _KEEP
    if spool.trouble:
        return Status.ERROR, f"The spool folder could not be looked into: {spool.trouble}.", _LOCKED
    if spool.undated:
        what = f"{number(spool.undated, 'file')} in the spool folder{where} cannot be dated"
        return Status.ERROR, f"{what}: their times lie more than a day ahead.", _CLOCKS
    if spool.files:
        what = f"{number(spool.files, 'message')} in the spool folder{where}, no older than {TIMER} seconds"
        return Status.PASS, f"{what}: on the way{_clock(spool)}.", ""
    return Status.PASS, f"Nothing waits in the spool folder{where}.", ""


def _stuck(spool: Spool) -> str:
    told = f"{number(spool.stuck, 'message')} could not be sent and lies in the spool folder"
    told = told.replace(" lies ", " lie ") if spool.stuck > 1 else told
    told += f", the oldest for {duration(spool.oldest or 0)}"
    below = spool.files - spool.stuck - spool.undated
    told += f" ({below:,} more on the way)" if below > 0 else ""
    return told + (f"; besides, {spool.trouble}" if spool.trouble else "")


def _clock(spool: Spool) -> str:
    """What to mind of ages that another computer's clock tells."""
    if spool.ahead < 1:
        return ""
    return (
        f" (the clock there is at least {duration(spool.ahead)} ahead of the one here; ages are told by it)"
    )


@check(
    id="spool.searched-places",
    stage="spool",
    severity="medium",
    title="Every place with spool folders was looked through",
    reference=OFFLINE_IM,
)
def searched_places(spools: Spools, users: Table | Missing = OPTIONAL) -> Iterator[Finding]:
    """What could not be looked into, and spool folders that are of nobody who is judged."""
    yield from map(_searched, spools.places)
    known = _people(users)
    for spool in spools.found:
        if not spool.person or (known is not None and spool.person not in known):
            yield _of_nobody(spool)


def _people(users: Table | Missing) -> frozenset[str] | None:
    """Everybody who is judged; None where nobody knows who that is."""
    if not isinstance(users, Table):
        return None
    return frozenset(str(row[0]) for row in users.query("select person from users where uncounted is null"))


def _searched(place: Place) -> Finding:
    if place.trouble:
        what = f"Not everything was looked into, so a stuck message may lie there: {place.trouble}."
        return Finding(place.path, Status.ERROR, what, remedy=place.remedy)
    if not place.spools:
        return Finding(place.path, Status.WARN, "No folder of a person was found there.", remedy=_WHERE)
    return Finding(place.path, Status.PASS, f"{number(place.spools, 'folder')} of people.")


def _of_nobody(spool: Spool) -> Finding:
    finding = _finding(spool)
    whose = (
        f"{spool.person} is none of the people who are judged"
        if spool.person
        else "Whose folder it is, its name does not tell"
    )
    message = f"{finding.message} {whose}."
    return Finding(
        finding.subject, finding.status, message, (), 0, finding.evidence, finding.remedy, OFFLINE_IM
    )
