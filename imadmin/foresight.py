"""For whom an answer changes: the checks judge the facts as they are, and as an operation leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imadmin.engine import Engine
from imadmin.errors import ImadminError
from imadmin.judging import PEOPLE_LIMIT, RANK
from imadmin.plugins.guard import guarded
from imadmin.records import Missing, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin.facts import Facts
    from imadmin.operations import Change, Operation
    from imadmin.outcomes import Outcome
    from imadmin.plugins import Catalog, Owned
    from imadmin.records import Check
    from imadmin.tables import Database

__all__ = ["Outlook", "Turn", "foresee", "judges"]


class Turn(NamedTuple):
    """The people for whom a check's answer turns.

    Attributes:
        before: the status that they have.
        after: the status that they would have.
        people: some of them, sorted.
        number: how many they are.
    """

    check: str
    before: Status
    after: Status
    people: tuple[str, ...]
    number: int


class Outlook(NamedTuple):
    """What the checks say of a plan.

    Attributes:
        turns: for whom an answer turns; empty where it turns for nobody.
        counts: by check, how many persons have each status afterwards.
        unknown: why it cannot be told; empty where it can.
    """

    turns: tuple[Turn, ...] = ()
    counts: Mapping[str, Mapping[str, int]] = {}
    unknown: str = ""


def foresee(
    operation: Operation, changes: Sequence[Change], catalog: Catalog, facts: Facts, database: Database
) -> Outlook:
    """For whom the answer would change, by the checks that judge what the operation changes."""
    checks = judges(operation, catalog)
    if not checks:
        return Outlook()
    if operation.foresee is None:
        return Outlook(unknown="the operation does not say what the checks would see afterwards")
    present = {**_had(facts.gather(operation.also)), **facts.gather(operation.facts)}
    lost = next((value for value in present.values() if isinstance(value, Missing)), None)
    if lost is not None:
        return Outlook(unknown=lost.reason)
    try:
        with guarded("could not foresee what it changes", operation.name):
            future = operation.foresee(changes, present)
    except ImadminError as error:
        return Outlook(unknown=error.line)
    before = _judged(checks, catalog, facts, database, "now")
    after = _judged(checks, catalog, facts.foreseen(future), database, "then")
    return _outlook(before, after, database)


def _had(found: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in found.items() if not isinstance(value, Missing)}


def judges(operation: Operation, catalog: Catalog) -> list[Owned[Check]]:
    """The checks on people that need a fact which the operation changes."""
    return [
        owned
        for owned in catalog.checks().values()
        if owned.record.judges == "people" and not set(operation.facts).isdisjoint(owned.record.facts)
    ]


def _judged(
    checks: Sequence[Owned[Check]], catalog: Catalog, facts: Facts, database: Database, name: str
) -> list[Outcome]:
    return Engine(catalog, facts, database, lambda _: None, tables=f"_foreseen_{name}").run(checks)


def _outlook(before: list[Outcome], after: list[Outcome], database: Database) -> Outlook:
    lost = next((o.result for o in (*before, *after) if not o.rows), None)
    if lost is not None:
        reason = lost.findings[0].message if lost.findings else "it judged nobody"
        return Outlook(unknown=f"{lost.check}: {reason}")
    pairs = zip(before, after, strict=True)
    turns = tuple(turn for one, other in pairs for turn in _turns(one, other, database))
    return Outlook(turns, {outcome.result.check: outcome.result.counts for outcome in after})


def _turns(before: Outcome, after: Outcome, database: Database) -> list[Turn]:
    worst = f"select person, arg_max(status, {RANK}) as status from {{}} group by person"
    rows = database.query(
        f"""
        select b.status, a.status, count(*),
               list_slice(list_sort(list(person)), 1, {PEOPLE_LIMIT})
        from ({worst.format(before.rows)}) b join ({worst.format(after.rows)}) a using (person)
        where b.status <> a.status group by 1, 2 order by 3 desc, 1, 2
        """
    )
    check = before.result.check
    return [Turn(check, Status(was), Status(will), tuple(names), count) for was, will, count, names in rows]
