"""Parameters: read without executing, converted by type, and injected so that they arrive as they were."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imadmin.errors import ParameterError
from imadmin.parameters import Parameter, convert
from imadmin.runbook.parameters import declared, injected_source

CELL = """\
source: str = ""  # a folder
limit: int = 10
share: float = 0.5
dry: bool = True
sites: list[str] = ["Redmond"]
"""
KNOWN = declared(CELL, "book.ipynb")
values = st.one_of(
    st.text(),
    st.text(st.characters(categories=("Cs", "Cc", "Zl", "Zp"))),
    st.integers(),
    st.floats(),
    st.sampled_from([math.nan, math.inf, -math.inf]),
    st.booleans(),
    st.lists(st.text()),
)


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return type(one) is type(other) and one == other


@example({"a": math.nan, "b": -math.inf, "limit": math.inf})
@given(st.dictionaries(st.sampled_from(["a", "b", "source", "limit", "ünï"]), values, max_size=4))
def test_values_arrive_as_they_were(given_values: dict[str, object]) -> None:
    arrived: dict[str, Any] = {}
    exec(injected_source(given_values).encode("utf-8"), arrived)  # noqa: S102 - what the kernel does
    del arrived["__builtins__"]
    assert arrived.keys() == given_values.keys()
    assert all(same(arrived[name], value) for name, value in given_values.items())


@given(st.text())
def test_a_text_is_taken_as_it_is(text: str) -> None:
    assert convert([("source", text)], KNOWN, "") == {"source": text}


@example(0, math.nan)
@example(0, -math.inf)
@given(st.integers(), st.floats())
def test_numbers_are_read_back(whole: int, number: float) -> None:
    found = convert([("limit", str(whole)), ("share", repr(number))], KNOWN, "")
    assert found["limit"] == whole
    assert same(found["share"], number)


@pytest.mark.parametrize(("text", "value"), [("yes", True), ("TRUE", True), ("0", False), ("off", False)])
def test_a_flag(text: str, value: bool) -> None:  # noqa: FBT001 - a flag it is
    assert convert([("dry", text)], KNOWN, "") == {"dry": value}


def test_a_list_is_separated_by_commas() -> None:
    assert convert([("sites", "Redmond, Munich ,,")], KNOWN, "") == {"sites": ["Redmond", "Munich"]}
    assert convert([("sites", "")], KNOWN, "") == {"sites": []}


@pytest.mark.parametrize(
    ("name", "text", "example"),
    [
        ("limit", "many", "-p limit=20"),
        ("limit", "1.5", "-p limit=20"),
        ("limit", "", "-p limit=20"),
        ("limit", "9" * 5000, "-p limit=20"),
        ("share", "half", "-p share=0.5"),
        ("dry", "maybe", "-p dry=true"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(name: str, text: str, example: str) -> None:
    with pytest.raises(ParameterError) as refused:
        convert([(name, text)], KNOWN, "book.ipynb")
    assert f"parameter {name}" in refused.value.what
    assert refused.value.where == "book.ipynb"
    assert example in refused.value.remedy
    assert len(refused.value.what) < 200
    assert refused.value.exit_status == 2


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("limits", "Did you mean limit?"),
        ("zzz", "It has: source, limit, share, dry, sites."),
        ("limit; import os", "limit"),
        ("__builtins__", "It has"),
        ("limit\nx", "limit"),
        ("", "It has"),
    ],
)
def test_an_unknown_name_is_refused(name: str, hint: str) -> None:
    with pytest.raises(ParameterError) as refused:
        convert([(name, "1")], KNOWN, "book.ipynb")
    assert repr(name) in refused.value.what
    assert hint in refused.value.remedy


@given(st.text(), st.text())
def test_only_declared_names_ever_reach_the_cell(name: str, text: str) -> None:
    try:
        found = convert([(name, text)], KNOWN, "")
    except ParameterError:
        return
    assert found.keys() <= KNOWN.keys()


def test_what_a_cell_declares() -> None:
    assert list(KNOWN.values()) == [
        Parameter("source", "str", ""),
        Parameter("limit", "int", 10),
        Parameter("share", "float", 0.5),
        Parameter("dry", "bool", True),  # noqa: FBT003 - a record
        Parameter("sites", "list[str]", ["Redmond"]),
    ]
    assert declared("", "") == {}
    assert declared("# nothing but words", "") == {}


NOT_DECLARATIONS = {
    "a call": "source: str = open('/etc/passwd').read()",
    "an import": "import os",
    "no type": "limit = 10",
    "no value": "limit: int",
    "another type": "limit: complex = 1j",
    "a place in an object": "a.b: int = 1",
    "broken Python": "limit: int =",
    "a magic command": "%matplotlib inline",
    "brackets without end": "x: str = " + "(" * 5000,
    "signs without end": "x: int = " + "-" * 100_000 + "1",
    "a NUL": "x: str = '\0'",
}


@pytest.mark.parametrize("case", NOT_DECLARATIONS)
def test_a_cell_that_is_more_is_refused_and_not_executed(case: str) -> None:
    with pytest.raises(ParameterError) as refused:
        declared(NOT_DECLARATIONS[case], "book.ipynb")
    assert "the parameters cell cannot be read" in refused.value.what
    assert refused.value.where == "book.ipynb"
    assert "name: str" in refused.value.remedy


@given(st.text(max_size=200))
def test_any_text_is_declarations_or_refused(source: str) -> None:
    try:
        found = declared(source, "")
    except ParameterError:
        return
    assert all(isinstance(parameter, Parameter) for parameter in found.values())
