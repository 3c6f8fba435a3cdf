from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin import SourceError
from imadmin.deployment import ClientsConfig
from imadmin.lists import ClientList, Lists, list_headers
from imadmin.lists.dialects import dialect_of
from imadmin.lists.selection import LENIENT, STRICT, selection
from imadmin.tables import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    Rows: TypeAlias = list[tuple[str | None, ...]]
    Read: TypeAlias = Callable[..., tuple[tuple[str, ...], Rows]]


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


KEPT: list[Lists] = []
"""They are there as long as somebody holds them."""


@pytest.fixture(scope="module", autouse=True)
def let_go(database: Database) -> Iterator[None]:  # noqa: ARG001 - while it is open
    yield
    while KEPT:
        KEPT.pop().close()


def load_lists(
    database: Database, configs: Iterable[ClientsConfig], headers: Collection[str] = ()
) -> list[ClientList]:
    """The lists, read as well as can be."""
    every = Lists(database)
    shown = every.show(configs, headers=headers)
    every.load()
    KEPT.append(every)
    return shown


def rows_of(database: Database, listed: ClientList) -> Rows:
    return database.cursor().execute(f"select * from {listed.table}").fetchall()


@pytest.fixture
def read(tmp_path: Path, database: Database) -> Read:
    """Write a file and read it: the headers and the rows."""

    def of(content: str | bytes, encoding: str = "", name: str = "r.csv") -> tuple[tuple[str, ...], Rows]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        [listed] = load_lists(database, [ClientsConfig(path, encoding)])
        assert listed.path == path
        return listed.columns, rows_of(database, listed)

    return of


DIALECTS = {
    "plain": "UserName,ClientVersion\na@x,OC/1\n",
    "CRLF": "UserName,ClientVersion\r\na@x,OC/1\r\n",
    "CR": "UserName,ClientVersion\ra@x,OC/1\r",
    "no last line end": "UserName,ClientVersion\na@x,OC/1",
    "Export-Csv": '#TYPE System.Data.DataRow\r\n"UserName","ClientVersion"\r\n"a@x","OC/1"\r\n',
    "Export-Csv and a blank line": '#TYPE X\r\n\r\n"UserName","ClientVersion"\r\n"a@x","OC/1"\r\n',
    "blank lines": "\n  \nUserName,ClientVersion\n\na@x,OC/1\n\n",
    "semicolons": "UserName;ClientVersion\na@x;OC/1\n",
    "tabs": "UserName\tClientVersion\na@x\tOC/1\n",
    "bars": "UserName|ClientVersion\na@x|OC/1\n",
    "sep=;": "sep=;\nUserName;ClientVersion\na@x;OC/1\n",
    "sep=, in capitals": "SEP=,\r\nUserName,ClientVersion\r\na@x,OC/1\r\n",
    "sep= of a tab": "sep=\t\nUserName\tClientVersion\na@x\tOC/1\n",
    "sep= of nothing": "sep=\nUserName,ClientVersion\na@x,OC/1\n",
    "sep= of something rare": "sep=^\nUserName^ClientVersion\na@x^OC/1\n",
    "all quoted": '"UserName";"ClientVersion"\n"a@x";"OC/1"\n',
    "blanks around headers": " UserName , ClientVersion \na@x,OC/1\n",
    "end of file of CP/M": "UserName,ClientVersion\r\na@x,OC/1\r\n\x1a",
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dialect(read: Read, dialect: str) -> None:
    columns, rows = read(DIALECTS[dialect])
    assert columns == ("UserName", "ClientVersion")
    assert rows[0] == ("a@x", "OC/1")
    assert [row for row in rows[1:] if row != ("\x1a", None)] == []


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_an_encoding(read: Read, dialect: str, codec: str) -> None:
    text = DIALECTS[dialect].replace("a@x", "zoë@x")
    columns, rows = read(text.encode(codec))
    assert columns == ("UserName", "ClientVersion")
    assert rows[0] == ("zoë@x", "OC/1")


def test_a_code_page_must_be_given(read: Read) -> None:
    content = "UserName,ClientVersion\nzoë@x,1\n".encode("cp1252")
    assert read(content, "cp1252") == (("UserName", "ClientVersion"), [("zoë@x", "1")])
    with pytest.raises(SourceError, match="is neither UTF-8 nor marked as UTF-16") as caught:
        read(content)
    assert "Say encoding: cp1252" in caught.value.remedy
    assert caught.value.where.endswith("r.csv")


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_outweighs_the_code_page(read: Read, codec: str) -> None:
    """`encoding:` stands for all files of a pattern; it is for those that are not marked."""
    assert read("UserName,V\nzoë@x,1\n".encode(codec), "cp1252")[1] == [("zoë@x", "1")]


def test_a_wrong_code_page(read: Read) -> None:
    with pytest.raises(SourceError, match="is not readable as CSV"):
        read("UserName,V\nzoë,1\n".encode(), "ascii")


def test_bytes_that_are_no_text_far_behind_the_header(read: Read) -> None:
    """Only the beginning is looked at; the rest must not slip in as something else."""
    content = b"UserName,V\n" + b"a@x,1\n" * 20_000 + "zoë@x,1\n".encode("cp1252")
    with pytest.raises(SourceError, match="is not readable as CSV"):
        read(content)
    assert len(read(content, "cp1252")[1]) == 20_001


def test_rows_that_are_too_short_or_too_long(read: Read) -> None:
    assert read("a,b,c\n1\n1,2\n1,2,3\n1,2,3,4\n,,\n")[1] == [
        ("1", None, None),
        ("1", "2", None),
        ("1", "2", "3"),
        ("1", "2", "3"),
        (None, None, None),
    ]


def test_quotes(read: Read) -> None:
    text = 'a,b\n"line\nfeed","x, y"\n"say ""hi""",\'single\'\n"",x\n"cr\r\nlf",x\n'
    assert read(text)[1] == [
        ("line\nfeed", "x, y"),
        ('say "hi"', "'single'"),
        (None, "x"),
        ("cr\r\nlf", "x"),
    ]


def test_text_that_looks_like_something_else(read: Read) -> None:
    text = "a,b\n001,1e5\ntrue,NULL\n2026-01-01,#c\n'); drop table x; --,\\N\n"
    assert read(text)[1] == [
        ("001", "1e5"),
        ("true", "NULL"),
        ("2026-01-01", "#c"),
        ("'); drop table x; --", "\\N"),
    ]


def test_a_single_column(read: Read) -> None:
    assert read("UserName\na@x\n") == (("UserName",), [("a@x",)])


def test_a_header_without_rows(read: Read) -> None:
    assert read("UserName,ClientVersion\n") == (("UserName", "ClientVersion"), [])


def test_three_hundred_columns(read: Read) -> None:
    headers = [f"column {number}" for number in range(300)]
    columns, rows = read(",".join(headers) + "\n" + ",".join(map(str, range(300))) + "\n")
    assert columns == tuple(headers)
    assert rows == [tuple(map(str, range(300)))]


def test_more_rows_than_one_buffer(read: Read) -> None:
    lines = "".join(f'"p{number}@x","{"x" * 100}\n{number}"\n' for number in range(30_000))
    rows = read(f"UserName,V\n{lines}")[1]
    assert len(rows) == 30_000
    assert rows[-1] == ("p29999@x", "x" * 100 + "\n29999")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n", b"#TYPE X\n", b"sep=;\n", b"\xff\xfe"])
def test_a_file_without_a_header(read: Read, content: bytes) -> None:
    with pytest.raises(SourceError, match="is empty") as caught:
        read(content)
    assert "A list has a header line" in caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b'sep="\na"b\n',
        b"a\0,b\n1,2\n",
        b"a,b\n" + b"x" * 1_100_000 + b",1\n",
        b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0\xb5U0#",
        b"\xff\xfea\0,",
    ],
    ids=[
        "a quote as separator",
        "a NUL in the header",
        "a megabyte in one line",
        "xlsx",
        "half UTF-16",
    ],
)
def test_a_file_that_is_no_table_is_said_to_be_none(read: Read, content: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read(content)
    assert caught.value.where.endswith("r.csv")
    assert caught.value.remedy
    assert len(str(caught.value)) < 1000


def test_a_file_that_is_not_there(tmp_path: Path, database: Database) -> None:
    with pytest.raises(SourceError, match="there is no such file") as caught:
        load_lists(database, [ClientsConfig(tmp_path / "none.csv")])
    assert caught.value.where == str(tmp_path / "none.csv")


def test_a_folder_in_place_of_a_file(tmp_path: Path, database: Database) -> None:
    (tmp_path / "r.csv").mkdir()
    with pytest.raises(SourceError, match="there is no such file"):
        load_lists(database, [ClientsConfig(tmp_path / "r.csv")])
    with pytest.raises(SourceError, match="is not readable as CSV"):
        load_lists(database, [ClientsConfig(tmp_path / "*.csv")])


def test_a_pattern_takes_all_files_in_order(tmp_path: Path, database: Database) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.csv").write_text(f"UserName\n{name}@x\n")
    (tmp_path / "d.txt").write_text("UserName\nd@x\n")
    lists = load_lists(database, [ClientsConfig(tmp_path / "*.csv"), ClientsConfig(tmp_path / "?.txt")])
    assert [rows_of(database, one) for one in lists] == [[("a@x",)], [("b@x",)], [("c@x",)], [("d@x",)]]
    assert len({one.table for one in lists}) == 4


def test_a_pattern_that_matches_nothing(tmp_path: Path, database: Database) -> None:
    with pytest.raises(SourceError, match="there is no such file"):
        load_lists(database, [ClientsConfig(tmp_path / "nowhere" / "*.csv")])


@pytest.mark.parametrize("folder", ["[abc]", "it's", "a*b", "q?", "ünï"])
def test_a_path_is_not_a_pattern(tmp_path: Path, database: Database, folder: str) -> None:
    """`[abc]/r.csv` must not be read as `a/r.csv`, which may be last year's."""
    for name, person in ((folder, "right"), ("a", "wrong"), ("axb", "wrong"), ("qq", "wrong")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "r.csv").write_text(f"UserName\n{person}@x\n")
    [listed] = load_lists(database, [ClientsConfig(tmp_path / folder / "r.csv")])
    assert rows_of(database, listed) == [("right@x",)]


@pytest.mark.parametrize(
    ("headers", "names", "column"),
    [
        (("UserName", "V"), ("UserName",), "c0"),
        (("V", "user name"), ("UserName",), "c1"),
        (("V", "USER_NAME"), ("UserName",), "c1"),
        (("V", "User-Name (URI)"), ("UserNameUri",), "c1"),
        (("ClientApp", "ClientVersion"), ("ClientVersion", "ClientApp"), "c1"),
        (("Sip", "Sip"), ("Sip",), "c0"),
        (("V", ""), ("UserName",), None),
        (("UserNames",), ("UserName",), None),
        (("Größe",), ("grösse", "GRÖSSE", "größe"), "c0"),
    ],
)
def test_a_column_by_its_header(
    tmp_path: Path, headers: tuple[str, ...], names: tuple[str, ...], column: str | None
) -> None:
    assert ClientList(tmp_path, "t", headers).column(*names) == column


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12)


FORM = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
        "quoting": st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    }
)


@settings(max_examples=80, deadline=None)
@given(
    table=st.lists(st.tuples(CELL, CELL, CELL), max_size=6),
    form=FORM,
    codec=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_the_csv_module_writes_is_read_as_it_was(
    database: Database,
    tmp_path_factory: pytest.TempPathFactory,
    table: list[tuple[str, str, str]],
    form: dict[str, Any],
    codec: str,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, **form)
    writer.writerows([("UserName", "ClientVersion", "Zoë"), *table])
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(text.getvalue().encode(codec))
    [listed] = load_lists(database, [ClientsConfig(path)])
    assert listed.columns == ("UserName", "ClientVersion", "Zoë")
    assert rows_of(database, listed) == [tuple(cell or None for cell in row) for row in table]


@settings(max_examples=150, deadline=None)
@given(content=st.one_of(st.binary(max_size=300), st.text('ab",;\t|\r\n\\#=é', max_size=60).map(str.encode)))
def test_any_bytes_are_a_table_or_an_error(
    database: Database, tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        [listed] = load_lists(database, [ClientsConfig(path)])
    except SourceError as error:
        told = error.where
    else:
        told = str(listed.path)
        assert {len(row) for row in rows_of(database, listed)} <= {len(listed.columns)}
    assert told == str(path)


def test_an_unclosed_quote_is_refused_as_it_would_swallow_people(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('UserName,ClientVersion\n"ann@x.com,OC/1.2.3.4\nbob@x.com,OC/1.2.3.4\n', encoding="utf-8")
    with pytest.raises(SourceError, match="a quotation mark is not closed"):
        load_lists(Database(), [ClientsConfig(path)])


def test_of_two_columns_with_a_client_the_first_text_counts(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(
        "UserName,ClientVersion,ClientApp\nann@x.com, ,OC/1.2.3.4\nbob@x.com,A,B\n", encoding="utf-8"
    )
    database = Database()
    [loaded] = load_lists(database, [ClientsConfig(path)])
    text = loaded.text("ClientVersion", "ClientApp")
    rows = database.cursor().execute(f"select {text} from {loaded.table}").fetchall()
    assert rows == [("OC/1.2.3.4",), ("A",)]
    assert loaded.text("Agent") is None


CELLS = st.sampled_from(
    ["a", "", '"', '""', ",", " ", "\r\n", "\n", '"x,y"', '"x\ny"', '"a""b"', "é", "'", "\\"]
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=3).map(",".join), max_size=4).map("\n".join)


@given(LINES)
@settings(max_examples=60, deadline=None)
def test_what_all_cores_read_is_what_is_read_line_by_line(database: Database, body: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.csv"
        path.write_bytes(f"one,two\n{body}\n".encode())
        dialect = dialect_of(path, "")
        strict, lenient = (selection(path, dialect, frozenset(), manner) for manner in (STRICT, LENIENT))
        try:
            quick = database.cursor().execute(strict).fetchall()
        except duckdb.Error:
            return
        assert quick == database.cursor().execute(lenient).fetchall()


def test_only_the_wanted_columns_are_loaded(tmp_path: Path, database: Database) -> None:
    path = tmp_path / "r.csv"
    path.write_text("UserName,Endpoint,Client Version\na@x,{1},OC/1\n", encoding="utf-8")
    [listed] = load_lists(database, [ClientsConfig(path)], headers=("clientversion", "User Name", "Mail"))
    assert rows_of(database, listed) == [("a@x", "OC/1")]
    assert listed.columns == ("UserName", "Endpoint", "Client Version")
    assert list_headers([ClientsConfig(path)]) == [ClientList(path, "", listed.columns)]
