"""The verdict on people, from the rows of the people checks.

For a person: any `fail` means cannot, also a `waived` one: that somebody accepts it does not make the message
arrive; else any `error`, or policy, client or ews not examined, means unknown; else can. A `warn` does not
change it. What was not examined of the other stages is named and changes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from imadmin.judging import kept
from imadmin.records import Stage
from imadmin.run import Person, Summary
from imadmin.tables import Table, literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imadmin.outcomes import Outcome
    from imadmin.tables import Database

__all__ = ["DECISIVE", "PEOPLE_LIMIT", "everybody", "not_examined", "verdict"]

DECISIVE = (Stage.POLICY, Stage.CLIENT, Stage.EWS)
"""The stages that must have been examined before anybody can be said to be able to send."""

PEOPLE_LIMIT = 5000
_BATCH = 2048
_AGAINST, _SETS = "_against", "_sets"
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
        database.show("_verdicts", _NOBODY)
        return Summary(not_examined=missing), ()
    decided = not any(stage in missing for stage in DECISIVE)
    otherwise = "can" if decided else "unknown"
    table = _decide(database, judged, otherwise)
    numbers, accepted = _numbers(table, otherwise)
    summary = Summary(
        people=numbers.total(),
        can_send=numbers["can"],
        cannot_send=numbers["cannot"],
        unknown=numbers["unknown"],
        not_examined=missing,
        accepted=accepted,
    )
    return summary, tuple(map(_person, _first(table, otherwise)))


def _numbers(table: Table, otherwise: str) -> tuple[Counter[str], int]:
    """How many people there are of each verdict, and how many of them are accepted."""
    counted = table.query(
        f"select verdict, sum(people), sum(people) filter (accepted) from {_SETS} group by 1"
    )
    numbers = Counter({said: int(people) for said, people, _ in counted})
    [(every,)] = table.query("select count(*) from users where uncounted is null")
    numbers[otherwise] += every - numbers.total()
    return numbers, sum(int(accepted or 0) for _, _, accepted in counted)


def _first(table: Table, otherwise: str) -> list[tuple[Any, ...]]:
    """The first people who are not `can`: who cannot, then of whom something is unknown, then the others.

    One after the other, so that of a million people those are sorted of whom there is room to tell.
    """
    known = f"{_AGAINST} a join {_SETS} s using (fails, errors, failed) join users u on u.rowid = a.id"
    told = "select u.person, s.verdict, s.because, s.accepted"
    parts = [f"{told} from {known} where s.verdict = '{said}'" for said in ("cannot", "unknown")]
    if otherwise != "can":
        parts.append(
            f"select u.person, {literal(otherwise)}, [], false from users u"
            f" anti join {_AGAINST} a on a.id = u.rowid where u.uncounted is null"
        )
    first: list[tuple[Any, ...]] = []
    for part in parts:
        if room := PEOPLE_LIMIT - len(first):
            first += table.query(f"{part} order by u.person limit {room}")
    return first


def everybody(database: Database) -> Iterator[Person]:
    """Everybody on whom there is a verdict, by name, one by one; `verdict` comes first."""
    cursor = database.cursor()
    cursor.execute("select person, verdict, because, accepted from _verdicts order by person")
    while rows := cursor.fetchmany(_BATCH):
        yield from map(_person, rows)


def _person(row: tuple[Any, ...]) -> Person:
    name, said, because, accepted = row
    return Person(name, said, tuple(because), accepted)


def _decide(database: Database, judged: Sequence[Outcome], otherwise: str) -> Table:
    """Make `_verdicts`: person, verdict, because, accepted.

    What stands against a person is a set of checks, and a million people have some hundred such sets: each
    is put into words once.
    """
    none = literal("0" * max(len(judged), 1))
    database.create(_AGAINST, _against(judged, none))
    ids = f"[{', '.join(literal(o.result.check) for o in judged)}]::varchar[]"
    named = f"list_filter({ids}, lambda id, place: get_bit($set$, (place - 1)::integer) = 1)"
    database.create(
        _SETS,
        f"""
        select fails, errors, failed, people,
               case when fails <> {none}::bit then 'cannot' else 'unknown' end as verdict,
               case when fails <> {none}::bit then {named.replace("$set$", "fails")}
                    else {named.replace("$set$", "errors")} end as because,
               fails <> {none}::bit and not failed as accepted
        from (select fails, errors, failed, count(*) as people from {_AGAINST} group by all)
        """,
    )
    database.show(
        "_verdicts",
        f"""
        select u.person, coalesce(s.verdict, {literal(otherwise)}) as verdict,
               coalesce(s.because, []) as because, coalesce(s.accepted, false) as accepted
        from users u left join {_AGAINST} a on a.id = u.rowid
          left join {_SETS} s using (fails, errors, failed)
        where u.uncounted is null
        """,
    )
    return Table(database, "_verdicts")


def _against(judged: Sequence[Outcome], none: str) -> str:
    """The query for a row of each person against whom something stands: which checks failed or erred."""
    said = " union all ".join(
        f"select unnest(people) as id, status, {_only(i, len(judged))} as place"
        f" from {kept(o.rows)} where status in ('fail', 'waived', 'error')"
        for i, o in enumerate(judged)
    )
    said = said or f"select null::bigint as id, '' as status, {none}::bit as place where false"
    return f"""
        select id, coalesce(bit_or(place) filter (status <> 'error'), {none}::bit) as fails,
               coalesce(bit_or(place) filter (status = 'error'), {none}::bit) as errors,
               bool_or(status = 'fail') as failed
        from ({said}) group by id
    """


def _only(place: int, places: int) -> str:
    return f"{literal('0' * place + '1' + '0' * (places - place - 1))}::bit"
