from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.records import Severity, Status
from imadmin.reports.causes import causes, concerned, left_out
from imadmin.run import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.records import Finding
    from imadmin.run import CheckResult, Run

    MakeFinding = Callable[..., Finding]
    MakeResult = Callable[..., CheckResult]
    MakeRun = Callable[..., Run]


def test_fails_come_first_then_the_unknown_then_warnings_and_within_these_the_worst(
    finding: MakeFinding, result: MakeResult, run_of: MakeRun
) -> None:
    found = [
        finding("a@x.com", status=Status.WARN),
        finding("a@x.com", status=Status.ERROR),
        finding("a@x.com", remedy="one"),
        finding("b@x.com", "c@x.com", remedy="two"),
        finding("w@x.com", status=Status.WAIVED),
    ]
    low = result(finding("d@x.com"), check="a.low", severity=Severity.LOW)
    run = run_of(low, result(*found))
    assert [(c.status, c.severity, c.remedy[:3]) for c in causes(run)] == [
        (Status.FAIL, Severity.HIGH, "two"),
        (Status.FAIL, Severity.HIGH, "one"),
        (Status.FAIL, Severity.LOW, "Set"),
        (Status.ERROR, Severity.HIGH, "Set"),
        (Status.WARN, Severity.HIGH, "Set"),
        (Status.WAIVED, Severity.HIGH, "Set"),
    ]


def test_what_one_remedy_fixes_is_one_cause_and_nobody_counts_twice(
    finding: MakeFinding, result: MakeResult, run_of: MakeRun
) -> None:
    first = finding("a@x.com", message="Build 1.", subject="1", evidence={"agent": "x"})
    again = finding("b@x.com", message="Build 1.", subject="1", evidence={"agent": "y"})
    other = finding("a@x.com", "c@x.com", message="Build 2.", subject="2")
    (cause,) = causes(run_of(result(first, again, other)))
    assert cause.people == ("a@x.com", "b@x.com", "c@x.com")
    assert cause.count == 3
    assert [(reason.text, reason.count) for reason in cause.reasons] == [("Build 1.", 2), ("Build 2.", 2)]


def test_for_whom_it_is_the_only_reason_is_counted(
    finding: MakeFinding, result: MakeResult, run_of: MakeRun
) -> None:
    policy = result(finding("a@x.com", "b@x.com", "c@x.com"))
    client = result(finding("c@x.com", "d@x.com"), check="client.build")
    found = causes(run_of(policy, client))
    assert [concerned(cause) for cause in found] == [
        "3 people, 2 of them for this reason alone",
        "2 people, 1 of them for this reason alone",
    ]


def test_where_names_are_cut_nobody_knows_for_whom_it_is_the_only_reason(
    finding: MakeFinding, result: MakeResult, run_of: MakeRun
) -> None:
    (cause,) = causes(run_of(result(finding("a@x.com", "b@x.com", people_count=4000))))
    assert concerned(cause) == "4,000 people"


def test_a_lost_fact_is_one_cause_for_all_checks_that_lack_it(
    finding: MakeFinding, result: MakeResult, run_of: MakeRun
) -> None:
    lost = finding(status=Status.ERROR, subject="pools", message="The fact pools is lost.", remedy="")
    counts = {"error": 4}
    first, second = result(lost, counts=counts), result(lost, check="client.build", counts=counts)
    (cause,) = causes(run_of(first, second, people=(Person("a@x.com", "unknown", ("client.build",)),), can=3))
    assert cause.checks == ("policy.auto-archiving", "client.build")
    assert concerned(cause) == "4 people"


def test_a_fail_of_something_that_is_no_person_concerns_nobody_in_particular(
    finding: MakeFinding, result: MakeResult, run_of: MakeRun
) -> None:
    (cause,) = causes(run_of(result(finding(), counts={"fail": 1}), can=1))
    assert concerned(cause) == ""


def test_what_is_skipped_alike_for_many_objects_is_said_once(
    finding: MakeFinding, result: MakeResult, run_of: MakeRun
) -> None:
    skips = [
        finding(
            f"a{i}@x.com",
            status=Status.SKIP,
            subject=f"p{i}.x.com",
            message=f"Of p{i}.x.com nothing is known.",
        )
        for i in range(6)
    ]
    (left,) = left_out(run_of(result(*skips)))
    assert left.reason == (
        "Of p0.x.com nothing is known. The same is said of 5 more, such as p1.x.com, p2.x.com, p3.x.com."
    )
    assert (left.count, len(left.people)) == (6, 6)
    assert len(left_out(run_of(result(*skips[:3])))) == 3, "a few are told one by one"
