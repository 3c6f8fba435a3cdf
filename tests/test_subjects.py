"""The journal's subjects: what a run has asked about, and what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imadmin.journal import Journal, PastSubject

if TYPE_CHECKING:
    from pathlib import Path

RUN, OTHER = "20261120-080000-aaaaaa", "20261120-090000-bbbbbb"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    made = Journal(tmp_path / "home")
    for run in (RUN, OTHER):
        made.begin(
            run, deployment="contoso", source="s", command=("imadmin", "probe"), parameters={"sample": 3}
        )
    return made


def test_what_is_kept_is_there(journal: Journal) -> None:
    kept = [
        PastSubject(f"ü{n}@contoso.com", n % 2 == 0, {"cause": "answers", "seconds": 0.5}) for n in range(5)
    ]
    journal.subjects.keep(RUN, kept)
    assert list(journal.subjects.all(RUN)) == kept
    assert list(journal.subjects.all(OTHER)) == []
    assert journal.subjects.count(RUN) == 3
    asked = [one.subject for one in kept] + ["nobody@contoso.com"]
    assert journal.subjects.settled(RUN, asked) == {one.subject for one in kept if one.settled}
    assert journal.subjects.settled(OTHER, asked) == set()


def test_the_latest_outcome_counts(journal: Journal) -> None:
    journal.subjects.keep(RUN, [PastSubject("a", settled=False, outcome={"cause": "timeout"})])
    journal.subjects.keep(RUN, [PastSubject("a", settled=True, outcome={"cause": "answers"})])
    assert list(journal.subjects.all(RUN)) == [PastSubject("a", settled=True, outcome={"cause": "answers"})]


def test_a_run_s_subjects_are_forgotten_with_it(journal: Journal) -> None:
    for run in (RUN, OTHER):
        journal.subjects.keep(run, [PastSubject("a", settled=True, outcome={})])
    journal.forget([RUN])
    assert list(journal.subjects.all(RUN)) == []
    assert len(list(journal.subjects.all(OTHER))) == 1


def test_with_which_parameters_a_run_was_begun(journal: Journal) -> None:
    assert journal.parameters(RUN) == {"sample": 3}
    assert journal.parameters("nonsense") == {}
