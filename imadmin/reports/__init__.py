"""The reports that come with imadmin. Importing this package imports none of them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from imadmin.records import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from imadmin.run import Run

__all__ = ["builtin"]

_TABLE = {
    "console": (
        "the answer, why, and what fixes it, as plain text",
        ".txt",
        "imadmin.reports.console:render",
    ),
    "csv": (
        "the verdict on everybody, a line each, for spreadsheets",
        ".csv",
        "imadmin.reports.people_csv:render",
    ),
    "html": ("one self-contained page, to read, print or send", ".html", "imadmin.reports.html:render"),
    "json": ("everything, for programs: docs/json-report.md", ".json", "imadmin.document:dumps"),
    "junit": ("a test case for each check, for build servers", ".xml", "imadmin.reports.junit:render"),
    "nagios": ("one line with numbers, for monitoring", ".nagios", "imadmin.reports.nagios:render"),
    "prometheus": (
        "numbers for the node exporter's textfile collector",
        ".prom",
        "imadmin.reports.prometheus:render",
    ),
}


def builtin() -> dict[str, Report]:
    """The reports of imadmin itself, by name; each is imported when it first renders."""
    return {
        name: Report(name, summary, suffix, _lazy(home)) for name, (summary, suffix, home) in _TABLE.items()
    }


def _lazy(home: str) -> Callable[[Run], str]:
    def render(run: Run) -> str:
        module, _, name = home.partition(":")
        return cast("str", getattr(import_module(module), name)(run))

    return render
