"""Drift: what is better, worse, new and gone between two runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from imadmin import Finding, Severity, Stage, Status
from imadmin.drift import compared
from imadmin.reports.drift import dumps, page
from imadmin.reports.layout import SYMBOLS
from imadmin.run import CheckResult, Person, Run, RunInfo, Summary

if TYPE_CHECKING:
    from imadmin.drift import Drift
    from imadmin.run import Verdict


def a_run(
    *findings: tuple[str, Status, int], people: dict[str, Verdict] | None = None, check: str = "a.b"
) -> Run:
    """A run of one check, with these subjects, statuses and numbers of people."""
    found = tuple(Finding(subject, status, "why", people_count=n) for subject, status, n in findings)
    result = CheckResult(check, "t", "p", Stage.POLICY, Severity.HIGH, Status.FAIL, {}, 0.0, found)
    persons = tuple(Person(name, verdict) for name, verdict in (people or {}).items())
    info = RunInfo("r", "2026-11-20T11:44:45Z", "contoso", (), "/x", "0")
    return Run(info, Summary(9, 9 - len(persons), len(persons)), persons, (result,))


def kinds(drift: Drift) -> list[tuple[str, str]]:
    return [(d.kind, d.what) for d in (*drift.people, *drift.causes)]


LEGAL = "a.b: Tag:Legal"


@pytest.mark.parametrize(
    ("before", "after", "kind", "worsened"),
    [
        (("Tag:Legal", Status.FAIL, 4), ("Tag:Legal", Status.FAIL, 4), None, False),
        (("Tag:Legal", Status.FAIL, 4), ("Tag:Legal", Status.FAIL, 3), "better", False),
        (("Tag:Legal", Status.FAIL, 4), ("Tag:Legal", Status.FAIL, 5), "worse", True),
        (("Tag:Legal", Status.FAIL, 4), ("Tag:Legal", Status.WARN, 9), "better", False),
        (("Tag:Legal", Status.WARN, 4), ("Tag:Legal", Status.ERROR, 1), "worse", True),
        (None, ("Tag:Legal", Status.FAIL, 1), "new", True),
        (None, ("Tag:Legal", Status.WARN, 1), "new", False),
        (("Tag:Legal", Status.FAIL, 1), None, "gone", False),
        (("Tag:Legal", Status.FAIL, 1), ("Tag:Legal", Status.SKIP, 1), "gone", False),
    ],
)
def test_a_cause(before: Any, after: Any, kind: str | None, *, worsened: bool) -> None:
    drift = compared(*(a_run(*([found] if found else [])) for found in (before, after)))
    assert kinds(drift) == ([(kind, LEGAL)] if kind else [])
    assert drift.worsened is worsened


def test_people() -> None:
    before = a_run(people={"a@x": "cannot", "b@x": "unknown", "c@x": "cannot"})
    after = a_run(people={"b@x": "cannot", "c@x": "unknown", "d@x": "unknown"})
    drift = compared(before, after)
    assert [(d.kind, d.what, d.before, d.after) for d in drift.people] == [
        ("better", "a@x", "cannot", "not listed"),
        ("worse", "b@x", "unknown", "cannot"),
        ("better", "c@x", "cannot", "unknown"),
        ("worse", "d@x", "not listed", "unknown"),
    ]


def test_what_only_one_of_them_judged_is_not_compared() -> None:
    drift = compared(a_run(("x", Status.FAIL, 1)), a_run(("y", Status.FAIL, 1), check="c.d"))
    assert kinds(drift) == []
    assert drift.uncompared == ("Only the earlier run judged: a.b.", "Only the later run judged: c.d.")


def test_two_numbers_of_people_are_told() -> None:
    fewer = replace(a_run(), summary=Summary(3, 3))
    [told] = compared(a_run(), fewer).uncompared
    assert "The earlier run is about 9 people, the later about 3" in told


def test_long_lists_are_cut_and_hostile_names_shown_by_their_codes() -> None:
    many = tuple((f"Tag:{number:03}\x1b[2J", Status.FAIL, 1) for number in range(80))
    drift = compared(a_run(), a_run(*many))
    text = "\n".join("".join(span.text for span in line) for line in page(drift)(100, SYMBOLS))
    assert "New (80)" in text
    assert "and 30 more: --json has them all" in text
    assert "\x1b" not in text
    assert dumps(drift).count("Tag:") == 80
