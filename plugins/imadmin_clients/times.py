"""Times as the databases and spreadsheets of several countries write them, in SQL."""

from __future__ import annotations

__all__ = ["timed"]

_DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")
_MONTH_FIRST = ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M")
_PLAIN = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M")


def timed(text: str, rows: str) -> str:
    """SQL for the moment that a text tells; null where it cannot be told.

    Args:
        text: the expression with the text.
        rows: `from …` of all texts: whether 3/4/2026 is in March or in April is told by the others. Where
            they could all be either, none tells anything.
    """
    day, month = _parsed(text, _DAY_FIRST), _parsed(text, _MONTH_FIRST)
    slashes = f"(select count({text}), count({day}), count({month}) {rows} and {text} like '%/%')"
    by_day, by_month = "n.all_day", "n.all_month"
    return (
        f"coalesce(try_cast({text} as timestamp), {_parsed(text, _PLAIN)},"
        f" (select case when {by_day} and not {by_month} then {day}"
        f" when {by_month} and not {by_day} then {month} end"
        f" from (select d = t as all_day, m = t as all_month from {slashes} as c(t, d, m)) as n))"
    )


def _parsed(text: str, forms: tuple[str, ...]) -> str:
    return f"try_strptime({text}, {list(forms)!r})"
