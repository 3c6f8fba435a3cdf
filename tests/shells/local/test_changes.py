"""Cmdlets that change something: in doubt from the moment that they are run until they say how it went."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from imadmin.errors import InDoubtError, SourceError
from imadmin.records import Cmdlet
from imadmin.shells.local import child

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Start

SITES = Cmdlet("skype", "Get-CsSite", ())


def test_nobody_is_asked(start: Start) -> None:
    given = (("Identity", "Global"), ("EnableOfflineIm", None))
    (record,) = (
        start("well")
        .change(Cmdlet("skype", "Get-Parameters", ("Identity", "EnableOfflineIm", "Confirm"), "", given))
        .records
    )
    assert record == {"Identity": "Global", "EnableOfflineIm": None, "Confirm": False}


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("cut", "status 0 in the middle of Get-CsSite, and wrote: nothing; whether it was done is not known"),
        ("miscounting", "in the middle of Get-CsSite"),
        ("torn_error", "cannot be read"),
        ("complaining", "Get-CsSite reported: One server is away. (Away,Get); whether"),
    ],
)
def test_a_doubt(start: Start, how: str, message: str) -> None:
    with pytest.raises(InDoubtError, match=re.escape(message)) as caught:
        start(how).change(SITES)
    assert caught.value.where.startswith("skype by ")


@pytest.mark.parametrize("how", ["failing", "unprepared", "silent", "wordy"])
def test_no_doubt(start: Start, how: str) -> None:
    with pytest.raises(SourceError) as caught:
        start(how).change(SITES)
    assert not isinstance(caught.value, InDoubtError)


def test_a_change_that_takes_too_long(start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = tmp_path / "pids"
    monkeypatch.setenv("IMADMIN_TEST_PIDS", str(running))
    expected = child._check

    def check(*arguments: object) -> None:
        """The time is over once it runs."""
        expected(arguments[0], arguments[1], 0.0 if running.exists() else float("inf"))  # type: ignore[arg-type]

    monkeypatch.setattr(child, "_check", check)
    shell = start("hanging")
    shell.deadline = 5.0
    with pytest.raises(InDoubtError, match="had not ended after 5 seconds, and was stopped; whether"):
        shell.change(SITES)
