"""Nagios' line and its state; the numbers for Prometheus."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.records import Stage, Status
from imadmin.reports import nagios, prometheus

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

    from imadmin.run import Run

LINE = re.compile(r"IMADMIN (OK|WARNING|CRITICAL|UNKNOWN) - [^|\r\n]* \| ([^|\r\n]*)\n")
NUMBER = re.compile(r"[a-z_]+=\d+;;;0(;\d+)?")
SAMPLE = re.compile(
    r'(?P<name>[a-z_:][a-z0-9_:]*)\{(?P<labels>(?:[a-z_]+="(?:[^"\\\n]|\\[\\n"])*",?)+)\} (?P<value>-?\d+)'
)


@pytest.mark.parametrize(
    ("statuses", "status", "state"),
    [
        ((), 0, 0),
        (("waived", "skip"), 0, 0),
        (("warn",), 0, nagios.WARNING),
        (("fail",), 0, nagios.WARNING),
        (("fail", "error"), 1, nagios.CRITICAL),
        (("error",), 3, nagios.UNKNOWN),
        (("fail",), 3, nagios.UNKNOWN),
        ((), 130, nagios.UNKNOWN),
    ],
)
def test_the_state(
    statuses: tuple[str, ...],
    status: int,
    state: int,
    run_of: Callable[..., Run],
    result: Callable[..., Any],
    finding: Callable[..., Any],
) -> None:
    run = run_of(*(result(finding("a@x.com", status=Status(each))) for each in statuses))
    assert nagios.state(run, status) == state
    assert nagios.line(run, status).split()[1] == ("OK", "WARNING", "CRITICAL", "UNKNOWN")[state]


def test_the_line(mixed: Run) -> None:
    run = replace(mixed, summary=replace(mixed.summary, accepted=1))
    assert nagios.render(run) == (
        "IMADMIN CRITICAL - contoso: 0 of 4 people can, 2 cannot (1 accepted), 2 unknown;"
        " failed: policy.auto-archiving; could not be found out: client.build; not examined: ews, spool"
        " | people=4;;;0 can_send=0;;;0;4 cannot_send=2;;;0;4 accepted=1;;;0;4 unknown=2;;;0;4"
        " checks_fail=1;;;0;3 checks_error=1;;;0;3 checks_warn=0;;;0;3 checks_waived=0;;;0;3\n"
    )


def test_an_error_is_unknown_and_one_line() -> None:
    assert nagios.unknown("a|b\nc") == "IMADMIN UNKNOWN - a/b c\n"


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_run_is_one_line_with_numbers(data: Any, runs: SearchStrategy[Run]) -> None:
    found = LINE.fullmatch(nagios.render(data.draw(runs)))
    assert found
    assert all(NUMBER.fullmatch(part) for part in found[2].split(" "))


def samples(text: str) -> dict[tuple[str, str], int]:
    """Name and labels to value, with the rules of the format seen to on the way."""
    assert text.endswith("\n")
    known: dict[str, None] = {}
    found = {}
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("#"):
            kind, name = line.split(" ")[1:3]
            assert kind in {"HELP", "TYPE"}
            assert kind == "TYPE" or name not in known, "a family is in one piece"
            known[name] = None
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        assert sample["name"] == list(known)[-1]
        assert (sample["name"], sample["labels"]) not in found, "a series is given once"
        found[sample["name"], sample["labels"]] = int(sample["value"])
    return found


def test_the_numbers(mixed: Run) -> None:
    found = samples(prometheus.render(replace(mixed, summary=replace(mixed.summary, accepted=1))))
    base = 'deployment="contoso"'
    check = f'{base},check="policy.auto-archiving",stage="policy",severity="high",status="fail"'
    assert found["imadmin_people", f'{base},verdict="cannot"'] == 2
    assert found["imadmin_people_accepted", base] == 1
    assert found["imadmin_check_subjects", check] == 2
    assert found["imadmin_check_status", check] == 1
    assert found["imadmin_stage_examined", f'{base},stage="ews"'] == 0
    assert found["imadmin_stage_examined", f'{base},stage="policy"'] == 1
    assert found["imadmin_run_timestamp_seconds", base] == 1795175085
    assert found["imadmin_info", f'{base},version="0.1.0"'] == 1


def test_no_name_of_a_person_is_in_it(mixed: Run) -> None:
    assert "@" not in prometheus.render(mixed)


def test_a_moment_that_is_none_is_left_out(run_of: Callable[..., Run], result: Callable[..., Any]) -> None:
    run = run_of(result(stage=Stage.SPOOL), started="yesterday")
    assert "timestamp" not in prometheus.render(run)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_run_keeps_the_rules_of_the_format(data: Any, runs: SearchStrategy[Run]) -> None:
    assert samples(prometheus.render(data.draw(runs)))
