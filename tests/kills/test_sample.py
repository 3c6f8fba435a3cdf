"""A thin sample of `python -m tests.kills`: an operation over EWS, and one over PowerShell remoting."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("operation", "every"), [("test-send", 19), ("enable-offline-im", 41)])
def test_killed_at_some_boundaries_all_is_put_right(operation: str, every: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills", operation, "--every", str(every)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=110,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    name, boundaries, killed, consistent, _ = done.stdout.splitlines()[1].split()
    assert (name, int(consistent)) == (operation, int(killed))
    assert int(killed) == len(range(0, int(boundaries), every)) > 2
