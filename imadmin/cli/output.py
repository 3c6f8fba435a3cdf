"""Writing reports: to the terminal, to standard output, to files."""

from __future__ import annotations

import io
import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TextIO

from imadmin.cli.edge import put
from imadmin.errors import ConfigError, UsageError
from imadmin.home import PRIVATE, write_file
from imadmin.reports import builtin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imadmin.plugins import Catalog
    from imadmin.records import Report
    from imadmin.reports.console import Page
    from imadmin.run import Run

__all__ = [
    "Output",
    "concluded",
    "is_monitored",
    "is_taken",
    "outputs",
    "put_page",
    "say",
    "shown",
    "use_color",
    "write",
]

STANDARD_OUTPUT = "-"
CONSOLE = "console"
NAGIOS = "nagios"
_TO_STANDARD_OUTPUT = (CONSOLE, NAGIOS)
_FOR_OTHERS = {"prometheus": 0o644}
"""Reports that name nobody and are read by another user's process, and the mode of their files."""


class Show(Protocol):
    """Writes a page to a stream."""

    def __call__(self, stream: TextIO, *, color: bool, width: int) -> None:
        """*width* is the terminal's, in columns."""
        ...


@dataclass(frozen=True, slots=True)
class Output:
    """A report and where it goes: a path, `-`, or empty for its default place."""

    report: Report
    path: str


def outputs(requests: Sequence[str], catalog: Catalog) -> list[Output]:
    """The reports that `--report` asks for; the console's where it asks for none on standard output.

    Raises:
        UsageError: there is no such report, or two want standard output.
        ConfigError: there is no folder for a file; better said before than after a long run.
    """
    known = _known(catalog)
    found = []
    for request in requests:
        name, _, path = request.partition("=")
        if name not in known:
            raise UsageError(f"there is no report {name!r}", remedy=f"There are: {', '.join(known)}.")
        _check_place(path)
        found.append(Output(known[name], path or (STANDARD_OUTPUT if name in _TO_STANDARD_OUTPUT else "")))
    standard = [output.report.name for output in found if output.path == STANDARD_OUTPUT]
    if len(standard) > 1:
        raise UsageError(f"only one report can go to standard output, not {' and '.join(standard)}")
    return found if standard else [Output(known[CONSOLE], STANDARD_OUTPUT), *found]


def write(run: Run, wanted: Sequence[Output], folder: Path, color: str, status: int) -> list[Path]:
    """Write every report; gives the paths of the files.

    Args:
        run: what is rendered.
        wanted: from `outputs`.
        folder: for reports without a path of their own.
        color: `auto`, `always` or `never`.
        status: the exit status that the run has come to.

    Raises:
        ConfigError: a file cannot be written.
        UsageError: a report needs what was not kept of the run.
    """
    written = []
    for output in wanted:
        if output.path == STANDARD_OUTPUT:
            _to_terminal(run, output.report, color, status)
            continue
        path = Path(output.path) if output.path else folder / f"report{output.report.suffix}"
        mode = _FOR_OTHERS.get(output.report.name, PRIVATE)
        _to_file(path, _rendered(run, output.report, status), mode)
        written.append(path)
    return written


def is_monitored(wanted: Sequence[Output]) -> bool:
    """Whether a monitoring system reads standard output."""
    return any(o.report.name == NAGIOS and o.path == STANDARD_OUTPUT for o in wanted)


def concluded(run: Run | None, wanted: Sequence[Output], status: int) -> int:
    """The command's exit status: a monitoring system's own where its report goes to standard output."""
    if not is_monitored(wanted):
        return status
    from imadmin.reports.nagios import UNKNOWN, state, unknown

    if run is None:
        put(unknown("there is no result"))
        return UNKNOWN
    return state(run, status)


def _rendered(run: Run, report: Report, status: int) -> str:
    if report.name != NAGIOS:
        return report.render(run)
    from imadmin.reports.nagios import line

    return line(run, status)


def _check_place(path: str) -> None:
    if not path or path == STANDARD_OUTPUT:
        return
    try:
        folder = Path(path).is_dir()
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=path) from error
    if folder:
        raise ConfigError("is a folder", where=path, remedy="Give the path of a file.")
    if not Path(path).parent.is_dir():
        remedy = f"Make the folder first: {Path(path).parent}"
        raise ConfigError("cannot be written: there is no such folder", where=path, remedy=remedy)


def _known(catalog: Catalog) -> Mapping[str, Report]:
    plugins = {name: owned.record for name, owned in catalog.reports().items()}
    return {**plugins, **builtin()}


def _to_terminal(run: Run, report: Report, color: str, status: int) -> None:
    if report.name == CONSOLE:
        put(_shown(run, color))
    else:
        text = _rendered(run, report, status)
        _utf8_stdout()
        put(text)


def put_page(page: Page, color: str, *, aside: bool = False) -> None:
    """Write a page to standard output, or *aside*, to standard error, where a report has that."""
    text = _paged(page, color)
    if aside:
        say(text.rstrip("\n"))
    else:
        put(text)


def is_taken(requests: Sequence[str]) -> bool:
    """Whether one of these `--report` sends a report for programs to standard output."""
    parted = (request.partition("=") for request in requests)
    return any(name == NAGIOS or path == STANDARD_OUTPUT for name, _, path in parted if name != CONSOLE)


def _shown(run: Run, color: str) -> str:
    from imadmin.reports.console import page_of

    return _paged(page_of(run), color)


def _paged(page: Page, color: str) -> str:
    from imadmin.reports.console import show_page

    return shown(partial(show_page, page), color)


def shown(show: Show, color: str) -> str:
    """What *show* writes for the terminal that standard output is.

    In memory, so that it is written in one go: rich ends the program where a pipe is broken.
    """
    import shutil

    with io.TextIOWrapper(io.BytesIO(), sys.stdout.encoding, "replace", newline="") as page:
        width = shutil.get_terminal_size((100, 24)).columns
        show(page, color=use_color(color, sys.stdout), width=width)
        page.seek(0)
        return page.read()


def _utf8_stdout() -> None:
    """What another program reads is UTF-8, whatever the console's code page is."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None and not sys.stdout.isatty():
        reconfigure(encoding="utf-8", newline="\n")


def _to_file(path: Path, text: str, mode: int) -> None:
    path = path.resolve()
    if not path.exists() or path.is_file():
        write_file(path, text, mode)
        return
    try:  # a device or a pipe, such as /dev/null: written to, never replaced
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=str(path)) from error


def use_color(wish: str, stream: object) -> bool:
    """Whether to colour: as the option says, else NO_COLOR, TERM and the terminal do."""
    if wish != "auto":
        return wish == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty())


def say(message: str) -> None:
    """A line to the user that is not part of a report."""
    print(message, file=sys.stderr)
