"""The verdict on people, from the rows of the people checks.

For a person: any `fail` means cannot, also a `waived` one: that somebody accepts it does not make the message
arrive; else any `error`, or policy, client or ews not examined, means unknown; else can. A `warn` does not
change it. What was not examined of the other stages is named and changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imadmin.records import Stage
from imadmin.run import Person, Summary
from imadmin.tables import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.engine import Outcome
    from imadmin.tables import Database

__all__ = ["DECISIVE", "PEOPLE_LIMIT", "everybody", "not_examined", "verdict"]

DECISIVE = (Stage.POLICY, Stage.CLIENT, Stage.EWS)
"""The stages that must have been examined before anybody can be said to be able to send."""

PEOPLE_LIMIT = 5000
_BATCH = 2048
_NOBODY = """
    select null::varchar as person, '' as verdict, [''] as because, false as accepted where false
"""


def not_examined(outcomes: Sequence[Outcome], left_out: frozenset[Stage] = frozenset()) -> tuple[Stage, ...]:
    """The stages that nobody looked at, or that a check could not look at for want of a source.

    Args:
        outcomes: what was judged.
        left_out: the stages of which a check on people was not run.
    """
    examined = {
        o.result.stage for o in outcomes if o.examined and (o.people or o.result.stage not in DECISIVE)
    }
    skipped = {o.result.stage for o in outcomes if not o.examined and o.people} | left_out
    return tuple(stage for stage in Stage if stage not in examined or stage in skipped)


def verdict(
    database: Database,
    outcomes: Sequence[Outcome],
    left_out: frozenset[Stage] = frozenset(),
    *,
    population: bool = True,
) -> tuple[Summary, tuple[Person, ...]]:
    """Judge every person who counts.

    Args:
        database: the run's, where the rows of the outcomes are.
        outcomes: what was judged.
        population: whether anybody knows who the people are.
        left_out: the stages of which a check on people was not run: nobody can be said to pass them.

    Returns:
        The numbers, and those who are not `can`, by name, the first thousands of them.
    """
    missing = not_examined(outcomes, left_out)
    judged = [outcome for outcome in outcomes if outcome.rows]
    if not population or not any(outcome.people for outcome in outcomes):
        database.create("_verdicts", _NOBODY)
        return Summary(not_examined=missing), ()
    decided = not any(stage in missing for stage in DECISIVE)
    table = database.create("_verdicts", _verdicts(judged, "can" if decided else "unknown"))
    numbers = dict(table.query("select verdict, count(*) from _verdicts group by verdict"))
    accepted = table.query("select count(*) from _verdicts where accepted")[0][0]
    people = table.query(
        "select person, verdict, because, accepted from _verdicts where verdict <> 'can'"
        f" order by verdict, len(because) = 0, person limit {PEOPLE_LIMIT}"
    )
    summary = Summary(
        people=sum(numbers.values()),
        can_send=numbers.get("can", 0),
        cannot_send=numbers.get("cannot", 0),
        unknown=numbers.get("unknown", 0),
        not_examined=missing,
        accepted=accepted,
    )
    return summary, tuple(map(_person, people))


def everybody(database: Database) -> Iterator[Person]:
    """Everybody on whom there is a verdict, by name, one by one; `verdict` comes first."""
    cursor = database.cursor()
    cursor.execute("select person, verdict, because, accepted from _verdicts order by person")
    while rows := cursor.fetchmany(_BATCH):
        yield from map(_person, rows)


def _person(row: tuple[Any, ...]) -> Person:
    name, said, because, accepted = row
    return Person(name, said, tuple(because), accepted)


def _verdicts(judged: Sequence[Outcome], otherwise: str) -> str:
    rows = " union all ".join(
        f"select person, status, {literal(o.result.check)} as id, {i} as place from {o.rows}"
        for i, o in enumerate(judged)
    )
    rows = rows or "select null::varchar as person, '' as status, '' as id, 0 as place"
    fails = "list(distinct {place: place, id: id}) filter (status in ('fail', 'waived'))"
    errors = "list(distinct {place: place, id: id}) filter (status = 'error')"
    return f"""
        with rows as ({rows}),
        people as (
          select u.person, {fails} as fails, {errors} as errors, bool_or(status = 'fail') as failed
          from users u left join rows r on r.person = u.person where u.uncounted is null group by u.person
        )
        select person,
               case when fails is not null then 'cannot' when errors is not null then 'unknown'
                    else {literal(otherwise)} end as verdict,
               list_transform(list_sort(coalesce(fails, errors, [])), lambda x: x.id) as because,
               fails is not null and not failed as accepted
        from people
    """
