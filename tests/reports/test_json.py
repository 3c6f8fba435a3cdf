from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imadmin import Change, Finding, Status
from imadmin.document import dumps, from_json, loads, to_json
from imadmin.past import PastChange, PastEffect
from imadmin.reports import builtin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hypothesis.strategies import SearchStrategy

    from imadmin.run import Run

PAGE = Path(__file__).parents[2] / "docs" / "json-report.md"


@pytest.fixture(scope="session")
def schema() -> Any:
    return json.loads(files("imadmin.reports").joinpath("schema-1.json").read_text(encoding="utf-8"))


def _objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object with named keys, and everything below it."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema
        for value in schema.values():
            yield from _objects(value)


def test_the_schema_is_one(schema: Any) -> None:
    Draft202012Validator.check_schema(schema)


LATER = {"collected", "dated_by", "accepted", "changes"}
"""Keys that documents of version 1 did not have from the beginning."""


def test_every_key_is_required_and_described(schema: Any) -> None:
    for each in _objects(schema):
        assert set(each["required"]) == set(each["properties"]) - LATER
        for key, value in each["properties"].items():
            described = schema["$defs"][value["$ref"].rpartition("/")[2]] if "$ref" in value else value
            assert described["description"], key


def test_unknown_keys_are_allowed(schema: Any, mixed: Run) -> None:
    data = to_json(mixed) | {"new": 1}
    data["results"][0]["new"] = 1
    Draft202012Validator(schema).validate(data)


def test_a_lacking_key_is_refused(schema: Any, mixed: Run) -> None:
    data = to_json(mixed)
    del data["results"][0]["findings"][0]["remedy"]
    assert [e.message for e in Draft202012Validator(schema).iter_errors(data)] == [
        "'remedy' is a required property"
    ]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_run_fits_the_schema_and_comes_back(data: Any, schema: Any, runs: SearchStrategy[Run]) -> None:
    run = data.draw(runs)
    Draft202012Validator(schema).validate(to_json(run))
    assert from_json(to_json(run)) == run
    assert loads(dumps(run)) == run


def test_a_document_from_before_saved_output_had_an_age(schema: Any, mixed: Run) -> None:
    data = to_json(mixed)
    for each in (data, data["run"], data["summary"], *data["people"]):
        for key in LATER:
            each.pop(key, None)
    Draft202012Validator(schema).validate(data)
    assert from_json(data) == mixed


def test_the_report_is_the_document(mixed: Run) -> None:
    assert builtin()["json"].render(mixed) == dumps(mixed)


def test_the_example_of_the_page_fits_the_schema(schema: Any) -> None:
    found = re.search(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    example = json.loads(found[1])
    Draft202012Validator(schema).validate(example)
    assert to_json(from_json(example)) == example


def test_changes_come_back_as_they_were(mixed: Run, schema: Any) -> None:
    planned = Change("Site:Zürich", {"EwsEnabled": None}, {"EwsEnabled": True}, {"place": "online"})
    effect = PastEffect("Set-X", {"parameters": {"Identity": "é"}}, "t1", "t2", "in doubt", {"error": "e"})
    finding = Finding("Site:Zürich", Status.ERROR, "why", evidence={"EwsEnabled": None}, remedy="wait")
    ended = PastChange(mixed.info.id, "op", "Site:Zürich", "b", "e", finding, (effect,), 3, planned, 2)
    waiting = PastChange(mixed.info.id, "op", "Site:Zürich", "", "", None, (), 4, planned)
    run = replace(mixed, changes=(ended, waiting))
    Draft202012Validator(schema).validate(to_json(run))
    assert loads(dumps(run)).changes == run.changes
