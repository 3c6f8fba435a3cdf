"""The answer's words in each situation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.records import Finding, Severity, Stage, Status
from imadmin.reports.answer import statements
from imadmin.run import CheckResult, Person, Run, RunInfo, Summary

if TYPE_CHECKING:
    from collections.abc import Callable

A, B = Person("a@x.com", "cannot", ("x.y",)), Person("b@x.com", "cannot", ("x.y",))
LOST = Person("e@x.com", "unknown", ("x.y",))
CLEAR, CLEAR_TOO = Person("u@x.com", "unknown"), Person("v@x.com", "unknown")
EWS = (Stage.EWS,)
BOTH = "client and ews were"
FOUND_OUT, NOTHING = "something could not be found out", "nothing stands against"


def _said(run: Run) -> list[str]:
    return [statement.text for statement in statements(run)]


@pytest.mark.parametrize(
    ("people", "can", "not_examined", "said"),
    [
        ((), 3, (), ["Yes, all 3 people can."]),
        ((), 1, (), ["Yes, this person can."]),
        ((), 3, (Stage.SPOOL,), ["Yes, all 3 people can.", "Not examined: spool."]),
        ((A, B), 0, (), ["No, none of the 2 people can."]),
        ((A,), 0, (), ["No, this person cannot."]),
        ((A, B), 0, EWS, ["No, none of the 2 people can.", "Not examined: ews."]),
        ((A, B), 1200, (), ["2 of 1,202 people cannot.", "1,200 of 1,202 people can."]),
        (
            (LOST,),
            3,
            (),
            ["3 of 4 people can.", "1 is unknown: about this person, something could not be found out."],
        ),
        (
            (A, LOST),
            0,
            EWS,
            [
                "1 of 2 people cannot.",
                f"1 is unknown: about this person, {FOUND_OUT}, and ews was not examined.",
            ],
        ),
        (
            (CLEAR, CLEAR_TOO),
            0,
            (Stage.CLIENT, Stage.EWS, Stage.DELIVERY),
            [
                f"The answer for all 2 people is unknown: {NOTHING} them, but {BOTH} not examined.",
                "Also not examined: delivery.",
            ],
        ),
        (
            (A, LOST, CLEAR, CLEAR_TOO),
            0,
            (Stage.EWS, Stage.DELIVERY, Stage.SPOOL),
            [
                "1 of 4 people cannot.",
                f"3 are unknown: {NOTHING} 2 of them, but ews was not examined; for 1 {FOUND_OUT}.",
                "Also not examined: delivery, spool.",
            ],
        ),
    ],
)
def test_each_situation_has_its_words(
    run_of: Callable[..., Run],
    people: tuple[Person, ...],
    can: int,
    not_examined: tuple[Stage, ...],
    said: list[str],
) -> None:
    assert _said(run_of(people=people, can=can, not_examined=not_examined)) == said


def test_a_list_that_was_cut_before_the_unknown_does_not_split_them(run_of: Callable[..., Run]) -> None:
    run = run_of(people=(A, B, LOST), not_examined=EWS, unknown=7000, cannot_send=2)
    assert _said(run)[-1] == (
        "7,000 are unknown: something could not be found out, or nothing stands against them but ews was not"
        " examined."
    )


def test_a_list_that_was_cut_among_those_with_nothing_against_them_has_all_the_others(
    run_of: Callable[..., Run],
) -> None:
    run = run_of(people=(A, LOST, CLEAR), not_examined=EWS, unknown=7000, cannot_send=1)
    assert "nothing stands against 6,999 of them" in _said(run)[-1]


def test_where_nobody_is_known_the_lost_fact_says_why(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    message = "The fact users could not be gathered: skype/Get-CsUser.xml: is empty"
    lost = finding(subject="users", status=Status.ERROR, message=message, remedy="")
    run = run_of(result(lost), result(lost, check="client.build"), not_examined=EWS)
    assert _said(run) == [
        "There is no answer, because nobody knows who the people are.",
        message,
        "Not examined: ews.",
    ]


def test_where_everybody_is_left_out_there_is_nobody_to_answer_for(
    run_of: Callable[..., Run], finding: Callable[..., Finding], result: Callable[..., CheckResult]
) -> None:
    run = run_of(result(finding("g@x.com", status=Status.SKIP, message="is disabled")))
    assert _said(run) == ["There is nobody to answer for: everybody was left out (see below)."]


def test_where_no_check_of_people_was_run_that_is_said(run_of: Callable[..., Run]) -> None:
    assert _said(run_of()) == ["There is no answer, because no check that judges people was run."]


def test_what_failed_besides_is_said_beside_a_yes() -> None:
    finding = Finding("a -> b", Status.FAIL, "It did not arrive.")
    failed = CheckResult(
        "delivery.test-send",
        "It arrives",
        "send",
        Stage.DELIVERY,
        Severity.HIGH,
        Status.FAIL,
        {},
        0.0,
        (finding,),
    )
    info = RunInfo("r1", "2026-11-20T06:00:00Z", "contoso", (), "x", "0.1.0")
    said = [one.text for one in statements(Run(info, Summary(2, 2), results=(failed,)))]
    assert said == [
        "Yes, all 2 people can.",
        "Besides, delivery.test-send failed, which concerns no single person.",
    ]
