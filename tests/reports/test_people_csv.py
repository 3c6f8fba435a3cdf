"""The verdict on everybody as CSV: whole, and harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin import everybody
from imadmin.errors import UsageError
from imadmin.reports.people_csv import HEADER, guarded, render
from imadmin.run import Person
from imadmin.verdict import PEOPLE_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin.run import Run

MANY = tuple(Person(f"p{number:05}@x.com", "can") for number in range(PEOPLE_LIMIT + 1))


def rows(run: Run) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render(run), newline=""), strict=True))


def test_a_line_each(run_of: Callable[..., Run]) -> None:
    people = (
        Person("a@x.com", "can"),
        Person("b@x.com", "cannot", ("policy.a", "client.b"), accepted=True),
        Person("c@x.com", "cannot", ("policy.a",)),
        Person("d@x.com", "unknown", ("ews.a",)),
    )
    assert rows(replace(run_of(), everybody=lambda: iter(people))) == [
        list(HEADER),
        ["a@x.com", "can", "", ""],
        ["b@x.com", "cannot", "yes", "policy.a client.b"],
        ["c@x.com", "cannot", "no", "policy.a"],
        ["d@x.com", "unknown", "", "ews.a"],
    ]


def test_it_is_whole(run_of: Callable[..., Run]) -> None:
    found = rows(replace(run_of(can=len(MANY)), everybody=lambda: iter(MANY)))
    assert len(found) == len(MANY) + 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_formula_is_text(text: str) -> None:
    assert guarded(text).startswith("'")


@given(st.text())
def test_no_cell_is_a_formula_or_more_than_a_line(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert not set(cell) & set("\r\n\0\x1b")
    assert cell.isascii() or not text.isascii()


def test_a_person_with_the_name_of_a_formula(run_of: Callable[..., Run]) -> None:
    run = replace(run_of(), everybody=lambda: iter([Person('=HYPERLINK("x")@x.com', "can")]))
    assert rows(run)[1][0] == '\'=HYPERLINK("x")@x.com'


def test_what_was_not_kept_is_not_made_up(run_of: Callable[..., Run], mixed: Run) -> None:
    assert [row[0] for row in rows(mixed)[1:]] == ["a@x.com", "b@x.com", "e@x.com", "h@x.com"]
    with pytest.raises(UsageError, match="the verdict on everybody was not kept"):
        render(run_of(can=1))


def test_it_is_kept_beside_a_notebook(tmp_path: Path, run_of: Callable[..., Any]) -> None:
    people = (Person("a@x.com", "can"), Person("ö@x.com", "cannot", ("p.a",), accepted=True))
    run = run_of(can=2)
    assert everybody.with_everybody(run, tmp_path) is run
    everybody.keep(run, tmp_path)
    assert not list(tmp_path.iterdir())
    everybody.keep(replace(run, everybody=lambda: iter(people)), tmp_path)
    found = everybody.with_everybody(run, tmp_path)
    assert found.everybody is not None
    assert tuple(found.everybody()) == people
    assert [path.name for path in tmp_path.iterdir()] == [everybody.FILE]
