"""Progress on standard error: a line for each thing that is finished; on a terminal also what is going on."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from imadmin.records import Status
from imadmin.reports.safe import one_line

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.status import Status as Spinner

    from imadmin.records import Event

__all__ = ["WORDS", "Progress"]

WORDS = {
    "pass": "ok",
    "warn": "warning",
    "waived": "accepted",
    "fail": "FAILED",
    "error": "UNKNOWN",
    "skip": "skipped",
    "interrupted": "interrupted",
}
"""What a status is called on a terminal."""
_TOLD = ("check", "change")
_LINE_SECONDS = 10.0
_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red", "error": "magenta", "skip": "dim"}


class Progress:
    """A listener that shows what happens."""

    def __init__(self, *, quiet: bool, color: bool) -> None:
        self._quiet = quiet
        self._color = color
        self._spinner: Spinner | None = None
        self._next_line = time.monotonic() + _LINE_SECONDS

    def __enter__(self) -> Self:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console

            console = Console(stderr=True, no_color=not self._color, highlight=False)
            self._spinner = console.status("starting", spinner="line")
            self._spinner.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Clear the line that says what is going on, before something else is written."""
        if self._spinner is not None:
            self._spinner.stop()

    def going_on(self, text: str) -> None:
        """Show how far something long has come; where there is no terminal, a line now and then."""
        if self._quiet:
            return
        self._going_on(text)
        if self._spinner is None and time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + _LINE_SECONDS
            print(one_line(f"  {text}"), file=sys.stderr, flush=True)

    def tell(self, event: Event) -> None:
        """Show an event: checks, changes and failures as lines, the rest as what is going on."""
        if self._quiet:
            return
        if event.status == "started":
            self._going_on(event.message if event.kind in _TOLD else event.name)
        elif event.kind in _TOLD or event.status not in {Status.PASS, Status.SKIP}:
            self._finished(event)

    def _going_on(self, text: str) -> None:
        if self._spinner is not None:
            from rich.text import Text

            self._spinner.update(Text(text))

    def _finished(self, event: Event) -> None:
        word = WORDS.get(event.status, event.status)
        name = event.name if event.kind in _TOLD else f"{event.kind} {event.name}"
        line = one_line(f"  {word:<9} {name:<30} {event.message}").rstrip()
        if self._spinner is None:
            print(line, file=sys.stderr, flush=True)
        else:
            from rich.text import Text

            self._spinner.console.print(Text(line, style=_STYLES.get(event.status, "")), soft_wrap=True)
