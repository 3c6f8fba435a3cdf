from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin import PeopleRows, Status
from imadmin.tables import Database, Layout, Table, identifier, literal

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA = {"name": "VARCHAR", "number": "BIGINT", "flag": "BOOLEAN"}


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


@dataclass
class AsDataclass:
    name: str
    number: int


class AsTuple(NamedTuple):
    name: str
    number: int


def test_rows_of_every_kind_make_a_table(database: Database) -> None:
    rows = [{"name": "a", "number": 1, "flag": True}, AsDataclass("b", 2), AsTuple("c", 3)]
    table = database.load("things", SCHEMA, rows)
    assert table.query("select * from things order by name") == [
        ("a", 1, True),
        ("b", 2, None),
        ("c", 3, None),
    ]
    assert len(table) == 3


def test_any_number_of_rows(database: Database) -> None:
    for count in (1_999, 2_000, 2_001, 5_000):
        table = database.load("things", SCHEMA, (MappingProxyType({"number": i}) for i in range(count)))
        assert table.query("select count(*), count(distinct number), max(number) from things") == [
            (count, count, count - 1)
        ]


def test_a_row_that_cannot_be_taken_leaves_the_table_as_it_was(database: Database) -> None:
    def broken() -> Iterator[dict[str, int]]:
        yield from ({"number": i} for i in range(2_001))
        raise RuntimeError("the source is gone")

    table = database.load("things", SCHEMA, [{"number": 7}])
    with pytest.raises(RuntimeError, match="the source is gone"):
        database.load("things", SCHEMA, broken())
    with pytest.raises(duckdb.Error):
        database.load("things", SCHEMA, [{"number": "many"}])
    assert table.query("select number from things") == [(7,)]


def test_what_a_row_lacks_is_null_and_what_it_has_beyond_is_left_out(database: Database) -> None:
    table = database.load("things", SCHEMA, [{"number": 1, "other": "x"}, {}])
    assert table.query("select * from things") == [(None, 1, None), (None, None, None)]


def test_a_table_without_rows_is_true_all_the_same(database: Database) -> None:
    table = database.load("things", SCHEMA, [])
    assert len(table) == 0
    assert bool(table)
    assert [row[0] for row in table.query("describe things")] == list(SCHEMA)


def test_a_second_table_of_a_name_takes_the_place_of_the_first(database: Database) -> None:
    database.load("things", SCHEMA, [{"number": 1}, {"number": 2}])
    assert len(database.load("things", SCHEMA, iter([{"number": 3}]))) == 1


TEXTS = [
    "x'); drop table things; --",
    'a "quoted" name',
    "back\\slash \\n \\u0041",
    "NUL \0 inside",
    "line\nfeed\rreturn\ttab",
    "\u2028\u2029\x85",
    "null",
    "",
    " blanks ",
    "Zoë 山田 😀 \U0010ffff",
    "{a: 1}",
]


@pytest.mark.parametrize("text", TEXTS)
def test_text_comes_out_as_it_went_in(database: Database, text: str) -> None:
    assert database.load("things", SCHEMA, [{"name": text}]).query("select name from things") == [(text,)]
    assert database.create("copied", f"select {literal(text)} as name").query("from copied") == [(text,)]
    rows = database.judge(
        "select name as person, name as status, name as reason, name as object from given",
        given=[{"name": text}],
    )
    assert database.cursor().execute(f"select person from {rows.table}").fetchall() == [(text,)]


@given(st.text(st.characters(codec="utf-8")))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_out_as_it_went_in(database: Database, text: str) -> None:
    assert database.cursor().execute(f"select {literal(text)}").fetchone() == (text,)
    assert database.load("things", SCHEMA, [{"name": text}]).query("select name from things") == [(text,)]


@given(st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda text: "\0" not in text))
@settings(max_examples=60, deadline=None)
def test_any_text_can_name_a_column(database: Database, text: str) -> None:
    cursor = database.cursor().execute(f"select 7 as {identifier(text)}")
    assert cursor.description[0][0] == text
    assert cursor.fetchone() == (7,)


def test_half_a_character_is_replaced_and_costs_nothing_else(database: Database) -> None:
    """Such text comes from file names that are not UTF-8, and no database takes it."""
    rows = [{"name": "a\udcffb"}, {"name": "whole"}]
    assert database.load("things", SCHEMA, rows).query("select name from things") == [("a?b",), ("whole",)]
    assert database.cursor().execute(f"select {literal('a' + chr(0xD800))}").fetchone() == ("a?",)


def test_values_that_are_neither_text_nor_number_are_shown_as_text(database: Database) -> None:
    rows = [{"name": Path("/x")}, {"name": Status.FAIL}, {"name": True}, {"name": 1}, {"name": ["a", 1]}]
    told = [row[0] for row in database.load("things", SCHEMA, rows).query("select name from things")]
    assert told == ["/x", "fail", "true", "1", '["a",1]']


@pytest.mark.parametrize("value", ["many", 2**70, "1.5x"])
def test_a_value_of_the_wrong_type_is_refused(database: Database, value: object) -> None:
    with pytest.raises(duckdb.Error):
        database.load("things", SCHEMA, [{"number": value}])


@pytest.mark.parametrize("row", [3, "text", ["name"], AsDataclass, None])
def test_what_is_no_row(database: Database, row: Any) -> None:
    with pytest.raises(TypeError, match="a row is a mapping, a named tuple or a dataclass instance, not "):
        database.load("things", SCHEMA, [row])


@pytest.mark.parametrize("name", ["two words", "x; drop table y", 'x"', "", "Größe", "1st", "x\n"])
def test_a_name_that_cannot_be_one(database: Database, name: str) -> None:
    for attempt in (
        lambda: database.load(name, SCHEMA, []),
        lambda: database.load("things", {name: "VARCHAR"}, []),
        lambda: database.create(name, "select 1"),
        lambda: database.judge("select 1", **{name: []}),
        lambda: database.judge("select 1", given=[{name: 1}]),
    ):
        with pytest.raises(ValueError, match="cannot name a table or a column"):
            attempt()


def test_a_folder_for_temporary_files_with_a_pattern_in_its_name(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "te[m]p*"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    assert len(database.load("things", SCHEMA, [{"name": "x"}])) == 1
    assert list(folder.iterdir()) == []


JUDGED = "select 'p' as person, 'pass' as status, 'r' as reason, 'o' as object"


def test_every_further_column_is_evidence(database: Database) -> None:
    rows = database.judge(f"{JUDGED}, 'do' as remedy, 1 as \"two words\", 2 as Value")
    assert rows.evidence == ("two words", "Value")
    assert rows == PeopleRows(rows.table, rows.evidence)
    assert database.judge(f"{JUDGED}, 3 as rowid, 1 as x")[1:] == (("x",), True)


@pytest.mark.parametrize("column", ["person", "status", "reason", "object"])
def test_a_column_that_is_lacking(database: Database, column: str) -> None:
    sql = JUDGED.replace(f"as {column}", "as other")
    with pytest.raises(ValueError, match=f"lack the column {column}; they have "):
        database.judge(sql)


def test_lists_are_tables_of_that_query_only(database: Database) -> None:
    database.load("things", SCHEMA, [{"name": "the fact"}])
    sql = "select name as person, 'pass' as status, 'r' as reason, 'o' as object from things"
    shadowed = database.judge(sql, things=[{"name": "the list"}])
    plain = database.judge(sql)
    told = [
        database.cursor().execute(f"select person from {rows.table}").fetchall() for rows in (shadowed, plain)
    ]
    assert told == [[("the list",)], [("the fact",)]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([True, None], "BOOLEAN"),
        ([1, 2], "BIGINT"),
        ([1, 2.5], "DOUBLE"),
        (["a", 1], "VARCHAR"),
        ([True, 1], "VARCHAR"),
        ([["a"], ["b", "c"]], "VARCHAR[]"),
        ([None], "VARCHAR"),
        ([Status.PASS], "VARCHAR"),
    ],
)
def test_the_type_of_a_lists_column(database: Database, values: list[object], expected: str) -> None:
    given_ = [{"value": value} for value in values]
    rows = database.judge(f"{JUDGED}, typeof(value) as kind from given", given=given_)
    told = database.cursor().execute(f"select distinct kind from {rows.table}").fetchall()
    assert told == [(expected,)]


def test_several_threads_at_once(database: Database) -> None:
    gate = threading.Barrier(8, timeout=20)
    told: list[int] = []

    def work(number: int) -> None:
        gate.wait()
        table = database.load(f"part_{number}", SCHEMA, [{"number": i} for i in range(number)])
        rows = table.judge(f"{JUDGED} from part_{number}, given", given=[{"x": 1}, {"x": 2}])
        told.append(int(table.query(f"select count(*) from {rows.table}")[0][0]) - 2 * number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told == [0] * 8


def test_parameters_of_a_query(database: Database) -> None:
    table = database.load("things", SCHEMA, [{"name": "it's", "number": 1}])
    assert table.query("select number from things where name = ?", ["it's"]) == [(1,)]


def test_a_database_can_be_closed_twice() -> None:
    database = Database()
    table = database.load("things", SCHEMA, [])
    database.close()
    database.close()
    with pytest.raises(duckdb.Error):
        len(Table(database, table.name))


ADDRESSES = st.none() | st.sampled_from(["a@x", "b@x", "é'", ""])


@given(st.lists(st.tuples(ADDRESSES, ADDRESSES.filter(lambda text: text != "")), max_size=12))
@settings(max_examples=30, deadline=None)
def test_a_column_that_mostly_follows_from_another_is_what_it_would_be(
    rows: list[tuple[str | None, str | None]],
) -> None:
    database = Database()
    schema = {"number": "BIGINT", "person": "VARCHAR", "mail": "VARCHAR"}
    given_rows = [dict(zip(schema, (i, *row), strict=True)) for i, row in enumerate(rows)]
    database.load("given", schema, given_rows)
    database.create("plain", "from given")
    database.create("alike", "from given", layout=Layout(["person"], {"mail": "person"}), compress=True)
    columns = ", ".join(schema)
    same = f"select {columns} from $ order by number"
    plain, alike = (Table(database, name).query(same.replace("$", name)) for name in ("plain", "alike"))
    assert alike == plain
    assert Table(database, "alike").query("select count(own_mail) from alike") == [
        (sum(mail is None or mail != person for _, person, mail in plain),)
    ]
    database.close()


def test_a_layout_names_columns_as_sql_does_whatever_their_case(database: Database) -> None:
    layout = Layout(different=["a"], alike={"b": "a"})
    made = database.create("cased", "select 'x' as A, 'x' as B", layout=layout)
    assert made.query("select a, b, own_b from cased") == [("x", "x", None)]
    assert len(made) == 1


def test_where_nothing_was_made_no_database_is_opened_to_give_room_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("imadmin.tables.database._connect", lambda: pytest.fail("it was opened"))
    Database().give_back()


def test_room_is_given_back_and_the_limit_does_not_shrink_each_time() -> None:
    database = Database()
    database.query("set memory_limit = '2GB'")
    limits = set()
    for _ in range(4):
        database.give_back()
        limits |= set(database.query("select current_setting('memory_limit')"))
    assert limits <= {("1.8 GiB",), ("1.7 GiB",)}
    assert len(limits) == 1
    database.close()


def test_a_query_that_fails_leaves_no_table_with_such_columns(database: Database) -> None:
    with pytest.raises(duckdb.Error):
        database.create("failed", "select '1' as a, error('no') as b", layout=Layout(alike={"b": "a"}))
    with pytest.raises(duckdb.Error):
        Table(database, "failed").query("from failed")
