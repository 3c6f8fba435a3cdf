"""For every test: a private home, and a failure where it leaves something changed behind."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator


# What a build server refuses, others must be able to see as well; on a desk each run tries other examples.
settings.register_profile("imadmin-ci", derandomize=True, print_blob=True)
if os.environ.get("IMADMIN_CI"):
    settings.load_profile("imadmin-ci")


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    """Environment, working folder and log handlers are as they were."""
    environment, folder, handlers = dict(os.environ), Path.cwd(), list(logging.getLogger().handlers)
    yield
    ignored = {"PYTEST_CURRENT_TEST"}
    changed = {
        name
        for name in environment.keys() | os.environ.keys()
        if name not in ignored and environment.get(name) != os.environ.get(name)
    }
    assert not changed, f"the test changed the environment: {sorted(changed)}"
    assert Path.cwd() == folder, "the test changed the working folder"
    assert logging.getLogger().handlers == handlers, "the test left a log handler"


@pytest.fixture(autouse=True, scope="session")
def the_day() -> Iterator[None]:
    """No test, and no fixture that serves several, depends on the day it runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMADMIN_AS_OF", "2026-11-20")
        yield


@pytest.fixture(autouse=True)
def private_home(
    nothing_left_behind: None,  # noqa: ARG001 - looks when monkeypatch has put back what it changed
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No test touches the user's journal, or depends on the user's settings."""
    monkeypatch.setenv("IMADMIN_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("IMADMIN_DEPLOYMENT", "IMADMIN_NO_PLUGINS", "IMADMIN_RUN_CONTEXT", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
