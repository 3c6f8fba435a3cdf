"""Cells of saved CSV: DuckDB reads the file itself, and they are what reading it line by line gives."""

from __future__ import annotations

import csv
import io
from contextlib import nullcontext
from typing import TYPE_CHECKING

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin import Cmdlet, SourceError
from imadmin.cells import Output, relations, setting
from imadmin.deployment import ShellConfig
from imadmin.model import Setting
from imadmin.model.values import Lost
from imadmin.shells.export import ExportShell
from imadmin.tables import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GET_THING = Cmdlet("skype", "Get-Thing", ("Name", "Flag", "Members"))
COLUMNS = '"Name", "Name state", "Flag", "Flag state", "Members", "Members state"'
CELLS = [
    "",
    " x ",
    "\u2003x\u00a0",
    "Ärger",
    "a?",
    "\N{REPLACEMENT CHARACTER}",
    "System.Object[]",
    "Deserialized.Microsoft.Rtc.Thing",
    "Microsoft.Exchange.Data.MultiValuedProperty`1[System.String]",
    "Systemic",
    "System.",
    "@{Name=x}",
    "int[]",
    "[x]",
    'a"b',
    "two\r\nlines",
    "True",
    "FALSE",
    ";",
    ",",
]


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


def shell_on(folder: Path) -> ExportShell:
    config = ShellConfig(shell="export", folder=folder)  # noqa: S604 - no process
    return ExportShell("skype", config)


def cells(database: Database, folder: Path, *, direct: bool) -> list[tuple[object, ...]]:
    shell = shell_on(folder)
    output = Output(
        GET_THING,
        lambda plural: shell.cells(GET_THING, plural),
        lambda: iter(shell.run(GET_THING).records),
    )
    with relations(database, {"things": output}, ("Members",), direct=direct) as scope:
        return database.create("seen", f"select {COLUMNS} from things", within=scope).query(
            "select * from seen order by all"
        )


def write(folder: Path, rows: list[list[str]], *, delimiter: str = ",", encoding: str = "utf-8-sig") -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    (folder / "Get-Thing.csv").write_bytes(text.getvalue().encode(encoding))


HEADERS = st.sampled_from(
    [["Name", "Flag", "Members"], ["name", "Other", "flag"], ["Members", "Name"], ["Flag"]]
)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), header=HEADERS)
def test_both_ways_give_the_same(
    database: Database, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, header: list[str]
) -> None:
    cell = st.one_of(st.sampled_from(CELLS), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
    cell = cell.filter(lambda text: "\0" not in text)
    rows = data.draw(st.lists(st.lists(cell, min_size=len(header), max_size=len(header)), max_size=6))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    folder = tmp_path_factory.mktemp("saved")
    write(folder, [header, *rows], delimiter=data.draw(st.sampled_from(",;\t")), encoding=encoding)
    try:
        expected = cells(database, folder, direct=False)
    except SourceError:
        with pytest.raises((SourceError, duckdb.Error)):
            cells(database, folder, direct=True)
        return
    try:
        found = cells(database, folder, direct=True)
    except duckdb.Error:  # a fact then reads it line by line
        return
    assert found == expected


def test_duckdb_reads_it_itself(database: Database, tmp_path: Path) -> None:
    write(tmp_path, [["#TYPE x"], ["Name", "Flag", "Members"], ["ann", "True", ""]])
    with shell_on(tmp_path).cells(GET_THING, ("Members",)) as sql:
        assert sql is not None
        assert "read_csv" in sql
    assert cells(database, tmp_path, direct=True) == [("ann", "known", "True", "known", [], "known")]


@pytest.mark.parametrize("rest", ["ann,True,x,y\r\n", "ann\r\n", '"ann,True,x\r\n'])
def test_a_file_that_is_no_table_is_left_to_the_reader_that_says_where(
    database: Database, tmp_path: Path, rest: str
) -> None:
    (tmp_path / "Get-Thing.csv").write_bytes(b"Name,Flag,Members\r\nbob,True,\r\n" + rest.encode())
    with pytest.raises(duckdb.Error):
        cells(database, tmp_path, direct=True)
    with pytest.raises(SourceError, match=r"Get-Thing\.csv, line 3"):
        cells(database, tmp_path, direct=False)


@pytest.mark.parametrize("value", [True, False, None, "true", " False ", "", "yes", Lost("…"), ["True"]])
def test_a_setting_is_read_as_in_python(database: Database, value: object) -> None:
    record = {"Flag": value}
    output = Output(GET_THING, lambda _: nullcontext(), lambda: iter([record]))
    with relations(database, {"things": output}, (), direct=True) as scope:
        table = database.create("seen", f"select {setting('Flag')} from things", within=scope)
    assert table.query("select * from seen") == [(Setting.read(record, "Flag"),)]
