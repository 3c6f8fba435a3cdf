from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin import Severity, Stage, Status
from imadmin.judging import keep
from imadmin.model import USERS
from imadmin.outcomes import Outcome
from imadmin.run import CheckResult, Person, Summary
from imadmin.tables import Database
from imadmin.verdict import DECISIVE, PEOPLE_LIMIT, verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

PEOPLE = ("ann@x", "bob@x", "cy@x")
OTHERS = tuple(stage for stage in Stage if stage not in DECISIVE)
ROWS = {"person": "VARCHAR", "status": "VARCHAR"}


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    made = Database()
    users = [{"person": person} for person in PEOPLE]
    made.load("users", USERS, [*users, {"person": "gone@x", "uncounted": "is disabled"}])
    yield made
    made.close()


_SAID = """
    select u.rowid as id, t.status, '' as reason, '' as object, null::varchar as remedy
    from told t join users u using (person) where u.uncounted is null
"""


class Said(NamedTuple):
    """What one check says: person to statuses for a people check, None where it judges objects."""

    stage: Stage
    people: Mapping[str, Sequence[str]] | None
    examined: bool = True
    id: str = ""


def people(stage: str, said: str | Mapping[str, str] = "pass", **more: str) -> Said:
    """A people check: the same of everybody, but for some."""
    each = dict.fromkeys(PEOPLE, said) if isinstance(said, str) else dict(said)
    each |= {f"{name}@x": status for name, status in more.items()}
    return Said(Stage(stage), {person: (status,) for person, status in each.items()})


def skipped(stage: str) -> Said:
    """A people check that nobody could answer for want of a source."""
    return Said(Stage(stage), {}, examined=False)


def outcomes(database: Database, said: Iterable[Said]) -> list[Outcome]:
    made = []
    for number, one in enumerate(said):
        name = ""
        if one.people:
            rows = [{"person": p, "status": s} for p, given_ in one.people.items() for s in given_]
            database.load("told", ROWS, rows)
            name = f"said_{number}"
            keep(database, name, _SAID)
        check = one.id or f"{one.stage}.c{number}"
        result = CheckResult(check, "t", "p", one.stage, Severity.LOW, Status.PASS, {}, 0.0)
        made.append(Outcome(result, name, people=one.people is not None, examined=one.examined))
    return made


def judged(database: Database, *said: Said) -> tuple[Summary, dict[str, tuple[str, tuple[str, ...]]]]:
    summary, found = verdict(database, outcomes(database, said))
    told = {person.person: (person.verdict, person.because) for person in found}
    return summary, {person: told.get(person, ("can", ())) for person in PEOPLE}


def examined_but(*stages: str) -> list[Said]:
    return [people(stage) for stage in DECISIVE if stage not in stages]


def test_nothing_stands_against_anybody(database: Database) -> None:
    summary, found = judged(database, *examined_but())
    assert summary == Summary(people=3, can_send=3, not_examined=OTHERS)
    assert set(found.values()) == {("can", ())}


@pytest.mark.parametrize("status", ["pass", "warn", "skip"])
@pytest.mark.parametrize("stage", Stage)
def test_what_is_no_obstacle(database: Database, stage: Stage, status: str) -> None:
    summary, found = judged(database, *examined_but(), people(stage, bob=status))
    assert found["bob@x"] == ("can", ())
    assert summary.can_send == 3


@pytest.mark.parametrize("stage", Stage)
def test_a_fail_at_any_stage_means_cannot(database: Database, stage: Stage) -> None:
    summary, found = judged(database, *examined_but(), people(stage, bob="fail"))
    assert found["bob@x"] == ("cannot", (f"{stage}.c3",))
    assert found["ann@x"] == ("can", ())
    assert (summary.can_send, summary.cannot_send, summary.unknown) == (2, 1, 0)


@pytest.mark.parametrize("stage", Stage)
def test_an_error_at_any_stage_means_unknown(database: Database, stage: Stage) -> None:
    summary, found = judged(database, *examined_but(), people(stage, bob="error"))
    assert found["bob@x"] == ("unknown", (f"{stage}.c3",))
    assert (summary.can_send, summary.cannot_send, summary.unknown) == (2, 0, 1)


@pytest.mark.parametrize("order", [("fail", "error"), ("error", "fail")])
def test_a_fail_beats_an_error(database: Database, order: tuple[str, str]) -> None:
    said = [people("policy", bob=order[0]), people("client", bob=order[1]), people("ews")]
    _, found = judged(database, *said)
    assert found["bob@x"] == ("cannot", ("policy.c0" if order[0] == "fail" else "client.c1",))


@pytest.mark.parametrize("lost", [[], ["skip"]], ids=["nobody judges it", "it could not be looked at"])
@pytest.mark.parametrize("stage", DECISIVE)
def test_a_decisive_stage_that_was_not_examined(database: Database, stage: Stage, lost: list[str]) -> None:
    said = [*examined_but(stage), *(skipped(stage) for _ in lost)]
    summary, found = judged(database, *said)
    assert set(found.values()) == {("unknown", ())}
    assert summary == Summary(
        people=3, unknown=3, not_examined=tuple(s for s in Stage if s in {*OTHERS, stage})
    )


@pytest.mark.parametrize("stage", DECISIVE)
def test_a_fail_needs_no_other_stage(database: Database, stage: Stage) -> None:
    summary, found = judged(database, people(stage, bob="fail"))
    assert found["bob@x"][0] == "cannot"
    assert found["ann@x"] == ("unknown", ())
    assert (summary.cannot_send, summary.unknown) == (1, 2)


@pytest.mark.parametrize("stage", OTHERS)
def test_another_stage_that_was_not_examined_is_named_and_changes_nothing(
    database: Database, stage: Stage
) -> None:
    summary, _ = judged(database, *examined_but(), *(people(s) for s in OTHERS if s is not stage))
    assert summary == Summary(people=3, can_send=3, not_examined=(stage,))
    again, _ = judged(
        database, *examined_but(), *(people(s) for s in OTHERS if s is not stage), skipped(stage)
    )
    assert again == summary


def test_everything_was_examined(database: Database) -> None:
    summary, _ = judged(database, *map(people, Stage))
    assert summary == Summary(people=3, can_send=3)


@pytest.mark.parametrize("stage", DECISIVE)
def test_one_check_that_could_not_look_leaves_the_stage_unexamined(database: Database, stage: Stage) -> None:
    summary, found = judged(database, *examined_but(), skipped(stage))
    assert stage in summary.not_examined
    assert set(found.values()) == {("unknown", ())}


@pytest.mark.parametrize("stage", Stage)
def test_a_stage_of_which_a_check_was_not_run_is_not_examined(database: Database, stage: Stage) -> None:
    """Or else selecting one check would say that people pass those that were not selected."""
    summary, found = verdict(database, outcomes(database, map(people, Stage)), frozenset({stage}))
    assert summary.not_examined == (stage,)
    assert summary.can_send == (0 if stage in DECISIVE else len(PEOPLE))
    assert {person.verdict for person in found} == ({"unknown"} if stage in DECISIVE else set())


def test_an_object_check_examines_the_server_and_no_decisive_stage(database: Database) -> None:
    informs = [Said(stage, None) for stage in Stage]
    summary, found = judged(database, people("policy"), *informs)
    assert summary.not_examined == (Stage.CLIENT, Stage.EWS)
    assert found["ann@x"][0] == "unknown"


def test_an_object_check_that_was_skipped_examines_nothing(database: Database) -> None:
    summary, _ = judged(database, *examined_but(), Said(Stage.SERVER, None, examined=False))
    assert Stage.SERVER in summary.not_examined


def test_a_skipped_object_check_takes_nothing_from_a_stage_that_was_examined(database: Database) -> None:
    summary, _ = judged(database, *map(people, Stage), Said(Stage.POLICY, None, examined=False))
    assert summary == Summary(people=3, can_send=3)


def test_a_plugin_that_did_not_load_leaves_everybody_unknown(database: Database) -> None:
    """Its row is an error for each person, and nobody examined its stage."""
    errors: Mapping[str, Sequence[str]] = dict.fromkeys(PEOPLE, ("error",))
    failed = Said(Stage.CLIENT, errors, examined=False, id="clients.plugin-loaded")
    summary, found = judged(database, people("policy", bob="fail"), people("ews"), failed)
    assert found["ann@x"] == ("unknown", ("clients.plugin-loaded",))
    assert found["bob@x"] == ("cannot", ("policy.c0",))
    assert summary.not_examined == (Stage.SERVER, Stage.CLIENT, Stage.DELIVERY, Stage.SPOOL)


def test_a_plugin_that_did_not_load_where_nobody_knows_the_people(database: Database) -> None:
    failed = Said(Stage.SERVER, {}, examined=False, id="directory.plugin-loaded")
    summary, _ = verdict(database, outcomes(database, [failed]), population=False)
    assert summary == Summary(not_examined=tuple(Stage))


def test_of_several_rows_of_a_person_the_worst_counts(database: Database) -> None:
    several = Said(
        Stage.POLICY, {**dict.fromkeys(PEOPLE, ("pass",)), "bob@x": ("pass", "fail", "error", "fail")}
    )
    _, found = judged(database, several, *examined_but("policy"))
    assert found["bob@x"] == ("cannot", ("policy.c0",))


def test_because_of_every_fail_in_the_order_of_the_checks(database: Database) -> None:
    said = [people("spool", bob="fail"), people("policy", bob="error"), people("client", bob="fail")]
    _, found = judged(database, *said)
    assert found["bob@x"] == ("cannot", ("spool.c0", "client.c2"))


def test_who_comes_first(database: Database) -> None:
    """Who cannot, then those of whom something could not be found out, then those not examined."""
    _, found = verdict(database, outcomes(database, [people("policy", cy="fail", bob="error")]))
    assert [(person.person, person.verdict) for person in found] == [
        ("cy@x", "cannot"),
        ("bob@x", "unknown"),
        ("ann@x", "unknown"),
    ]


def test_nothing_was_judged(database: Database) -> None:
    assert verdict(database, []) == (Summary(not_examined=tuple(Stage)), ())
    only_objects = outcomes(database, [Said(stage, None) for stage in Stage])
    assert verdict(database, only_objects) == (Summary(not_examined=DECISIVE), ())


def test_people_who_do_not_count_are_not_counted(database: Database) -> None:
    said = Said(Stage.POLICY, {"gone@x": ("fail",), "stranger@x": ("fail",), "ann@x": ("pass",)})
    summary, found = verdict(database, outcomes(database, [said]))
    assert (summary.people, summary.cannot_send) == (3, 0)
    assert [person.person for person in found] == ["ann@x", "bob@x", "cy@x"]


def test_the_list_is_cut_and_the_numbers_are_not() -> None:
    database = Database()
    count = PEOPLE_LIMIT + 7
    numbered = "select 'p' || lpad(i::varchar, 6, '0') as person"
    database.create("users", f"{numbered}, null::varchar as uncounted from range({count}) as r(i)")
    failed = (
        "select rowid as id, 'fail' as status, '' as reason, '' as object, null::varchar as remedy from users"
    )
    keep(database, "rows", failed)
    [outcome] = outcomes(database, [Said(Stage.POLICY, None)])
    result = Outcome(outcome.result, "rows", people=True, examined=True)
    summary, found = verdict(database, [result])
    database.close()
    assert (summary.people, summary.cannot_send) == (count, count)
    assert len(found) == PEOPLE_LIMIT
    assert found[0] == Person("p000000", "cannot", ("policy.c0",))


def test_a_hostile_check_id_is_only_a_name(database: Database) -> None:
    name = "policy.it's'); drop table users; --"
    hostile = people("policy", bob="fail")._replace(id=name)
    _, found = judged(database, hostile)
    assert found["bob@x"] == ("cannot", (name,))
    assert judged(database, *examined_but())[0].people == 3


STATUSES = st.lists(st.sampled_from(["pass", "warn", "fail", "error", "skip"]), min_size=1, max_size=2)
SAID = st.one_of(
    st.builds(Said, st.sampled_from(Stage), st.fixed_dictionaries(dict.fromkeys(PEOPLE, STATUSES))),
    st.builds(Said, st.sampled_from(DECISIVE), st.fixed_dictionaries(dict.fromkeys(PEOPLE, STATUSES))),
    st.builds(Said, st.sampled_from(Stage), st.none(), st.booleans()),
    st.builds(Said, st.sampled_from(Stage), st.just({}), st.just(False)),  # noqa: FBT003 - a strategy
    st.builds(
        Said,
        st.sampled_from(Stage),
        st.just(dict.fromkeys(PEOPLE, ("error",))),
        st.just(False),  # noqa: FBT003 - a strategy
    ),
)


def oracle(said: Sequence[Said], person: str) -> tuple[str, tuple[str, ...]]:
    """The rule as the documentation words it, for one person."""
    fails, errors = [], []
    for number, one in enumerate(said):
        statuses = (one.people or {}).get(person, ())
        fails += [f"{one.stage}.c{number}"] * ("fail" in statuses)
        errors += [f"{one.stage}.c{number}"] * ("error" in statuses)
    if fails:
        return "cannot", tuple(fails)
    if errors:
        return "unknown", tuple(errors)
    for stage in ("policy", "client", "ews"):
        of_stage = [one for one in said if one.stage == stage and one.people is not None]
        if not of_stage or not all(one.examined for one in of_stage):
            return "unknown", ()
    return "can", ()


@settings(max_examples=120, deadline=None)
@given(said=st.lists(SAID, max_size=7))
def test_the_rule(database: Database, said: list[Said]) -> None:
    summary, found = judged(database, *said)
    if all(one.people is None for one in said):
        assert summary.people == 0
        return
    expected = {person: oracle(said, person) for person in PEOPLE}
    assert found == expected
    counted = [what for what, _ in expected.values()]
    assert (summary.can_send, summary.cannot_send, summary.unknown) == tuple(
        counted.count(word) for word in ("can", "cannot", "unknown")
    )
    assert summary.people == len(PEOPLE)


def test_people_whom_no_check_could_look_at_are_unknown_and_not_gone(database: Database) -> None:
    skipped = Said(Stage.CLIENT, {}, examined=False)
    summary, found = judged(database, skipped)
    assert (summary.people, summary.unknown) == (3, 3)
    assert set(found.values()) == {("unknown", ())}
