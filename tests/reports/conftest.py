"""Runs to report: made by hand, and by Hypothesis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st

from imadmin.records import Finding, Severity, Stage, Status
from imadmin.run import CheckResult, Person, Run, RunInfo, Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

COMMAND = "Set-CsClientPolicy -Identity 'Tag:Legal' -EnableIMAutoArchiving $true"
INFO = RunInfo(
    id="20261120-114445-9a93b8",
    started="2026-11-20T11:44:45Z",
    deployment="contoso",
    command=("imadmin", "check"),
    source="samples/contoso",
    imadmin="0.1.0",
    plugins={"policy": "0.1.0"},
)


def make_finding(*people: str, **changes: Any) -> Finding:
    finding = Finding(
        subject="Tag:Legal",
        status=Status.FAIL,
        message="Tag:Legal forbids saving conversations.",
        people=people,
        people_count=len(people),
        remedy=COMMAND,
        reference="https://learn.microsoft.com/legal",
    )
    return replace(finding, **changes)


def make_result(*findings: Finding, **changes: Any) -> CheckResult:
    result = CheckResult(
        check="policy.auto-archiving",
        title="Senders may save conversations",
        plugin="policy",
        stage=Stage.POLICY,
        severity=Severity.HIGH,
        status=max((f.status for f in findings), key=lambda status: status.rank, default=Status.PASS),
        counts={
            str(status): sum(f.people_count for f in findings if f.status is status) for status in Status
        },
        seconds=0.01,
        findings=findings,
    )
    return replace(result, **changes)


def make_run(*results: CheckResult, people: tuple[Person, ...] = (), can: int = 0, **changes: Any) -> Run:
    """A run over *people*, who are not known to be able to, and *can* others.

    Further arguments change the summary or the information about the run.
    """
    cannot = sum(person.verdict == "cannot" for person in people)
    summary = Summary(can + len(people), can, cannot, len(people) - cannot)
    about = {key: changes.pop(key) for key in tuple(changes) if key in RunInfo.__slots__}
    return Run(replace(INFO, **about), replace(summary, **changes), people, results)


@pytest.fixture
def finding() -> Callable[..., Finding]:
    return make_finding


@pytest.fixture
def result() -> Callable[..., CheckResult]:
    return make_result


@pytest.fixture
def run_of() -> Callable[..., Run]:
    return make_run


@pytest.fixture
def mixed() -> Run:
    """Somebody in each situation, several causes, a plugin that could not be used."""
    unknown = make_finding(
        "e@x.com", status=Status.ERROR, subject="gone", message="It is not listed.", remedy="Look."
    )
    left = make_finding(
        "g@x.com", status=Status.SKIP, message="is disabled for Skype for Business", remedy=""
    )
    ews = make_finding(status=Status.SKIP, subject="ews", message="No plugin has a check for ews.", remedy="")
    warn = make_finding("h@x.com", status=Status.WARN, message="Tag:Legal is doubtful.", remedy="Ask.")
    people = (
        Person("a@x.com", "cannot", ("policy.auto-archiving",)),
        Person("b@x.com", "cannot", ("policy.auto-archiving",)),
        Person("e@x.com", "unknown", ("client.build",)),
        Person("h@x.com", "unknown"),
    )
    return make_run(
        make_result(make_finding("a@x.com", "b@x.com"), left),
        make_result(unknown, left, warn, check="client.build", stage=Stage.CLIENT),
        make_result(ews, check="ews.plugin-loaded", stage=Stage.EWS),
        people=people,
        not_examined=(Stage.EWS, Stage.SPOOL),
        problems=("plugin foo (foo 1.0): ImportError: no bar",),
    )


PAYLOADS = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover=alert(1) x='",
    "<p>",
    "</article></main>",
    "]]><!--",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "https://example.com/\"onclick='x",
    "&lt;b&gt;",
    "Set-Thing -Identity 'a\nb' -Yes   (note)",
    "\x1b]0;title\x07\x9b2J\u202e",
)


def _texts() -> SearchStrategy[str]:
    # Private-use characters are left out: the HTML test puts them in the place of markup.
    any_character = st.characters(exclude_categories=["Co"])
    return st.one_of(
        st.text(any_character, max_size=12),
        st.sampled_from(PAYLOADS),
        st.builds("{}{}".format, st.sampled_from(PAYLOADS), st.text(any_character, max_size=6)),
    )


@st.composite
def any_run(draw: st.DrawFn) -> Run:
    """Any run at all, with any text in it; its numbers need not agree."""
    text, number = _texts(), st.integers(0, 3000)
    names = st.lists(text, max_size=12).map(tuple)
    status, stage = st.sampled_from(Status), st.sampled_from(Stage)
    values = st.one_of(text, st.integers(), st.booleans(), st.none(), st.lists(text, max_size=2))
    found = st.builds(
        Finding,
        subject=text,
        status=status,
        message=text,
        people=names,
        people_count=number,
        evidence=st.dictionaries(text, values, max_size=3),
        remedy=text,
        reference=text,
    ).map(lambda f: replace(f, people_count=max(f.people_count, len(f.people))))
    results = st.builds(
        CheckResult,
        check=text,
        title=text,
        plugin=text,
        stage=stage,
        severity=st.sampled_from(Severity),
        status=status,
        counts=st.fixed_dictionaries({str(each): number for each in Status}),
        seconds=st.floats(0, 1e6).map(lambda seconds: round(seconds, 4)),
        findings=st.lists(found, max_size=4).map(tuple),
    )
    info = st.builds(
        RunInfo,
        id=text,
        started=st.datetimes().map(lambda moment: moment.strftime("2026-%m-%dT%H:%M:%SZ")),
        deployment=text,
        command=names,
        source=text,
        imadmin=text,
        plugins=st.dictionaries(text, text, max_size=3),
        problems=names,
        collected=st.one_of(text, st.datetimes().map(lambda moment: moment.isoformat())),
        dated_by=st.sampled_from(("", "manifest", "files")),
    )
    stages = st.lists(stage, unique=True).map(tuple)
    summary = st.builds(Summary, number, number, number, number, stages, number)
    person = st.builds(Person, text, st.sampled_from(("cannot", "unknown")), names, st.booleans())
    run = st.builds(
        Run, info, summary, st.lists(person, max_size=5).map(tuple), st.lists(results, max_size=4).map(tuple)
    )
    return draw(run)


@pytest.fixture(scope="session")
def runs() -> SearchStrategy[Run]:
    return any_run()
