"""A lab for a scenario, and in it both opinions: the simulator's and imadmin's."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from imadmin.session import Target, open_session
from imadmin_lab.lab import Lab

from .agreement import Judged
from .ews import Network
from .oracle import Oracle
from .scenario import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from imadmin.run import Run

    from .oracle import Answer

Trial = tuple[dict[str, "Answer"], dict[str, Judged]]


@contextmanager
def running(scenario: str | Path, folder: Path) -> Iterator[Lab]:
    """A lab, and its log-in in the environment."""
    with Lab(scenario, folder=folder) as lab, pytest.MonkeyPatch.context() as patch:
        for name, value in lab.environment.items():
            patch.setenv(name, value)
        yield lab


def simulate(lab: Lab, scenario: str | Path) -> dict[str, Answer]:
    """What would happen to each person's message."""
    today = date.fromisoformat(os.environ["IMADMIN_AS_OF"])
    return Oracle(read(scenario), network_of(lab), password_of(lab), today).answers()


def network_of(lab: Lab) -> Network:
    """Where its servers are."""
    return Network(lab.url("/EWS/Exchange.asmx"), lab.url("/OcsPowershell"), lab.ca_file)


def password_of(lab: Lab) -> str:
    """Everybody's."""
    (password,) = lab.environment.values()
    return password


def judge(lab: Lab, people: set[str]) -> dict[str, Judged]:
    """imadmin's verdict on each of *people*, and on whomever else it judged."""
    with open_session(Target.of(lab.deployment)) as session:
        session.check()
        return _verdicts(session.run(), people)


def _verdicts(run: Run, people: set[str]) -> dict[str, Judged]:
    stages = {result.check: str(result.stage) for result in run.results}
    if not run.summary.people:
        return dict.fromkeys(people, Judged("unknown"))
    assert run.summary.people == len(people)
    found = {
        one.person: Judged(one.verdict, frozenset(stages[check] for check in one.because))
        for one in run.people
    }
    return {person: Judged("can") for person in people} | found


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | Path], dict[str, Answer]]:
    """The simulator's answers for a scenario."""

    def answers(scenario: str | Path) -> dict[str, Answer]:
        with running(scenario, tmp_path_factory.mktemp("lab")) as lab:
            return simulate(lab, scenario)

    return answers


@pytest.fixture(scope="session")
def both(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str | Path], Trial]:
    """The simulator's answers and imadmin's verdicts."""

    def tried(scenario: str | Path) -> Trial:
        with running(scenario, tmp_path_factory.mktemp("lab")) as lab:
            answers = simulate(lab, scenario)
            return answers, judge(lab, set(answers))

    return tried


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], Path]:
    """Writes a scenario file that lies over `healthy`."""

    def write(changes: dict[str, Any]) -> Path:
        path = tmp_path_factory.mktemp("scenario") / "changed.yaml"
        content = {"title": "Changed", "base": "healthy", **changes}
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return path

    return write
