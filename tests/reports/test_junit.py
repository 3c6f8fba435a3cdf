"""JUnit: the shape that the schemas of Ant, Jenkins and Surefire share, written down by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from imadmin.records import Stage, Status
from imadmin.reports.junit import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from imadmin.run import Run

NUMBERS = {"tests", "failures", "errors", "skipped", "time"}
ATTRIBUTES = {
    "testsuites": {"name", *NUMBERS},
    "testsuite": {"name", "id", "package", "timestamp", "hostname", *NUMBERS},
    "properties": set(),
    "property": {"name", "value"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "skipped": {"message"},
    "system-out": set(),
}
CHILDREN = {
    "testsuites": "(testsuite )*",
    "testsuite": "properties (testcase )*",
    "properties": "(property )+",
    "testcase": "(failure |error |skipped |system-out )?",
}
VALUES = {
    "tests": r"\d+",
    "failures": r"\d+",
    "errors": r"\d+",
    "skipped": r"\d+",
    "id": r"\d+",
    "time": r"\d+\.\d+",
    "timestamp": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d",
    "hostname": r"\S+",
}


def parsed(run: Run) -> Any:
    return etree.fromstring(render(run).encode())


def check_shape(root: Any) -> None:
    assert root.tag == "testsuites"
    for element in root.iter():
        assert set(element.attrib) == ATTRIBUTES[element.tag], element.tag
        inner = "".join(f"{child.tag} " for child in element)
        assert re.fullmatch(CHILDREN.get(element.tag, ""), inner), (element.tag, inner)
        for name, value in element.attrib.items():
            assert re.fullmatch(VALUES.get(name, r"(?s).*"), value), (name, value)
    for suite in (root, *root):
        cases = list(suite.iter("testcase"))
        assert int(suite.get("tests")) == len(cases)
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name)) == len([case for case in cases if case.find(tag) is not None])
    assert len({suite.get("name") for suite in root}) == len(root)


def test_the_shape(mixed: Run) -> None:
    check_shape(parsed(mixed))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_run_has_the_shape(data: Any, runs: SearchStrategy[Run]) -> None:
    check_shape(parsed(data.draw(runs)))


@pytest.mark.parametrize(
    ("status", "tag"),
    [
        ("fail", "failure"),
        ("error", "error"),
        ("skip", "skipped"),
        ("waived", "skipped"),
        ("warn", "system-out"),
    ],
)
def test_a_status(
    status: str, tag: str, run_of: Callable[..., Run], result: Callable[..., Any], finding: Callable[..., Any]
) -> None:
    root = parsed(run_of(result(finding("a@x.com", status=Status(status)))))
    [inner] = root.find("testsuite/testcase")
    assert inner.tag == tag
    assert inner.text.startswith(
        f"{status}: Tag:Legal: Tag:Legal forbids saving conversations. (1 person: a@x.com)"
    )
    assert "\n  fix: Set-CsClientPolicy -Identity 'Tag:Legal'" in inner.text
    assert (
        inner.get("message", "Tag:Legal forbids saving conversations.")
        == "Tag:Legal forbids saving conversations."
    )


def test_what_passes_and_the_order_of_the_way(run_of: Callable[..., Run], result: Callable[..., Any]) -> None:
    run = run_of(result(check="ews.a", stage=Stage.EWS), result(check="policy.a"), result(check="policy.b"))
    root = parsed(run)
    assert [suite.get("name") for suite in root] == ["imadmin.policy", "imadmin.ews"]
    assert [case.get("name") for case in root.iter("testcase")] == ["policy.a", "policy.b", "ews.a"]
    assert not [inner for case in root.iter("testcase") for inner in case]
    assert root[0].get("timestamp") == "2026-11-20T11:44:45"
