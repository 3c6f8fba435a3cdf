from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imadmin.reports.saved import notice, saved
from imadmin.run import RunInfo

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.deployment.records import Dating
    from imadmin.run import Run


def info(collected: str, dated_by: Dating = "manifest") -> RunInfo:
    started = "2026-11-20T12:00:00Z"
    return RunInfo("1", started, "contoso", (), "/saved", "0.1.0", collected=collected, dated_by=dated_by)


@pytest.mark.parametrize(
    ("collected", "shown"),
    [
        ("", ""),
        ("2026-11-20T11:30:00Z", "saved 2026-11-20 11:30 UTC, less than an hour old"),
        ("2026-11-20T10:30:00Z", "saved 2026-11-20 10:30 UTC, an hour old"),
        ("2026-11-19T10:30:00Z", "saved 2026-11-19 10:30 UTC, 25 hours old"),
        ("2026-11-18T12:00:00Z", "saved 2026-11-18 12:00 UTC, 2 days old"),
        ("2020-01-01", "saved 2020-01-01, 2,515 days old"),
        ("2026-11-18T12:00:00", "saved 2026-11-18T12:00:00, 2 days old"),
        ("2026-11-20T12:00:01Z", "saved 2026-11-20 12:00 UTC"),
        ("in spring", "saved in spring"),
    ],
)
def test_how_old_it_is(collected: str, shown: str) -> None:
    assert saved(info(collected)) == shown


def test_what_says_so() -> None:
    told = saved(info("2026-11-18T12:00:00Z", "files"))
    assert told == "saved 2026-11-18 12:00 UTC by the time of its newest file, 2 days old"


@pytest.mark.parametrize("collected", ["", "in spring", "2026-11-13T12:00:01Z", "2026-12-24T00:00:00Z"])
def test_nothing_to_mind(collected: str) -> None:
    assert notice(info(collected)) == ""


def test_a_week_is_old() -> None:
    told = notice(info("2026-11-13T12:00:00Z"))
    assert told == "The saved output is 7 days old: what was changed since then is not in it."


@given(collected=st.text())
def test_any_text_may_stand_there(collected: str) -> None:
    assert (collected in saved(info(collected))) or "UTC" in saved(info(collected))
    assert isinstance(notice(info(collected)), str)


def test_old_output_is_told_of_in_the_answer_and_changes_nothing(run_of: Callable[..., Run]) -> None:
    from imadmin.reports import builtin

    run = run_of(can=2, collected="2026-10-01T00:00:00Z", dated_by="files")
    for name in ("console", "html"):
        page = builtin()[name].render(run)
        assert "Yes, all 2 people can." in page
        assert "The saved output is 50 days old" in page
        assert "saved 2026-10-01 00:00 UTC by the time of its newest file, 50 days old" in " ".join(
            page.split()
        )
