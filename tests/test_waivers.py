"""What is accepted by name: of people and of objects, what has expired, what finds nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from imadmin import Finding, Severity, Stage, Status
from imadmin.explain import explain
from imadmin.journal import Journal
from imadmin.judging import counts, findings, keep
from imadmin.model import USERS
from imadmin.outcomes import Outcome
from imadmin.run import CheckResult
from imadmin.session import Target, open_session
from imadmin.tables import Database
from imadmin.waivers import Waiver, Waivers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin.run import Run
    from imadmin_lab.lab import Lab

TODAY = date(2026, 11, 20)
ROWS = dict.fromkeys(("person", "status", "reason", "object", "remedy", "evidence"), "VARCHAR")
CHECK = "policy.auto-archiving"
SAID = "Forbidden. Accepted: Litigation hold, by j.doe, until 2027-01-31."


@pytest.fixture
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


def waiver(subject: str = "Tag:Legal", **changes: Any) -> Waiver:
    given = {
        "check": CHECK,
        "subject": subject,
        "reason": "Litigation hold.",
        "owner": "j.doe",
        "expires": date(2027, 1, 31),
        "where": "w.yaml, line 1",
    }
    return Waiver(**{**given, **changes})


def result(*found: Finding, numbers: dict[str, int]) -> CheckResult:
    status = max((f.status for f in found), key=lambda each: each.rank, default=Status.PASS)
    return CheckResult(CHECK, "t", "policy", Stage.POLICY, Severity.HIGH, status, numbers, 0.0, found)


_SAID = """
    select u.rowid as id, t.status, t.reason, nullif(t.object, u.person) as object, t.remedy, t.evidence
    from told t join users u using (person)
"""


def people(database: Database, *rows: tuple[str, str, str]) -> Outcome:
    """A check that said these statuses of these persons and objects."""
    listed = [
        {
            "person": person,
            "status": status,
            "object": subject,
            "reason": "Forbidden.",
            "evidence": '{"a": "b"}',
        }
        for person, status, subject in rows
    ]
    database.load("users", USERS, [{"person": person} for person in dict.fromkeys(row[0] for row in rows)])
    database.load("told", ROWS, listed)
    keep(database, "said", _SAID, evidence="evidence")
    found = findings(database, "said", "ref")
    return Outcome(result(*found, numbers=counts(database, "said")), "said", people=True, examined=True)


LEGAL = (
    ("ann@x", "fail", "Tag:Legal"),
    ("bob@x", "fail", "Tag:Legal"),
    ("cy@x", "fail", "Tag:Other"),
    ("dee@x", "pass", "Global"),
    ("eve@x", "error", "Tag:Gone"),
)


def statuses(database: Database, outcome: Outcome) -> dict[str, str]:
    return dict(database.cursor().execute(f"select person, status from {outcome.rows}").fetchall())


@pytest.mark.parametrize(
    ("subject", "accepted"),
    [
        ("Tag:Legal", {"ann@x", "bob@x"}),
        ("tag:legal", {"ann@x", "bob@x"}),
        ("BOB@x", {"bob@x"}),
        ("*", {"ann@x", "bob@x", "cy@x"}),
        ("tag:l*", {"ann@x", "bob@x"}),
        ("*Y@x", {"cy@x"}),
        ("T.g:*", set()),
        ("Tag: *(é)-&#~[x", set()),
    ],
)
def test_what_a_subject_is(database: Database, subject: str, accepted: set[str]) -> None:
    found = Waivers(database, [waiver(subject)], TODAY)(people(database, *LEGAL))
    assert {p for p, status in statuses(database, found).items() if status == "waived"} == accepted
    assert found.result.counts["waived"] == len(accepted)
    assert found.result.counts["fail"] == 3 - len(accepted)
    assert found.result.status == ("error" if subject == "*" else "fail")


def test_a_pattern_takes_characters_as_they_are(database: Database) -> None:
    said = people(
        database, ("ann@x", "fail", "Tag: (É)-&#~[x] {y}"), ("bob@x", "fail", "Tag: (É)-&#~[z] {y}")
    )
    found = Waivers(database, [waiver("tag: (é)-&#~[X*")], TODAY)(said)
    assert statuses(database, found) == {"ann@x": "waived", "bob@x": "fail"}


def test_a_waived_finding_says_who_why_and_until_when(database: Database) -> None:
    found = Waivers(database, [waiver()], TODAY)(people(database, *LEGAL)).result
    [accepted] = [finding for finding in found.findings if finding.status is Status.WAIVED]
    assert (accepted.subject, accepted.message, accepted.people) == ("Tag:Legal", SAID, ("ann@x", "bob@x"))
    assert accepted.reference == "ref"
    assert accepted.evidence == {
        "a": "b",
        "accepted": "Litigation hold.",
        "owner": "j.doe",
        "until": "2027-01-31",
    }


def test_of_several_the_first_is_named_and_none_is_idle(database: Database) -> None:
    named = [waiver("ann@x", owner="first"), waiver("*", owner="second")]
    found = Waivers(database, named, TODAY)(people(database, *LEGAL)).result
    accepted = {f.people: "first" in f.message for f in found.findings if f.status is Status.WAIVED}
    assert accepted == {("ann@x",): True, ("bob@x",): False, ("cy@x",): False}
    assert found.counts["waived"] == 3
    assert not [finding for finding in found.findings if finding.status is Status.WARN]


@pytest.mark.parametrize(("last", "holds"), [(date(2026, 11, 20), True), (date(2026, 11, 19), False)])
def test_the_last_day_counts(database: Database, *, last: date, holds: bool) -> None:
    found = Waivers(database, [waiver("*", expires=last)], TODAY)(people(database, *LEGAL)).result
    told = [finding for finding in found.findings if finding.status is Status.WARN]
    assert found.counts["waived"] == (3 if holds else 0)
    assert found.status == ("error" if holds else "fail")
    assert [finding.message for finding in told] == (
        []
        if holds
        else [
            "The waiver for * has expired on 2026-11-19 and has no effect (by j.doe, for: Litigation hold.)."
        ]
    )
    assert all("w.yaml, line 1" in finding.remedy for finding in told)


@pytest.mark.parametrize(
    ("subject", "told"),
    [("Tag:Legla", True), ("dee@x", True), ("Global", True), ("eve@x", False), ("Tag:Gone", False)],
)
def test_one_that_finds_nothing_is_told_unless_nobody_knows(
    database: Database, *, subject: str, told: bool
) -> None:
    found = Waivers(database, [waiver(subject)], TODAY)(people(database, *LEGAL)).result
    warned = [finding.message for finding in found.findings if finding.status is Status.WARN]
    message = f"The waiver for {subject} (by j.doe) finds nothing to accept: nothing failed there."
    assert warned == ([message] if told else [])


def test_a_pass_with_an_idle_waiver_is_a_warning(database: Database) -> None:
    said = people(database, ("ann@x", "pass", "Global"))
    assert Waivers(database, [waiver()], TODAY)(said).result.status is Status.WARN


def test_where_nothing_was_judged_nothing_is_told(database: Database) -> None:
    lost = Finding("users", Status.ERROR, "Lost.")
    outcome = Outcome(result(lost, numbers={"error": 1}), "", people=True, examined=True)
    assert Waivers(database, [waiver()], TODAY)(outcome) == outcome


def test_a_waiver_of_another_check_changes_nothing(database: Database) -> None:
    outcome = people(database, *LEGAL)
    assert Waivers(database, [waiver(check="client.build")], TODAY)(outcome) is outcome


def test_a_lost_optional_fact_stays(database: Database) -> None:
    outcome = people(database, *LEGAL)
    lost = Finding("mailboxes", Status.ERROR, "The fact mailboxes could not be gathered.")
    given = Outcome(
        result(*outcome.result.findings, lost, numbers=dict(outcome.result.counts)),
        "said",
        people=True,
        examined=True,
    )
    found = Waivers(database, [waiver("*")], TODAY)(given).result
    assert lost in found.findings
    assert found.status is Status.ERROR


def test_objects(database: Database) -> None:
    fails = [Finding(name, Status.FAIL, "Old.", evidence={"v": 1}) for name in ("fe01", "fe02")]
    outcome = Outcome(result(*fails, numbers={"fail": 2, "pass": 1}), "", people=False, examined=True)
    found = Waivers(database, [waiver("FE01")], TODAY)(outcome).result
    assert [(f.subject, f.status) for f in found.findings] == [("fe01", "waived"), ("fe02", "fail")]
    assert found.findings[0].message.startswith("Old. Accepted: Litigation hold, by j.doe")
    assert found.findings[0].evidence["owner"] == "j.doe"
    assert (found.counts["fail"], found.counts["waived"], found.status) == (1, 1, "fail")
    assert Waivers(database, [waiver("*")], TODAY)(outcome).result.status == "waived"
    assert Waivers(database, [waiver("FE*")], TODAY)(outcome).result.status == "waived"
    assert Waivers(database, [waiver("fe03")], TODAY)(outcome).result.findings[-1].status == "warn"


WAIVERS = """\
- {check: policy.auto-archiving, subject: 'Tag:Legal', reason: hold, owner: j.doe, expires: 2027-01-31}
"""


def judged(target: Target, **more: Any) -> Run:
    with open_session(target, today=TODAY, **more) as session:
        session.check("policy", "client")
        return session.run()


def test_the_person_still_cannot_and_no_run_fails_for_it(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(WAIVERS, encoding="utf-8")
    before = judged(Target.of(lab.deployment))
    after = judged(Target.of(lab.deployment, waivers=file))
    legal = {p.person for p in after.people if p.accepted}
    assert legal
    assert legal < {p.person for p in after.people if p.verdict == "cannot"}
    assert after.summary.cannot_send == before.summary.cannot_send
    assert after.summary.accepted == len(legal)
    assert {p.person: (p.verdict, p.because) for p in before.people} == {
        p.person: (p.verdict, p.because) for p in after.people
    }
    [archiving] = [each for each in after.results if each.check == CHECK]
    assert archiving.counts["fail"] == 0
    assert archiving.counts["waived"] >= len(legal)


def test_the_deployment_names_the_file_and_the_option_outranks_it(lab: Lab, tmp_path: Path) -> None:
    text = lab.deployment.read_text(encoding="utf-8")
    file = lab.deployment.with_name("with-waivers.yaml")
    file.write_text(f"{text}\nwaivers: {tmp_path / 'w.yaml'}\n", encoding="utf-8")
    (tmp_path / "w.yaml").write_text(WAIVERS, encoding="utf-8")
    (tmp_path / "none.yaml").write_text("# none yet\n", encoding="utf-8")
    assert judged(Target.of(file)).summary.accepted
    assert not judged(Target.of(file, waivers=tmp_path / "none.yaml")).summary.accepted


def test_explain_shows_it(lab: Lab, tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(WAIVERS, encoding="utf-8")
    sender = next(p.person for p in judged(Target.of(lab.deployment, waivers=file)).people if p.accepted)
    journal = Journal()
    target = Target.of(lab.deployment, waivers=file)
    with open_session(target, today=TODAY, log=journal.changes) as session:
        told = explain(session, sender, sender)
    assert told.verdict == "cannot"
    assert told.accepted
    assert told.exit_status in {0, 3}
    assert "cannot leave offline messages, and all that stops it is accepted by name." in told.text(120)
    assert "STOPS, accepted" in told.text()
    with open_session(target, today=date(2027, 2, 1), log=journal.changes) as session:
        late = explain(session, sender, sender)
    assert (late.accepted, late.exit_status) == (False, 1)
    assert "The waiver for Tag:Legal has expired on 2027-01-31" in late.text(120)
