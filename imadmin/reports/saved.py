"""How old saved output was when it was judged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from imadmin.reports.moment import moment

if TYPE_CHECKING:
    from imadmin.run import RunInfo

__all__ = ["OLD", "notice", "saved"]

OLD = timedelta(days=7)
"""From this age on a report says that what was judged may have changed since."""

_DAYS_FROM = timedelta(hours=48)
_HOUR = timedelta(hours=1)


def saved(info: RunInfo) -> str:
    """When the output was saved and how old it was, such as `saved 2026-11-18 09:00 UTC, 2 days old`.

    Empty where servers were asked.
    """
    if not info.collected:
        return ""
    by = " by the time of its newest file" if info.dated_by == "files" else ""
    age = _age(info)
    return f"saved {moment(info.collected)}{by}" + (f", {_words(age)} old" if age is not None else "")


def notice(info: RunInfo) -> str:
    """What to mind of output that is old; empty where it is not, or its age is not known."""
    age = _age(info)
    if age is None or age < OLD:
        return ""
    return f"The saved output is {_words(age)} old: what was changed since then is not in it."


def _age(info: RunInfo) -> timedelta | None:
    """None where nothing saved was judged, where its date is no moment, or lies in the future."""
    try:
        age = _moment(info.started) - _moment(info.collected)
    except ValueError:
        return None
    return age if age >= timedelta() else None


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _words(age: timedelta) -> str:
    if age >= _DAYS_FROM:
        return f"{age.days:,} days"
    hours = age // _HOUR
    return "less than an hour" if not hours else "an hour" if hours == 1 else f"{hours} hours"
