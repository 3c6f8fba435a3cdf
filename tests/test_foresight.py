"""Foresight: for whom an answer changes, judged by the checks; and why that may not be known."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from imadmin import Change
from imadmin.foresight import foresee
from imadmin.planning import named
from imadmin.session import Target, open_session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imadmin.foresight import Outlook
    from imadmin.session import Session

CONTOSO = "samples/contoso"


@pytest.fixture
def session(request: pytest.FixtureRequest) -> Iterator[Session]:
    with open_session(Target.of(request.config.rootpath / CONTOSO)) as opened:
        yield opened


def outlook(session: Session, **different: Any) -> Outlook:
    operation = named("enable-offline-im", session.catalog)._replace(**different)
    changes = [Change("Site:Munich", {"EnableOfflineIm": False}, {"EnableOfflineIm": True})]
    return foresee(operation, changes, session.catalog, session.facts, session.database)


def test_what_is_foreseen_leaves_the_facts_and_results_alone(session: Session) -> None:
    [before] = session.check("policy.offline-im-enabled")
    seen = outlook(session)
    assert [(turn.before, turn.after, turn.number) for turn in seen.turns] == [("fail", "pass", 8)]
    assert outlook(session) == seen, "it can be asked again"
    assert session.check("policy.offline-im-enabled") == [before]
    assert session.run().summary.cannot_send == 8


def test_an_operation_that_foresees_nothing(session: Session) -> None:
    assert "does not say" in outlook(session, foresee=None).unknown
    nobody = outlook(session, foresee=lambda _, facts: facts)
    assert (nobody.turns, nobody.unknown) == ((), "")


def test_one_that_breaks(session: Session) -> None:
    assert (
        "could not foresee what it changes: ZeroDivisionError"
        in outlook(session, foresee=lambda *_: 1 / 0).unknown
    )


def test_facts_that_cannot_be_had(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    (tmp_path / "skype").mkdir()
    shutil.copy(pytestconfig.rootpath / CONTOSO / "skype/Get-CsPool.xml", tmp_path / "skype")
    with open_session(Target.of(tmp_path)) as session:
        assert "Get-CsImConfiguration" in outlook(session).unknown
