"""How far it has come, in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imadmin.fleet import Progress

__all__ = ["duration", "words"]

_MINUTE = 60
_HOUR = 3600


def words(progress: Progress, before: int, total: int) -> str:
    """Such as `12,000 of 50,000 mailboxes, 310 a second, 2 min 3 s left`."""
    done = before + progress.done
    parts = [f"{done:,} of {total:,} mailboxes", f"{progress.rate:,.0f} a second"]
    if progress.rate and done < total:
        parts.append(f"{duration((total - done) / progress.rate)} left")
    return "; ".join([", ".join(parts), *(f"waiting for {one}" for one in progress.waiting)])


def duration(seconds: float) -> str:
    """Such as `2 min 3 s`."""
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE} min"
