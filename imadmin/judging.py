"""From the rows of a people check to findings: grouping, counting, completing, in SQL."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from imadmin.records import Finding, Status
from imadmin.saying import Said
from imadmin.tables import Table, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.records import PeopleRows
    from imadmin.tables import Database

__all__ = ["PEOPLE_LIMIT", "counts", "everybody", "findings", "is_population", "keep", "kept", "settle"]

PEOPLE_LIMIT = 1000
_ALLOWED = (Status.PASS, Status.WARN, Status.FAIL, Status.SKIP, Status.ERROR)
RANK = "case status " + " ".join(f"when {literal(s.value)} then {s.rank}" for s in Status) + " end"


def is_population(database: Database, value: object) -> bool:
    """Whether the fact `users` is the table that everything here joins with."""
    import duckdb

    if not isinstance(value, Table):
        return False
    try:
        database.query("select person, uncounted from users limit 0")
    except duckdb.Error:
        return False
    return True


def settle(database: Database, name: str, rows: PeopleRows) -> str:
    """Make the final rows of a check: every person who counts has some, and nobody else a judgement.

    Where it has one row for each, as most have, what it says of those who pass is not worked out before
    somebody asks for it.

    Returns:
        The name of their relation; see `keep`.

    Raises:
        ValueError: a row has a status that is none.
    """
    said = Said.of(database, rows)
    heard = f"{name}_heard"
    database.create(heard, said.grouped)
    if one_each := said.one_each(database, heard):
        _keep(database, name, one_each, said.evidence, said.passing)
    else:
        keep(database, name, said.completed, evidence=said.evidence)
    database.drop(heard)
    _check_statuses(database, name)
    return name


def everybody(database: Database, name: str, status: Status, reason: str) -> str:
    """Make rows that say the same of every person who counts."""
    keep(
        database,
        name,
        f"""
        select rowid as id, {literal(status)} as status, {literal(reason)} as reason, '' as object,
               null::varchar as remedy
        from users where uncounted is null
        """,
    )
    return name


def keep(
    database: Database, name: str, sql: str, *, evidence: str = "null::varchar", passing: str = ""
) -> None:
    """Keep rows of people in little room, and those of the uncounted with them.

    What is said is kept once, with the numbers of all people of whom it is said: for a million people
    a check says a handful of things.

    Args:
        database: of the run.
        name: of the relation that shows the rows: person, status, reason, object, remedy, evidence, and `id`
            and `said`, which together tell a row from all others.
        sql: gives, of people who count, `id` (the person's `rowid` among the users), `status`, `reason`,
            `object` (null for the person), `remedy`, and what *evidence* is made of.
        evidence: SQL over the other columns of *sql*.
        passing: gives the rows of those who pass, where *sql* does not: person, status, reason, object,
            remedy, evidence, id.
    """
    said = f"select * exclude (id), list(distinct id) as people from ({sql}) group by all"
    _keep(database, name, said, evidence, passing)


def _keep(database: Database, name: str, said: str, evidence: str, passing: str) -> None:
    alone = "true" if passing else "false"
    database.create(
        kept(name),
        f"""
        with said as ({said})
        select row_number() over () as said, {alone} as alone, * from (
          select status, reason, object, remedy, {evidence} as evidence, people from said
          union all
          select 'skip', uncounted, 'not counted', null, null, list(rowid) from users
          where uncounted is not null group by uncounted
        )
        """,
    )
    shown = f"""
        select u.person, k.status, k.reason, coalesce(k.object, u.person) as object, k.remedy, k.evidence,
               k.id, k.said
        from (select * exclude (people), unnest(people) as id from {kept(name)}) k
        join users u on u.rowid = k.id
    """
    database.show(name, f"{shown} union all select *, 0 as said from ({passing})" if passing else shown)


def kept(name: str) -> str:
    """The table behind the rows *name*: said, alone, status, reason, object, remedy, evidence, people.

    Nobody is twice in one row's `people`, and where the rows are `alone`, nobody in those of two. Who counts
    and is in none passes.
    """
    return f"{name}_kept"


def _check_statuses(database: Database, name: str) -> None:
    allowed = ", ".join(literal(status) for status in _ALLOWED)
    found = database.query(f"select distinct status from {kept(name)} where status not in ({allowed})")
    strange = [row[0] for row in found]
    if strange:
        raise ValueError(f"its rows have the status {', '.join(map(repr, strange))}, which is none")


def counts(database: Database, table: str) -> dict[str, int]:
    """How many persons have each status; of several, a person's worst counts."""
    given: Counter[str] = Counter()
    for status, number in database.query(_counting(database, table)):
        given[status] += int(number)
    [(every,)] = database.query("select count(*) from users")
    given[Status.PASS] += every - given.total()
    return {status.value: given[status.value] for status in Status}


def _counting(database: Database, table: str) -> str:
    """SQL for how many of those who are in the kept rows have each status."""
    alone = database.query(f"select bool_and(alone) from {kept(table)}")
    if alone == [(True,)]:
        return f"select status, sum(len(people)) from {kept(table)} group by status"
    return f"""
        select status, count(*) from (
          select id, arg_max(status, {RANK}) as status
          from (select status, unnest(people) as id from {kept(table)}) group by id
        ) group by status
    """


def findings(database: Database, table: str, reference: str) -> tuple[Finding, ...]:
    """All that is not pass, people with equal rows together: the worst first, then the most people."""
    rows = database.query(
        f"""
        with bad as (
          select said, unnest(people) as id, len(people) as people,
                 object is null and len(people) <= {PEOPLE_LIMIT} as each
          from {kept(table)} where status <> 'pass'
        ),
        named as (select b.*, u.person from bad b join users u on u.rowid = b.id),
        told as (
          select said, person as named, 1 as people, [person] as names from named where each
          union all
          select said, null, count(*), list_sort(list(person))
          from named where not each and people <= {PEOPLE_LIMIT} group by said
          union all  -- the heap of the least takes its room whatever there is to put into it
          select said, null, count(*), min(person, {PEOPLE_LIMIT})
          from named where people > {PEOPLE_LIMIT} group by said
        )
        select k.status, k.reason, coalesce(t.named, k.object, t.names[1] || ' and others') as object,
               k.remedy, k.evidence, t.people, t.names
        from told t join {kept(table)} k using (said)
        order by {RANK} desc, t.people desc, 3, k.reason, k.evidence
        """
    )
    return tuple(_finding(row, reference) for row in rows)


def _finding(row: Iterable[Any], reference: str) -> Finding:
    import json

    status, reason, subject, remedy, evidence, people, names = row
    return Finding(
        subject=str(subject),
        status=Status(status),
        message=str(reason),
        people=tuple(sorted(names)),
        people_count=int(people),
        evidence={key: value for key, value in json.loads(evidence or "{}").items() if value is not None},
        remedy=str(remedy or ""),
        reference=reference,
    )
