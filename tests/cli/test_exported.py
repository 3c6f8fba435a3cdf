"""Exported runs as people give them to `undo` and `diff`: in what encoding, and with what in them, ever."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from imadmin import document
from imadmin.cli.journaled import run_named
from imadmin.errors import ConfigError
from imadmin.journal import Journal
from imadmin.operations import Change
from imadmin.past import PastChange
from imadmin.run import Run, RunInfo, Summary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

AT = "2026-11-20T11:44:45Z"


@pytest.fixture
def exported() -> dict[str, Any]:
    """What `imadmin show RUN --report json` writes of a run with one change."""
    planned = Change("Global", {"EnableOfflineIm": False}, {"EnableOfflineIm": True})
    past = PastChange("r1", "enable-offline-im", "Global", AT, AT, None, number=7, planned=planned)
    info = RunInfo("r1", AT, "contoso", ("imadmin", "apply"), "imadmin.yaml", "0.1.0")
    return document.to_json(Run(info, Summary(), changes=(past,)))


def read(tmp_path: Path, content: bytes) -> Run:
    file = tmp_path / "run.json"
    file.write_bytes(content)
    return run_named(Journal(tmp_path / "home"), str(file))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])  # utf-16: PowerShell 5.1's ">"
def test_in_whatever_encoding_it_was_redirected(
    exported: dict[str, Any], tmp_path: Path, encoding: str
) -> None:
    run = read(tmp_path, json.dumps(exported).encode(encoding))
    [past] = run.changes
    assert run.info.source == "", "whoever made the file does not choose what is logged in to"
    assert (past.planned.before, past.number) == ({"EnableOfflineIm": False}, 0)


@pytest.mark.parametrize("value", [7, None, ["a", {"b": None}]])
@pytest.mark.parametrize("key", ["operation", "subject", "before", "after", "detail"])
def test_what_is_of_another_kind_is_refused(
    exported: dict[str, Any], tmp_path: Path, key: str, value: object
) -> None:
    exported["changes"][0][key] = value
    with pytest.raises(ConfigError, match="is no exported run: something in it is of another kind"):
        read(tmp_path, json.dumps(exported).encode())


def test_an_effect_without_an_intent_is_refused(exported: dict[str, Any], tmp_path: Path) -> None:
    effect = {"action": "send", "begun": AT, "ended": AT, "status": "done", "intent": 5, "outcome": {}}
    exported["changes"][0]["effects"] = [effect]
    with pytest.raises(ConfigError, match="is no exported run"):
        read(tmp_path, json.dumps(exported).encode())


def test_what_lacks_something_is_refused(exported: dict[str, Any], tmp_path: Path) -> None:
    del exported["changes"][0]["before"]
    with pytest.raises(ConfigError, match="it has no 'before'"):
        read(tmp_path, json.dumps(exported).encode())


def test_a_run_that_goes_on_is_not_taken_back(inside: Callable[..., Any]) -> None:
    journal = Journal()
    journal.begin("r1", deployment="contoso", source="imadmin.yaml", command=("imadmin", "apply"))
    journal.changes.plan("r1", "enable-offline-im", [Change("Global")])
    done = inside("undo", "r1", "--yes")
    assert (done.status, "run r1 is still going on" in done.err) == (2, True)
