"""What a check says, and of whom: SQL over its rows, before they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.tables import identifier, literal

if TYPE_CHECKING:
    from imadmin.records import PeopleRows
    from imadmin.tables import Database

__all__ = ["Said", "is_one_each"]

NOTHING_SAID = "The check said nothing of this person."
_NAMED = "_named"
_FINGERPRINT = "count(*) as number, sum({0}) as total, bit_xor({0}) as mixed"


class Said(NamedTuple):
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
    def of(cls, database: Database, rows: PeopleRows) -> Said:
        """What these rows hold."""
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
    def identified(database: Database, heard: str) -> str:
        """What is said of those who do not pass, from what `grouped` gave, with their numbers."""
        [(said, passes)] = (
            database.cursor().execute(f"select count(*), bool_or(status = 'pass') from {heard}").fetchall()
        )
        if said == 1 and not passes:  # the same of everybody
            everybody = f"(select list(id) from {_NAMED} where counted) as people"
            return f"select h.* exclude (people, number, total, mixed), {everybody} from {heard} h"
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


def is_one_each(database: Database, heard: str) -> bool:
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
