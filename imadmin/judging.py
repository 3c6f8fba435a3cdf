"""From the rows of a people check to findings: grouping, counting, completing, in SQL."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from imadmin.records import Finding, Status
from imadmin.tables import Table, identifier, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin.records import PeopleRows
    from imadmin.tables import Database

__all__ = ["PEOPLE_LIMIT", "counts", "everybody", "findings", "is_population", "keep", "kept", "settle"]

PEOPLE_LIMIT = 1000
NOTHING_SAID = "The check said nothing of this person."
_NAMED = "_named"
_FINGERPRINT = "count(*) as number, sum({0}) as total, bit_xor({0}) as mixed"
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

    Where it has one row for each, as most have, what it says of those who pass is not worked out before
    somebody asks for it.

    Returns:
        The name of their relation; see `keep`.

    Raises:
        ValueError: a row has a status that is none.
    """
    said = _Said.of(database, rows)
    heard = f"{name}_heard"
    database.create(heard, said.grouped)
    if _is_one_each(database, heard):
        _keep(database, name, said.identified(heard), said.evidence, said.passing)
    else:
        keep(database, name, said.completed, evidence=said.evidence)
    database.drop(heard)
    _check_statuses(database, name)
    return name


class _Said(NamedTuple):
    """SQL over the rows of a check.

    Attributes:
        rows: the relation.
        remedy: of a row `r`.
        columns: evidence, of a row `r`, by the names `said_0`, `said_1`, …
        evidence: these packed as JSON.
    """

    rows: str
    remedy: str
    columns: dict[str, str]
    evidence: str

    @classmethod
    def of(cls, database: Database, rows: PeopleRows) -> _Said:
        described = database.cursor().execute(f"describe {rows.table}").fetchall()
        remedy = "r.remedy" if "remedy" in {row[0] for row in described} else "null::varchar"
        columns = {f"said_{i}": f"r.{identifier(column)}" for i, column in enumerate(rows.evidence)}
        packed = ", ".join(
            f"{literal(name)}: {said}" for name, said in zip(rows.evidence, columns, strict=True)
        )
        return cls(
            rows.table, remedy, columns, f"to_json({{{packed}}})::varchar" if packed else "null::varchar"
        )

    @property
    def grouped(self) -> str:
        """What is said, but of those who pass only that they do; who it is said of, as hashes of names."""
        texts = {
            "reason": f"coalesce(r.reason, {literal(NOTHING_SAID)})",
            "object": "nullif(r.object, r.person)",
            "remedy": self.remedy,
            **self.columns,
        }
        told = ", ".join(
            f"case when r.status is distinct from 'pass' then {sql} end as {name}"
            for name, sql in texts.items()
        )
        return f"""
            select coalesce(r.status, 'error') as status, {told}, {_FINGERPRINT.format("hash(r.person)")},
                   list(hash(r.person)) filter (r.status is distinct from 'pass') as people
            from {self.rows} r group by all
        """

    @staticmethod
    def identified(heard: str) -> str:
        """What is said of those who do not pass, from what `grouped` gave, with their numbers."""
        return f"""
            select h.* exclude (people, number, total, mixed), i.people from {heard} h
            join (select said, list(c.id) as people
                  from (select rowid as said, unnest(people) as key from {heard}) join {_NAMED} c using (key)
                  where c.counted group by said) i on i.said = h.rowid
        """

    @property
    def completed(self) -> str:
        """The rows of everybody who counts, also of those of whom there is none."""
        said = "".join(f", {sql} as {name}" for name, sql in self.columns.items())
        return f"""
            select u.rowid as id, coalesce(r.status, 'error') as status,
                   coalesce(r.reason, {literal(NOTHING_SAID)}) as reason,
                   nullif(r.object, u.person) as object, {self.remedy} as remedy{said}
            from users u left join {self.rows} r on r.person = u.person
            where u.uncounted is null
        """

    @property
    def passing(self) -> str:
        """The rows of those who pass."""
        said = "".join(f", {sql} as {name}" for name, sql in self.columns.items())
        return f"""
            select person, status, reason, object, remedy, {self.evidence} as evidence, id from (
              select u.person, r.status, coalesce(r.reason, {literal(NOTHING_SAID)}) as reason,
                     coalesce(r.object, u.person) as object, {self.remedy} as remedy, u.rowid as id{said}
              from {self.rows} r join users u on u.person = r.person
              where r.status = 'pass' and u.uncounted is null
            )
        """


def _is_one_each(database: Database, heard: str) -> bool:
    """Whether everybody has one row, or everybody who counts: told by the hashes of their names.

    Names are compared once, as 64 bits, and not by each check: at a million people that is most of its time.
    """
    database.derive(
        _NAMED,
        "select hash(person) as key, rowid as id, uncounted is null as counted from users",
        of=("users",),
    )
    one, *every = (
        database.cursor()
        .execute(
            f"""
            select sum(number), sum(total), bit_xor(mixed) from {heard}
            union all select {_FINGERPRINT.format("key")} from {_NAMED}
            union all select {_FINGERPRINT.format("key")} from {_NAMED} where counted
            """
        )
        .fetchall()
    )
    return one in every


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
        sql: gives `id` (the person's `rowid` among the users), `status`, `reason`, `object` (null for the
            person), `remedy`, and what *evidence* is made of.
        evidence: SQL over the other columns of *sql*.
        passing: gives the rows of those who pass, where *sql* does not: person, status, reason, object,
            remedy, evidence, id.
    """
    said = f"select * exclude (id), list(id) as people from ({sql}) group by all"
    _keep(database, name, said, evidence, passing)


def _keep(database: Database, name: str, said: str, evidence: str, passing: str) -> None:
    database.create(
        kept(name),
        f"""
        with said as ({said})
        select row_number() over () as said, * from (
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
    """The table behind the rows *name*: said, status, reason, object, remedy, evidence, people.

    Who counts and is not in it passes.
    """
    return f"{name}_kept"


def _check_statuses(database: Database, name: str) -> None:
    allowed = ", ".join(literal(status) for status in _ALLOWED)
    found = database.cursor().execute(
        f"select distinct status from {kept(name)} where status not in ({allowed})"
    )
    strange = [row[0] for row in found.fetchall()]
    if strange:
        raise ValueError(f"its rows have the status {', '.join(map(repr, strange))}, which is none")


def counts(database: Database, table: str) -> dict[str, int]:
    """How many persons have each status; of several, a person's worst counts."""
    found = (
        database.cursor()
        .execute(
            f"""
            with worst as (
              select id, arg_max(status, {RANK}) as status
              from (select status, unnest(people) as id from {kept(table)}) group by id
            )
            select status, count(*) from worst group by status
            union all
            select 'pass', (select count(*) from users) - (select count(*) from worst)
            """
        )
        .fetchall()
    )
    given: Counter[str] = Counter()
    for status, number in found:
        given[status] += int(number)
    return {status.value: given[status.value] for status in Status}


def findings(database: Database, table: str, reference: str) -> tuple[Finding, ...]:
    """All that is not pass, people with equal rows together: the worst first, then the most people."""
    rows = (
        database.cursor()
        .execute(
            f"""
            with bad as (
              select * exclude (people), unnest(people) as id, len(people) as people,
                     object is null and len(people) <= {PEOPLE_LIMIT} as each
              from {kept(table)} where status <> 'pass'
            ),
            named as (select b.*, u.person from bad b join users u on u.rowid = b.id),
            told as (
              select distinct said, person as object, 1 as people, [person] as names from named where each
              union all
              select said, object, count(distinct id), list_sort(list(distinct person))
              from named where not each and people <= {PEOPLE_LIMIT} group by said, object
              union all  -- the heap of the least takes its room whatever there is to put into it
              select said, object, count(distinct id), list_distinct(min(person, {PEOPLE_LIMIT}))
              from named where people > {PEOPLE_LIMIT} group by said, object
            )
            select k.status, k.reason, coalesce(t.object, t.names[1] || ' and others') as object, k.remedy,
                   k.evidence, t.people, t.names
            from told t join {kept(table)} k using (said)
            order by {RANK} desc, t.people desc, object, k.reason, k.evidence
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
        people=tuple(sorted(names)),
        people_count=int(people),
        evidence={key: value for key, value in json.loads(evidence or "{}").items() if value is not None},
        remedy=str(remedy or ""),
        reference=reference,
    )
