"""Notebooks written by the tests, and ways to execute them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTOSO = Path(__file__).parents[2] / "samples" / "contoso"
LAUNCH = """
import signal, sys
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.default_int_handler)  # whatever the tests are started from
from imadmin.cli import main
from imadmin.runbook import runner
runner.GRACE_SECONDS = {}
sys.exit(main())
"""


@pytest.fixture(scope="session")
def contoso() -> Path:
    return CONTOSO


@pytest.fixture(scope="session")
def write_notebook() -> Callable[..., Path]:
    """Write a notebook: a heading (with #) is a markdown cell, the rest code; *parameters* come first."""

    def write(path: Path, *cells: str, parameters: str | None = None, minor: int = 5) -> Path:
        made = [] if parameters is None else [_cell(parameters, "parameters", "parameters")]
        made += [_cell(source, f"cell{number}") for number, source in enumerate(cells)]
        for cell in made if minor < 5 else []:
            del cell["id"]
        content = {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": minor}
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start `imadmin run`, which can be interrupted whatever the tests were started from."""
    processes: list[subprocess.Popen[str]] = []

    def start(*arguments: object, grace: float = 5.0) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", LAUNCH.format(grace), "run", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate()


def _cell(source: str, identity: str, *tags: str) -> dict[str, object]:
    if source.startswith("#"):
        return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": source}
    return {
        "cell_type": "code",
        "id": identity,
        "metadata": {"tags": list(tags)},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
