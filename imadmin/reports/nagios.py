"""One line for Nagios, Icinga and what else starts their plugins, and the state that it stands for.

https://nagios-plugins.org/doc/guidelines.html: the exit status is the state, `|` begins the numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imadmin.exits import FINDINGS, OK, exit_status
from imadmin.records import Status
from imadmin.reports.safe import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.run import Run

__all__ = ["CRITICAL", "UNKNOWN", "WARNING", "line", "render", "state", "unknown"]

WARNING, CRITICAL, UNKNOWN = 1, 2, 3
_WORDS = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_NAMED = 5
_ALARMING = (Status.FAIL, Status.WARN)


def render(run: Run) -> str:
    """The line, where any failed check is critical."""
    return line(run, exit_status(run, "low"))


def line(run: Run, status: int) -> str:
    """The line.

    Args:
        run: what is reported.
        status: imadmin's own exit status, which knows from which severity on a fail counts.
    """
    parts = "; ".join(_parts(run))
    return f"IMADMIN {_WORDS[state(run, status)]} - {_plain(parts)} | {' '.join(_numbers(run))}\n"


def unknown(what: str) -> str:
    """The line of a run that came to nothing."""
    return f"IMADMIN {_WORDS[UNKNOWN]} - {_plain(what)}\n"


def state(run: Run, status: int) -> int:
    """0 to 3 for imadmin's own exit status.

    A fail that counts is critical; what could not be found out, or a run that stopped, is unknown; a fail
    below `--fail-on` and a warning are a warning; a fail that is accepted by name is none.
    """
    if status == FINDINGS:
        return CRITICAL
    if status != OK:
        return UNKNOWN
    return WARNING if any(result.status in _ALARMING for result in run.results) else OK


def _parts(run: Run) -> Iterator[str]:
    summary = run.summary
    accepted = f" ({summary.accepted} accepted)" if summary.accepted else ""
    yield (
        f"{run.info.deployment}: {summary.can_send} of {summary.people} people can,"
        f" {summary.cannot_send} cannot{accepted}, {summary.unknown} unknown"
    )
    for word, status in (("failed", Status.FAIL), ("could not be found out", Status.ERROR)):
        found = [result.check for result in run.results if result.status is status]
        more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        if found:
            yield f"{word}: {', '.join(found[:_NAMED])}{more}"
    if summary.not_examined:
        yield f"not examined: {', '.join(summary.not_examined)}"


def _numbers(run: Run) -> Iterator[str]:
    summary = run.summary
    most = summary.people
    yield f"people={most};;;0"
    for name in ("can_send", "cannot_send", "accepted", "unknown"):
        yield f"{name}={getattr(summary, name)};;;0;{most}"
    for status in (Status.FAIL, Status.ERROR, Status.WARN, Status.WAIVED):
        count = sum(result.status is status for result in run.results)
        yield f"checks_{status}={count};;;0;{len(run.results)}"


def _plain(text: str) -> str:
    """On one line, without the bar that begins the numbers."""
    return one_line(" ".join(text.split())).replace("|", "/")
