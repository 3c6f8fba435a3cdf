"""What a check says, and of whom: SQL over its rows, before they are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.tables import identifier, literal

if TYPE_CHECKING:
    from imadmin.records import PeopleRows
    from imadmin.tables import Database

__all__ = ["Said"]

NOTHING_SAID = "The check said nothing of this person."
_NAMED = "_named"
_FINGERPRINT = "count(*) as number, sum({0}) as total, bit_xor({0}) as mixed"
_ALL = f"""
    select 'counted' as whose, {_FINGERPRINT.format("{1}")} from {{0}} where uncounted is null
    union all select 'users', {_FINGERPRINT.format("{1}")} from {{0}}
"""
_NAMES = "select hash(person) as key, rowid as id, uncounted from users"
_HEARD_OF = "* exclude (people, number, total, mixed)"
_UNCOUNTED = "(select rowid as key from users where uncounted is not null)"


class Said(NamedTuple):
    """SQL over the rows of a check.

    Attributes:
        rows: the relation.
        remedy: of a row `r`.
        columns: evidence, of a row `r`, by the names `said_0`, `said_1`, …
        evidence: these packed as JSON.
        by_row: whether the rows tell by number who they are about; else they do by name, of which the hash
            is taken: names are compared once, and not by each check.
    """

    rows: str
    remedy: str
    columns: dict[str, str]
    evidence: str
    by_row: bool

    @classmethod
    def of(cls, database: Database, rows: PeopleRows) -> Said:
        """What these rows hold."""
        described = database.query(f"describe {rows.table}")
        remedy = "r.remedy" if "remedy" in {row[0] for row in described} else "null::varchar"
        columns = {f"said_{i}": f"r.{identifier(column)}" for i, column in enumerate(rows.evidence)}
        packed = ", ".join(
            f"{literal(name)}: {said}" for name, said in zip(rows.evidence, columns, strict=True)
        )
        evidence = f"to_json({{{packed}}})::varchar" if packed else "null::varchar"
        return cls(rows.table, remedy, columns, evidence, rows.by_row)

    @property
    def grouped(self) -> str:
        """What is said, but of those who pass only that they do; who it is said of, by number or hash."""
        texts = {
            "reason": f"coalesce(r.reason, {literal(NOTHING_SAID)})",
            "object": "nullif(r.object, r.person)",
            "remedy": self.remedy,
            **self.columns,
        }
        whose = f"r.{self._every}"
        key = whose if self.by_row else f"hash({whose})"
        told = ", ".join(
            f"case when r.status is distinct from 'pass' then {sql} end as {name}"
            for name, sql in texts.items()
        )
        return f"""
            select coalesce(r.status, 'error') as status, {told}, {_FINGERPRINT.format(f"hash({whose})")},
                   list({key}) filter (r.status is distinct from 'pass') as people
            from {self.rows} r group by all
        """

    def one_each(self, database: Database, heard: str) -> str:
        """SQL for what is said of those who do not pass, with their numbers, from what `grouped` gave.

        Empty where not everybody, or everybody who counts, has one row.
        """
        among = self._among(database, heard)
        if not among:
            return ""
        [(said, passes)] = database.query(f"select count(*), bool_or(status = 'pass') from {heard}")
        if said == 1 and not passes:  # the same of everybody
            everybody = "(select list(rowid) from users where uncounted is null) as people"
            return f"select {_HEARD_OF}, {everybody} from {heard}"
        numbers = self._numbers(heard, among)
        return f"select h.{_HEARD_OF}, i.people from {heard} h join ({numbers}) i on i.said = h.rowid"

    def _numbers(self, heard: str, among: str) -> str:
        """SQL for the numbers of those who count, for each row of *heard* that is not of those who pass."""
        if self.by_row and among == "counted":
            return f"select rowid as said, people from {heard} where people is not null"
        each = f"(select rowid as said, unnest(people) as key from {heard})"
        if self.by_row:
            whose = f"{each} anti join {_UNCOUNTED} using (key)"
            return f"select said, list(key) as people from {whose} group by said"
        whose = f"{each} join {_NAMED} c using (key) where c.uncounted is null"
        return f"select said, list(c.id) as people from {whose} group by said"

    def _among(self, database: Database, heard: str) -> str:
        """Who has one row each: `users` or `counted`, those who count; empty where neither has.

        A fingerprint tells: how many, and the sums of 64 bits of each.
        """
        if self.by_row:
            every = database.derive("_by_row", _ALL.format("users", "hash(rowid)"), of=("users",))
        else:
            database.derive(_NAMED, _NAMES, of=("users",))
            every = database.derive("_by_name", _ALL.format(_NAMED, "key"), of=("users",))
        rows = database.query(
            "select '' as whose, sum(number), sum(total), bit_xor(mixed)"
            f" from {heard} union all from {every.name}"
        )
        prints = {whose: found for whose, *found in rows}
        return next((whose for whose in ("counted", "users") if prints[whose] == prints[""]), "")

    @property
    def _every(self) -> str:
        return "rowid" if self.by_row else "person"

    @property
    def completed(self) -> str:
        """The rows of everybody who counts, also of those of whom there is none."""
        said = "".join(f", {sql} as {name}" for name, sql in self.columns.items())
        return f"""
            select u.rowid as id, coalesce(r.status, 'error') as status,
                   coalesce(r.reason, {literal(NOTHING_SAID)}) as reason,
                   nullif(r.object, u.person) as object, {self.remedy} as remedy{said}
            from users u left join {self.rows} r on r.{self._every} = u.{self._every}
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
              from {self.rows} r join users u on u.{self._every} = r.{self._every}
              where r.status = 'pass' and u.uncounted is null
            )
        """
