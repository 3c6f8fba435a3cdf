"""From the rows of a people check to findings: grouping, counting, completing, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imadmin.records import Finding, Status
from imadmin.tables import Table, identifier, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.records import PeopleRows
    from imadmin.tables import Database

__all__ = ["PEOPLE_LIMIT", "counts", "everybody", "findings", "is_population", "settle"]

PEOPLE_LIMIT = 1000
NOTHING_SAID = "The check said nothing of this person."
_ALLOWED = (Status.PASS, Status.WARN, Status.FAIL, Status.SKIP, Status.ERROR)
RANK = "case status " + " ".join(f"when {literal(s.value)} then {s.rank}" for s in Status) + " end"


def is_population(database: Database, value: object) -> bool:
    """Whether the fact `users` is the table that everything here joins with."""
    import duckdb

    if not isinstance(value, Table):
        return False
    try:
        database.cursor().execute("select person, uncounted from users limit 0")
    except duckdb.Error:
        return False
    return True


def settle(database: Database, name: str, rows: PeopleRows) -> str:
    """Make the final rows of a check: every person who counts has some, and nobody else a judgement.

    Returns:
        The table's name; columns person, status, reason, object, remedy, evidence.

    Raises:
        ValueError: a row has a status that is none.
    """
    cursor = database.cursor()
    columns = [str(row[0]) for row in cursor.execute(f"describe {rows.table}").fetchall()]
    remedy = "r.remedy" if "remedy" in columns else "null"
    evidence = ", ".join(f"{literal(column)}: r.{identifier(column)}" for column in rows.evidence)
    packed = f"to_json({{{evidence}}})::varchar" if evidence else "null"
    database.create(
        name,
        f"""
        select u.person, coalesce(r.status, 'error') as status,
               coalesce(r.reason, {literal(NOTHING_SAID)}) as reason,
               coalesce(r.object, u.person) as object, {remedy} as remedy,
               case when r.person is not null then {packed} end as evidence
        from users u left join {rows.table} r on r.person = u.person
        where u.uncounted is null
        union all
        {_uncounted()}
        """,
    )
    _check_statuses(database, name)
    return name


def everybody(database: Database, name: str, status: Status, reason: str) -> str:
    """Make rows that say the same of every person who counts."""
    database.create(
        name,
        f"""
        select person, {literal(status)} as status, {literal(reason)} as reason, '' as object,
               null::varchar as remedy, null::varchar as evidence
        from users where uncounted is null
        union all
        {_uncounted()}
        """,
    )
    return name


def _uncounted() -> str:
    return """
        select person, 'skip', uncounted, 'not counted', null, null from users where uncounted is not null
    """


def _check_statuses(database: Database, name: str) -> None:
    allowed = ", ".join(literal(status) for status in _ALLOWED)
    found = database.cursor().execute(f"select distinct status from {name} where status not in ({allowed})")
    strange = [row[0] for row in found.fetchall()]
    if strange:
        raise ValueError(f"its rows have the status {', '.join(map(repr, strange))}, which is none")


def counts(database: Database, table: str) -> dict[str, int]:
    """How many persons have each status; of several, a person's worst counts."""
    found = (
        database.cursor()
        .execute(
            f"""
            select status, count(*) from
              (select person, arg_max(status, {RANK}) as status from {table} group by person)
            group by status
            """
        )
        .fetchall()
    )
    given = dict(found)
    return {status.value: int(given.get(status.value, 0)) for status in Status}


def findings(database: Database, table: str, reference: str) -> tuple[Finding, ...]:
    """All that is not pass, people with equal rows together: the worst first, then the most people."""
    rows = (
        database.cursor()
        .execute(
            f"""
            select status, reason, object, remedy, evidence, count(distinct person) as people,
                   list_slice(list_sort(list_distinct(list(person))), 1, {PEOPLE_LIMIT}) as names
            from {table} where status <> 'pass'
            group by status, reason, object, remedy, evidence
            order by {RANK} desc, people desc, object, reason
            """
        )
        .fetchall()
    )
    return tuple(_finding(row, reference) for row in rows)


def _finding(row: Iterable[Any], reference: str) -> Finding:
    import json

    status, reason, subject, remedy, evidence, people, names = row
    return Finding(
        subject=str(subject),
        status=Status(status),
        message=str(reason),
        people=tuple(names),
        people_count=int(people),
        evidence={key: value for key, value in json.loads(evidence or "{}").items() if value is not None},
        remedy=str(remedy or ""),
        reference=reference,
    )
