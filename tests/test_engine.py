from __future__ import annotations

import sys
import threading
from datetime import date
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import imadmin_directory
from imadmin import (
    OPTIONAL,
    Check,
    ClientLists,
    Cmdlet,
    Fact,
    Finding,
    Missing,
    PeopleRows,
    Severity,
    SourceError,
    Stage,
    Status,
    check,
    fact,
    hookimpl,
)
from imadmin.access import Access
from imadmin.deployment import Deployment, ShellConfig
from imadmin.engine import Engine
from imadmin.errors import SourceNotDescribedError
from imadmin.facts import Facts
from imadmin.firstparty import FIRST_PARTY
from imadmin.judging import PEOPLE_LIMIT
from imadmin.plugins import Catalog, Found, load
from imadmin.shells.clixml import PSObject, write
from imadmin.tables import Database, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from imadmin import Event
    from imadmin.facts import Inputs
    from imadmin.outcomes import Outcome

GET_USER = Cmdlet("skype", "Get-CsUser", ("SipAddress",))
NOT_SAVED = Cmdlet("skype", "Get-CsSite", ("Identity",))
NOT_DESCRIBED = Cmdlet("exchange", "Get-Mailbox", ("Identity",))
NAMES = ("ann", "bob", "cy")
COUNTED = [f"{name}@x.com" for name in NAMES]
ALL_FINE = "select person, 'pass' as status, 'fine' as reason, 'x' as object from users"


def user(name: str, **changes: object) -> PSObject:
    given = {"SipAddress": f"sip:{name}@x.com", "Enabled": True, "HostingProvider": "SRV:"}
    return PSObject({**given, **changes})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A saved output with three people and one who does not count."""
    (tmp_path / "skype").mkdir()
    with (tmp_path / "skype" / "Get-CsUser.xml").open("wb") as file:
        write(file, [*map(user, NAMES), user("dee", Enabled=False)])
    return tmp_path


TODAY = date(2026, 11, 20)


class World:
    """An engine over a saved output, with plugins made of records."""

    def __init__(self, folder: Path) -> None:
        self.database = Database()
        self.events: list[Event] = []
        self.deployment = Deployment("x", folder, shells={"skype": ShellConfig("export", folder / "skype")})
        self.found = [Found("directory", "imadmin_directory", "imadmin", "0", lambda: imadmin_directory)]
        self.required: frozenset[str] = frozenset()

    def plugin(self, name: str, *, facts: Iterable[Fact] = (), checks: Iterable[Check] = ()) -> None:
        module = ModuleType(name)
        hooks = {"imadmin_facts": lambda: facts, "imadmin_checks": lambda: checks}
        vars(module).update({hook: hookimpl(function) for hook, function in hooks.items()})
        self.found.append(Found(name, name, "acme", "1.0", lambda: module))

    def engine(self) -> Engine:
        self.catalog = Catalog(load(self.found), self.required)
        self.facts = Facts(
            self.catalog, Access(self.deployment), self.database, self.events.append, today=TODAY
        )
        return Engine(self.catalog, self.facts, self.database, self.events.append)

    def judge(self, *checks: Check, facts: Iterable[Fact] = ()) -> list[Outcome]:
        self.found = [one for one in self.found if one.name != "acme"]
        self.plugin("acme", facts=facts, checks=checks)
        engine = self.engine()
        known = self.catalog.checks()
        return engine.run([known[check.id] for check in checks])

    def rows(self, outcome: Outcome) -> dict[str, tuple[str, str]]:
        """Status and reason of each person; of several rows the last by reason."""
        sql = f"select person, status, reason from {outcome.rows} order by reason"
        return {
            person: (status, reason)
            for person, status, reason in self.database.cursor().execute(sql).fetchall()
        }


@pytest.fixture
def world(folder: Path) -> Iterator[World]:
    made = World(folder)
    yield made
    made.database.close()


def objects(*findings: Finding, id: str = "server.x") -> Check:  # noqa: A002 - as the decorator has it
    @check(id=id, stage="server", severity="low", title="t", reference="ref")
    def judge() -> Iterable[Finding]:
        return findings

    return judge


def needing(*names: str, id: str = "server.x") -> Check:  # noqa: A002
    """An object check that needs these facts and keeps what it got."""

    def judge(**facts: object) -> list[Finding]:
        GOT.append(facts)
        return []

    return Check(id, Stage.SERVER, Severity.LOW, "t", "ref", judge, "objects", names)


GOT: list[dict[str, object]] = []


@pytest.fixture(autouse=True)
def nothing_got() -> None:
    GOT.clear()


def people(function: Callable[..., object], id: str = "policy.x") -> Check:  # noqa: A002
    made = check(id=id, stage="policy", severity="high", title="t", reference="ref", judges="people")
    return made(function)


def of_sql(sql: str, id: str = "policy.x", **lists: Any) -> Check:  # noqa: A002
    def judge(users: Table) -> PeopleRows:
        return users.judge(sql, **lists)

    return people(judge, id)


def counting(name: str, value: object = 1, *sources: Any) -> tuple[Fact, list[str]]:
    calls: list[str] = []

    def build(_: Inputs) -> object:
        calls.append(threading.current_thread().name)
        return value

    return Fact(name, build, sources), calls


def test_a_fact_is_gathered_once_for_all_checks_and_runs(world: World) -> None:
    made, calls = counting("thing", 42)
    checks = [needing("thing", id="server.a"), needing("thing", id="server.b")]
    world.plugin("acme", facts=[made], checks=checks)
    engine = world.engine()
    known = world.catalog.checks()
    engine.run([known["server.a"], known["server.b"]])
    engine.run([known["server.a"]])
    assert GOT == [{"thing": 42}] * 3
    assert len(calls) == 1
    assert world.facts["thing"] == 42


def test_only_the_facts_of_the_selection_are_gathered(world: World) -> None:
    wanted, wanted_calls = counting("wanted")
    other, other_calls = counting("other")
    world.plugin("acme", facts=[wanted, other], checks=[needing("wanted"), needing("other", id="server.y")])
    engine = world.engine()
    engine.run([world.catalog.checks()["server.x"]])
    assert (len(wanted_calls), len(other_calls)) == (1, 0)


def test_facts_are_gathered_in_parallel(world: World) -> None:
    """Each waits for the other: one after the other they would never end."""
    meeting = threading.Barrier(2, timeout=20)
    facts = [Fact(name, lambda _: meeting.wait() >= 0, ()) for name in ("left", "right")]
    [outcome] = world.judge(needing("left", "right"), facts=facts)
    assert GOT == [{"left": True, "right": True}]
    assert outcome.result.status == "pass"


def test_more_facts_than_threads(world: World) -> None:
    names = [f"fact_{number}" for number in range(40)]
    world.judge(needing(*names), facts=[Fact(name, lambda i: i._name, ()) for name in names])
    assert [{name: name for name in names}] == GOT


def test_plugins_are_asked_for_their_facts_once_though_many_threads_want_them(world: World) -> None:
    asked: list[str] = []

    def give() -> Iterator[Fact]:
        asked.append(threading.current_thread().name)
        yield from (Fact(f"fact_{number}", lambda _: 1, ()) for number in range(8))

    module = ModuleType("lazy")
    vars(module)["imadmin_facts"] = hookimpl(give)
    world.found.append(Found("lazy", "lazy", "acme", "1", lambda: module))
    world.judge(needing(*(f"fact_{number}" for number in range(8))))
    assert asked == [threading.current_thread().name]


def test_a_fact_that_is_made_one_by_one_is_whole_for_every_check(world: World) -> None:
    """Else the second check would find nothing to object to."""

    @fact()
    def lines(_: Inputs) -> Iterator[int]:
        yield from (1, 2, 3)

    world.judge(needing("lines", id="server.a"), needing("lines", id="server.b"), facts=[lines])
    assert GOT == [{"lines": (1, 2, 3)}] * 2


def failing(error: BaseException) -> Fact:
    def build(_: Inputs) -> object:
        raise error

    return Fact("broken", build, ())


def late(_: Inputs) -> Iterator[int]:
    yield 1
    raise SourceError("the connection was lost", where="skype")


BROKEN = {
    "a source": (failing(SourceError("no answer", where="skype")), "skype: no answer"),
    "a bug": (failing(KeyError("x")), "plugin acme failed to build the fact broken: KeyError: 'x'"),
    "an exit": (failing(SystemExit(3)), "plugin acme failed to build the fact broken: it called sys.exit(3)"),
    "midway": (Fact("broken", late, ()), "skype: the connection was lost"),
    "not saved": (
        Fact("broken", lambda i: list(i.records(NOT_SAVED)), (NOT_SAVED,)),
        "holds no Get-CsSite.xml",
    ),
    "unknown": (Fact("other", print, ()), "no loaded plugin gives the fact broken"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_fact_that_fails_costs_its_checks_only(world: World, case: str) -> None:
    made, reason = BROKEN[case]
    whole, _ = counting("whole")
    lost, kept = world.judge(needing("broken"), needing("whole", id="server.y"), facts=[made, whole])
    assert lost.result.status is Status.ERROR
    assert lost.result.findings[0].message.startswith("The fact broken could not be gathered: ")
    assert reason in lost.result.findings[0].message
    assert kept.result.status is Status.PASS
    assert GOT == [{"whole": 1}]


def test_an_unknown_fact_of_a_broken_plugin_names_the_plugin(world: World) -> None:
    world.found.append(Found("sick", "sick", "acme", "1", lambda: sys.exit("sick")))
    [outcome] = world.judge(needing("broken"))
    assert "plugin sick (acme 1): it called sys.exit(sick)" in outcome.result.findings[0].message


def raise_not_described(_: Inputs) -> object:
    raise SourceNotDescribedError("nothing is described")


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (Fact("absent", print, (NOT_DESCRIBED,)), "does not describe exchange/Get-Mailbox"),
        (Fact("absent", print, (GET_USER, NOT_DESCRIBED)), "does not describe exchange/Get-Mailbox"),
        (Fact("absent", print, (ClientLists(),)), "does not describe clients/*.csv"),
        (Fact("absent", print, (ClientLists(), NOT_DESCRIBED), any_source=True), "clients/*.csv, exchange/"),
        (Fact("absent", raise_not_described, ()), "nothing is described"),
    ],
)
def test_what_the_deployment_does_not_describe_is_skipped(world: World, made: Fact, reason: str) -> None:
    [outcome] = world.judge(needing("absent"), facts=[made])
    assert (outcome.result.status, outcome.examined, outcome.rows) == (Status.SKIP, False, "")
    assert reason in outcome.result.findings[0].message
    assert outcome.result.counts["skip"] == 1
    assert GOT == []


def test_one_source_of_several_may_be_enough(world: World) -> None:
    made = Fact(
        "some",
        lambda i: (i.available, len(list(i.records(NOT_DESCRIBED)))),
        (NOT_DESCRIBED, GET_USER),
        any_source=True,
    )
    world.judge(needing("some"), facts=[made])
    assert GOT == [{"some": ((GET_USER,), 0)}]


def test_could_not_find_out_is_worse_than_was_not_described(world: World) -> None:
    facts = [Fact("absent", print, (NOT_DESCRIBED,)), failing(SourceError("no answer"))]
    [outcome] = world.judge(needing("absent", "broken"), facts=facts)
    assert outcome.result.status is Status.ERROR
    assert [finding.subject for finding in outcome.result.findings] == ["broken"]


def liking(users: Table, thing: object = OPTIONAL) -> PeopleRows:
    GOT.append({"thing": thing})
    return users.judge(ALL_FINE)


@pytest.mark.parametrize(
    ("made", "described", "status"),
    [
        (Fact("thing", print, (NOT_DESCRIBED,)), False, Status.PASS),
        (Fact("thing", failing(SourceError("no answer")).build, ()), True, Status.ERROR),
        (Fact("other", print, ()), True, Status.ERROR),
    ],
)
def test_an_optional_fact_may_be_missing(
    world: World, made: Fact, *, described: bool, status: Status
) -> None:
    [outcome] = world.judge(people(liking), facts=[made])
    thing = GOT[0]["thing"]
    assert isinstance(thing, Missing)
    assert (thing.fact, thing.described) == ("thing", described)
    assert thing.reason
    assert outcome.result.status is status
    assert outcome.result.counts["pass"] == len(NAMES), "a loss is named, and judges nobody"
    assert [f.subject for f in outcome.result.findings if f.status is Status.ERROR] == ["thing"] * described


def test_an_optional_fact_that_is_there(world: World) -> None:
    world.judge(people(liking), facts=[counting("thing", 7)[0]])
    assert GOT == [{"thing": 7}]


def test_everybody_who_counts_is_judged_and_nobody_else(world: World) -> None:
    [outcome] = world.judge(of_sql(ALL_FINE))
    assert world.rows(outcome) == {
        **dict.fromkeys(COUNTED, ("pass", "fine")),
        "dee@x.com": ("skip", "is disabled for Skype for Business"),
    }
    assert outcome.result.counts == {"pass": 3, "skip": 1, "warn": 0, "error": 0, "fail": 0, "waived": 0}
    assert outcome.result.status is Status.PASS
    assert outcome.examined


def test_a_person_of_whom_the_check_says_nothing_is_an_error(world: World) -> None:
    [outcome] = world.judge(of_sql(f"{ALL_FINE} where person <> 'bob@x.com'"))
    assert world.rows(outcome)["bob@x.com"] == ("error", "The check said nothing of this person.")
    assert (outcome.result.counts["pass"], outcome.result.counts["error"]) == (2, 1)
    assert outcome.result.findings[0].people == ("bob@x.com",)


def test_a_check_that_says_nothing_at_all(world: World) -> None:
    [outcome] = world.judge(of_sql(f"{ALL_FINE} where false"))
    assert outcome.result.counts["error"] == len(NAMES)


def test_a_row_without_a_status_or_a_reason(world: World) -> None:
    sql = (
        "select person, null::varchar as status, null::varchar as reason, null::varchar as object from users"
    )
    [outcome] = world.judge(of_sql(sql))
    assert outcome.result.counts["error"] == len(NAMES)


def test_disabled_people_are_skipped_whatever_the_check_says_of_them(world: World) -> None:
    [outcome] = world.judge(of_sql(row("case when uncounted is null then 'pass' else 'fail' end")))
    assert outcome.result.counts["fail"] == 0
    assert world.rows(outcome)["dee@x.com"] == ("skip", "is disabled for Skype for Business")


def test_people_of_other_organisations_are_left_out(world: World) -> None:
    other = "union all select 'eve@elsewhere.com', 'fail', 'r', 'o' union all select null, 'fail', 'r', 'o'"
    [outcome] = world.judge(of_sql(f"{ALL_FINE} {other}"))
    assert outcome.result.counts["fail"] == 0
    assert set(world.rows(outcome)) == {*COUNTED, "dee@x.com"}


def test_of_several_rows_of_a_person_the_worst_counts(world: World) -> None:
    statuses = ["pass", "skip", "warn", "error", "fail"]
    for number in range(1, len(statuses) + 1):
        rows = [{"person": "bob@x.com", "status": s, "reason": s, "object": "o"} for s in statuses[:number]]
        check = of_sql(f"{ALL_FINE} where person <> 'bob@x.com' union all select * from given", given=rows)
        [outcome] = world.judge(check._replace(id=f"policy.n{number}"))
        expected = {"pass": "pass", "skip": "pass"}.get(statuses[number - 1], statuses[number - 1])
        assert outcome.result.counts[expected] == (3 if expected == "pass" else 1)
        assert outcome.result.status == expected


def row(status: str) -> str:
    return f"select person, {status} as status, 'r' as reason, 'o' as object from users"


SAYINGS = {
    "the same of everybody": row("'fail'"),
    "of nobody": f"{ALL_FINE} where false",
    "not of all": f"{ALL_FINE} where person <> 'bob@x.com'",
    "something of one": row("case when person = 'bob@x.com' then 'fail' else 'pass' end"),
    "of those who count": row("'warn'") + " where uncounted is null",
    "something of who does not count": row("case when uncounted is null then 'pass' else 'fail' end"),
    "twice of one and not of another": f"{ALL_FINE} where person <> 'bob@x.com' union all"
    " select 'ann@x.com', 'fail', 'r', 'o'",
    "of somebody else": f"{ALL_FINE} union all select 'eve@elsewhere.com', 'fail', 'r', 'o'",
}


@pytest.mark.parametrize("sql", SAYINGS.values(), ids=SAYINGS)
def test_rows_that_tell_whom_they_are_about_by_number_say_the_same(world: World, sql: str) -> None:
    numbered = f"select u.rowid, t.* from ({sql}) t left join users u using (person)"
    [by_name] = world.judge(of_sql(sql))
    [by_row] = world.judge(of_sql(numbered)._replace(id="policy.numbered"))
    assert world.rows(by_row) == world.rows(by_name)
    assert by_row.result.counts == by_name.result.counts
    assert by_row.result.findings == by_name.result.findings


def test_people_with_equal_rows_become_one_finding(world: World) -> None:
    sql = (
        "select person, 'fail' as status, 'because' as reason, 'Tag:Legal' as object, 'do this' as remedy,"
        ' false as "EnableIMAutoArchiving", null as nothing, $$it\'s$$ as "select", 3 as "two words"'
        " from users"
    )
    [outcome] = world.judge(of_sql(sql))
    [finding] = [finding for finding in outcome.result.findings if finding.status is Status.FAIL]
    assert finding == Finding(
        subject="Tag:Legal",
        status=Status.FAIL,
        message="because",
        people=tuple(COUNTED),
        people_count=3,
        evidence={"EnableIMAutoArchiving": False, "select": "it's", "two words": 3},
        remedy="do this",
        reference="ref",
    )


def test_findings_come_worst_first_then_by_how_many_they_concern(world: World) -> None:
    rows = [
        {"person": "ann@x.com", "status": "warn", "reason": "w", "object": "a"},
        {"person": "bob@x.com", "status": "warn", "reason": "w", "object": "a"},
        {"person": "cy@x.com", "status": "warn", "reason": "w", "object": "0"},
        {"person": "cy@x.com", "status": "fail", "reason": "f", "object": "z"},
    ]
    [outcome] = world.judge(of_sql("select * from given", given=rows))
    assert [(f.subject, f.people_count) for f in outcome.result.findings] == [
        ("z", 1),
        ("a", 2),
        ("0", 1),
        ("not counted", 1),
    ]


def test_the_names_of_a_finding_are_cut_and_its_number_is_not(folder: Path) -> None:
    count = PEOPLE_LIMIT + 5
    with (folder / "skype" / "Get-CsUser.xml").open("wb") as file:
        write(file, [user(f"p{number:05}") for number in range(count)])
    world = World(folder)
    [outcome] = world.judge(
        of_sql("select person, 'fail' as status, 'r' as reason, 'o' as object from users")
    )
    world.database.close()
    [finding] = outcome.result.findings
    assert (len(finding.people), finding.people_count) == (PEOPLE_LIMIT, count)
    assert finding.people[0] == "p00000@x.com"
    assert outcome.result.counts["fail"] == count


def test_lists_of_two_checks_do_not_mix(world: World) -> None:
    sql = "select u.person, g.status, 'r' as reason, 'o' as object from users u, given g"
    first, second = world.judge(
        of_sql(sql, "policy.a", given=[{"status": "pass"}]),
        of_sql(sql, "policy.b", given=[{"status": "warn"}]),
    )
    assert (first.result.counts["pass"], second.result.counts["warn"]) == (3, 3)


def test_a_list_may_be_empty(world: World) -> None:
    [outcome] = world.judge(of_sql(f"{ALL_FINE} where person not in (select nothing from given)", given=[]))
    assert outcome.result.status is Status.PASS


def raising(error: BaseException) -> Callable[[Table], object]:
    def judge(users: Table) -> object:  # noqa: ARG001 - names a fact
        raise error

    return judge


def giving(value: object) -> Callable[[Table], object]:
    def judge(users: Table) -> object:  # noqa: ARG001 - names a fact
        return value

    return judge


def sql(text: str) -> Callable[[Table], object]:
    def judge(users: Table) -> object:
        return users.judge(text)

    return judge


MISBEHAVING: dict[str, tuple[Callable[[Table], object], str]] = {
    "raises": (raising(ZeroDivisionError("by zero")), "The check broke: ZeroDivisionError: by zero"),
    "exits": (raising(SystemExit(0)), "The check broke: it called sys.exit(0)"),
    "recurses": (raising(RecursionError("deep")), "The check broke: RecursionError: deep"),
    "cannot find out": (raising(SourceError("no answer", where="skype")), "skype: no answer"),
    "gives nothing": (
        giving(None),
        "The check broke: TypeError: a people check gives PeopleRows, not NoneType",
    ),
    "gives findings": (giving([Finding("x", Status.PASS, "m")]), "gives PeopleRows, not list"),
    "gives a table that is none": (giving(PeopleRows("no_such_table")), "The check broke: CatalogException"),
    "gives users": (giving(PeopleRows("users")), "The check broke: "),
    "is no query": (sql("selec person"), "The check broke: ParserException"),
    "has a status that is none": (sql(row("'bad'")), "its rows have the status 'bad', which is none"),
    "accepts by itself": (sql(row("'waived'")), "its rows have the status 'waived', which is none"),
    "has a status in capitals": (sql(row("'PASS'")), "its rows have the status 'PASS', which is none"),
    "has a status that is a number": (sql(row("1")), "The check broke: "),
    "lacks a column": (sql("select person, 'pass' as status from users"), "lack the column reason, object"),
    "divides by the person": (sql(row("(person::int)::text")), "The check broke: ConversionException"),
    "says what cannot be said": (raising(ValueError("a\udcffb\0c'd")), "The check broke: ValueError: a"),
}


@pytest.mark.parametrize("case", MISBEHAVING)
def test_a_check_that_misbehaves_is_an_error_for_everybody_and_costs_no_other(
    world: World, case: str
) -> None:
    function, message = MISBEHAVING[case]
    bad, good = world.judge(people(function), of_sql(ALL_FINE, "policy.y"))
    assert bad.result.status is Status.ERROR
    assert message in bad.result.findings[0].message
    assert bad.result.counts["error"] == len(NAMES)
    rows = world.rows(bad)
    assert {person: rows[person][0] for person in COUNTED} == dict.fromkeys(COUNTED, "error")
    assert rows["dee@x.com"][0] == "skip"
    assert good.result.counts["pass"] == len(NAMES)


def test_whom_to_tell_of_a_check_that_breaks(world: World) -> None:
    [outcome] = world.judge(people(raising(KeyError("x"))))
    assert outcome.result.findings[0].remedy == "Report this to the authors of plugin acme (acme 1.0)."


def test_a_check_that_is_interrupted_is_not_broken(world: World) -> None:
    with pytest.raises(KeyboardInterrupt):
        world.judge(people(raising(KeyboardInterrupt())))


def test_a_check_that_gives_rows_judges_people_whatever_it_is_called(world: World) -> None:
    """A missing annotation must not make a fail that stops nobody."""

    @check(id="policy.x", stage="policy", severity="high", title="t", reference="r")
    def judge(users):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - that is the point
        return users.judge(row("'fail'"))

    assert judge.judges == "objects"
    [outcome] = world.judge(judge)
    assert outcome.people
    assert outcome.result.counts["fail"] == len(NAMES)
    assert world.rows(outcome)["ann@x.com"] == ("fail", "r")


def test_without_the_people_a_people_check_is_an_error_without_rows(world: World) -> None:
    (world.deployment.source / "skype" / "Get-CsUser.xml").unlink()
    [outcome] = world.judge(people(lambda: None))
    assert (outcome.result.status, outcome.rows, outcome.people) == (Status.ERROR, "", True)
    assert "holds no Get-CsUser.xml" in outcome.result.findings[0].message


def if_known(users: Table | Missing = OPTIONAL) -> object:
    if isinstance(users, Missing):
        return [F("the endpoint", Status.FAIL, "It is down.")]
    return users.judge(ALL_FINE)


def test_a_people_check_that_can_do_without_them_gives_findings(world: World) -> None:
    world.deployment = Deployment("x", world.deployment.source)
    [outcome] = world.judge(people(if_known))
    assert (outcome.result.status, outcome.rows, outcome.examined) == (Status.FAIL, "", True)
    assert [finding.subject for finding in outcome.result.findings] == ["the endpoint"]


def test_a_people_check_that_can_do_without_them_judges_them_where_they_are_known(world: World) -> None:
    [outcome] = world.judge(people(if_known))
    assert (outcome.people, outcome.result.counts["pass"]) == (True, len(NAMES))


def test_a_people_check_that_can_do_without_them_owns_up_where_they_are_lost(world: World) -> None:
    (world.deployment.source / "skype" / "Get-CsUser.xml").unlink()
    [outcome] = world.judge(people(if_known))
    assert outcome.result.status is Status.FAIL
    assert [finding.subject for finding in outcome.result.findings] == ["the endpoint", "users"]


def test_people_who_are_not_described_are_skipped(world: World) -> None:
    world.deployment = Deployment("x", world.deployment.source)
    [outcome] = world.judge(of_sql(ALL_FINE))
    assert (outcome.result.status, outcome.examined) == (Status.SKIP, False)


@pytest.mark.parametrize(
    "build",
    [
        lambda _: [],
        lambda _: None,
        lambda inputs: inputs.table({"name": "VARCHAR"}, [{"name": "ann"}]),
        lambda inputs: Table(inputs._database, "elsewhere"),
    ],
    ids=["a list", "nothing", "another table", "no table"],
)
def test_a_foreign_idea_of_the_people_is_no_traceback(
    world: World, build: Callable[[Inputs], object]
) -> None:
    """Another plugin may give `users` where imadmin's own is blocked."""
    world.found.clear()
    world.required = frozenset({"absent"})
    [outcome] = world.judge(of_sql(ALL_FINE), facts=[Fact("users", build, ())])
    assert (outcome.result.status, outcome.rows) == (Status.ERROR, "")
    engine = world.engine()
    assert {o.rows for o in engine.unusable(Stage)} == {""}


F = Finding


@pytest.mark.parametrize(
    ("findings", "status", "kept"),
    [
        ((), Status.PASS, []),
        ((F("a", Status.PASS, "m"),), Status.PASS, []),
        ((F("a", Status.PASS, "m"), F("b", Status.WARN, "m")), Status.WARN, ["b"]),
        ((F("a", Status.FAIL, "m"), F("b", Status.ERROR, "m")), Status.FAIL, ["a", "b"]),
        ((F("a", Status.SKIP, "m"),), Status.SKIP, ["a"]),
        ((F("a", Status.SKIP, "m"), F("b", Status.PASS, "m")), Status.PASS, ["a"]),
    ],
)
def test_findings_on_objects(
    world: World, findings: tuple[Finding, ...], status: Status, kept: list[str]
) -> None:
    [outcome] = world.judge(objects(*findings))
    assert outcome.result.status is status
    assert [finding.subject for finding in outcome.result.findings] == kept
    assert sum(outcome.result.counts.values()) == len(findings)
    assert (outcome.rows, outcome.people) == ("", False)
    assert outcome.examined is (status is not Status.SKIP), "who only skips has looked at nothing"


def test_an_object_check_needs_no_people(world: World) -> None:
    world.found.clear()
    [outcome] = world.judge(objects())
    assert outcome.result.status is Status.PASS


def midway() -> Iterator[Finding]:
    yield F("a", Status.FAIL, "m")
    raise OSError("gone")


BAD_OBJECTS: dict[str, tuple[Callable[[], object], str]] = {
    "raises": (lambda: 1 / 0, "The check broke: ZeroDivisionError"),
    "raises midway": (midway, "The check broke: OSError: gone"),
    "gives a number": (lambda: 3, "The check broke: TypeError: 'int' object is not iterable"),
    "gives text": (lambda: "fail", "an object check gives findings, not str"),
    "gives one finding": (lambda: F("a", Status.FAIL, "m"), "The check broke: TypeError"),
    "gives a status as text": (lambda: [F("a", "fail", "m")], "The check broke: "),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", BAD_OBJECTS)
def test_an_object_check_that_misbehaves(world: World, case: str) -> None:
    function, message = BAD_OBJECTS[case]
    made = check(id="server.x", stage="server", severity="low", title="t", reference="r", judges="objects")
    bad, good = world.judge(made(function), objects(id="server.y"))
    assert bad.result.status is Status.ERROR
    assert message in bad.result.findings[0].message
    assert bad.rows == ""
    assert good.result.status is Status.PASS


def test_a_plugin_that_did_not_load_is_an_error_for_everybody(world: World) -> None:
    engine = world.engine()
    outcomes = {outcome.result.check: outcome for outcome in engine.unusable(Stage)}
    judging = ("clients", "delivery", "ews", "policy", "send", "troubleshoot")
    assert set(outcomes) == {f"{name}.plugin-loaded" for name in judging}
    outcome = outcomes["clients.plugin-loaded"]
    assert (outcome.result.stage, outcome.result.severity) == (Stage.CLIENT, "critical")
    assert outcome.result.counts["error"] == len(NAMES)
    assert "it is not installed" in world.rows(outcome)["ann@x.com"][1]


def test_only_the_stages_that_are_asked_for(world: World) -> None:
    engine = world.engine()
    assert [outcome.result.check for outcome in engine.unusable([Stage.POLICY])] == ["policy.plugin-loaded"]
    assert [o.result.check for o in engine.unusable([Stage.SPOOL])] == ["troubleshoot.plugin-loaded"]
    assert engine.unjudged([Stage.SPOOL]) == []


def test_a_stage_that_no_plugin_judges_is_skipped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it was before there was a plugin for the spool."""
    monkeypatch.delitem(FIRST_PARTY, "troubleshoot")
    world.plugin("acme", checks=[objects()])
    engine = world.engine()
    outcomes = engine.unjudged(Stage)
    assert [outcome.result.stage for outcome in outcomes] == [Stage.SPOOL]
    assert {outcome.result.status for outcome in outcomes} == {Status.SKIP}


@pytest.mark.parametrize(("required", "stage"), [("spool", Stage.SPOOL), ("acme", Stage.SERVER)])
def test_a_required_plugin_that_is_missing_is_an_error_at_its_stage(
    world: World, required: str, stage: Stage
) -> None:
    """`require: [spool]` must not end in a skip of the stage spool, which bears the same name."""
    world.required = frozenset({required})
    engine = world.engine()
    outcomes = {outcome.result.check: outcome for outcome in engine.unusable([Stage.POLICY])}
    assert outcomes[f"{required}.plugin-loaded"].result.stage is stage
    assert outcomes[f"{required}.plugin-loaded"].result.status is Status.ERROR
    assert f"{required}.plugin-loaded" not in {outcome.result.check for outcome in engine.unjudged(Stage)}


def test_what_listeners_hear(world: World) -> None:
    world.judge(of_sql(row("'fail'")), facts=[counting("unused")[0]])
    heard = [(event.kind, event.name, event.status) for event in world.events]
    assert heard == [
        ("fact", "users", "pass"),
        ("check", "policy.x", "started"),
        ("check", "policy.x", "fail"),
    ]
    assert world.events[-1].message == "3 fail, 1 skip"


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (Fact("thing", print, (NOT_DESCRIBED,)), "skip"),
        (failing(SourceError("x"))._replace(name="thing"), "error"),
    ],
)
def test_what_listeners_hear_of_a_fact_that_is_lost(world: World, made: Fact, status: str) -> None:
    world.judge(needing("thing"), facts=[made])
    [event] = [event for event in world.events if event.kind == "fact"]
    assert (event.name, event.status) == ("thing", status)
    assert event.message
