"""Which mailboxes are wanted, and where each is asked for: a table, so that a million are no list."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from imadmin import Missing, SourceError
from imadmin.model import Location, Mailboxes
from imadmin.model.located import located
from imadmin.tables import Table, literal

from .outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.commands import Recorded

    from .places import Place

__all__ = ["Wanted"]

_CHUNK: Final = 1_000
_TABLE: Final = "wanted_mailboxes"
_LOOK: Final = "Look at the people whom the deployment knows: imadmin check policy."
_OF_PEOPLE: Final = """
    base as (
      select coalesce(l.mailbox, l.person) as mailbox, any_value(l.location) as location,
             any_value(l.why_not) as why_not
      from located l join users u on u.rowid = l.id where u.uncounted is null group by 1
    )
"""
_OF_ALL: Final = """
    base as (
      select mailbox, any_value(location) as location, null::varchar as why_not from {table} group by 1
    )
"""
_PLACED: Final = """
    with {base}, owned(mailbox, place) as ({owned}), serving(location, places) as ({serving}),
    chosen as (select * from base {sample}),
    numbered as (select *, row_number() over (order by mailbox) as number from chosen)
    select s.mailbox, s.location, s.why_not,
           coalesce(o.place, g.places[1 + s.number % len(g.places)], -1) as place
    from numbered s left join owned o on o.mailbox = s.mailbox left join serving g on g.location = s.location
"""
_WHY_NOT: Final = """
    select mailbox,
           case location when 'none' then 'skip' else 'error' end,
           case location
             when 'none' then 'there is no mailbox of this person in Exchange'
             when 'unknown' then 'where the mailbox is, is not known: ' || why_not
             else 'no endpoint that is asked serves mailboxes '
                  || case location when 'online' then 'in Exchange Online' else location end end,
           case location
             when 'none' then ''
             when 'unknown' then 'Save Get-Mailbox of every Exchange organisation.'
             else 'Describe its endpoint under ews: in the deployment file.' end
    from {table} where place = -1 order by mailbox
"""


class Wanted:
    """The mailboxes of the people who are judged; of everybody in Exchange where no people are known.

    Args:
        run: that asks for them.
        places: where they can be asked for; those of one location share its mailboxes.
        sample: so many of them by chance, the same ones when the run goes on; None for all.

    Raises:
        SourceError: the deployment tells of no people and of no mailboxes.
    """

    def __init__(self, run: Recorded, places: Sequence[Place], sample: int | None) -> None:
        self._run: Final = run
        base = _base(run)
        chosen = f"order by md5(mailbox || {literal(run.id)}) limit {sample}" if sample is not None else ""
        sql = _PLACED.format(base=base, owned=_owned(places), serving=_serving(places), sample=chosen)
        self._table: Final = run.database.create(_TABLE, sql)
        if not self.count():
            raise SourceError("there is nobody whose mailbox could be asked for", remedy=_LOOK)

    def first(self, place: Place) -> str:
        """One of the mailboxes that are asked for there; empty where there are none."""
        rows = self._table.query(f"select min(mailbox) from {_TABLE} where place = ?", [place.number])
        return rows[0][0] or ""

    def count(self) -> int:
        """How many are to be asked for, or were in an earlier part of the run."""
        return len(self._table)

    def of(self, place: Place) -> Iterator[str]:
        """Those that are still to be asked for there."""
        rows = self._table.stream(
            f"select mailbox from {_TABLE} where place = {place.number} order by mailbox"
        )
        while chunk := [row[0] for row in islice(rows, _CHUNK)]:
            settled = self._run.subjects.settled(self._run.id, chunk)
            yield from (mailbox for mailbox in chunk if mailbox not in settled)

    def unserved(self) -> Iterator[tuple[str, Outcome]]:
        """Those that are asked for nowhere, and why."""
        for mailbox, status, why, remedy in self._table.stream(_WHY_NOT.format(table=_TABLE)):
            yield mailbox, Outcome.not_asked("", why, status=status, remedy=remedy)


def _base(run: Recorded) -> str:
    known = run.facts.gather(["users", "mailboxes"])
    users, mailboxes = known["users"], known["mailboxes"]
    if not isinstance(mailboxes, Mailboxes | Missing):
        raise TypeError(f"the fact mailboxes is {type(mailboxes).__name__}")
    if isinstance(users, Table):
        return f"{located(mailboxes)}, {_OF_PEOPLE}"
    if isinstance(mailboxes, Mailboxes):
        return _OF_ALL.format(table=mailboxes.table.name)
    raise SourceError(
        f"whose mailboxes there are is not known: {mailboxes.reason or 'no list of people or mailboxes'}",
        remedy="Describe the shell skype or exchange in the deployment, or name the mailboxes.",
    )


def _owned(places: Sequence[Place]) -> str:
    rows = [f"({literal(one)}, {p.number})" for p in places if p.own for one in sorted(p.own)]
    return f"values {', '.join(rows)}" if rows else "select null::varchar, 0 where false"


def _serving(places: Sequence[Place]) -> str:
    """Which places share the mailboxes of a location; those of an unknown one, where there is no choice."""
    shared = [place for place in places if place.own is None]
    by_location = {str(one): [p.number for p in shared if p.location is one] for one in Location}
    served = {name: numbers for name, numbers in by_location.items() if numbers}
    if len(served) == 1:
        served |= {"unknown": next(iter(served.values()))}
    rows = [f"({literal(name)}, {numbers})" for name, numbers in served.items()]
    return f"values {', '.join(rows)}" if rows else "select null::varchar, [0] where false"
