"""Elements, indented as .NET's XML writer does it."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape as as_text

from imadmin.shells.clixml.escapes import escape

__all__ = ["NEWLINE", "Markup"]

NEWLINE: Final = "\r\n"

_QUOTE = {'"': "&quot;"}
_DEEPEST = 100  # what the decoder accepts by default


class Markup:
    """The lines of one top-level value: elements are opened, closed, or hold text."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open: list[tuple[str, int]] = []

    def __str__(self) -> str:
        return NEWLINE.join(self._lines)

    def begin(self, tag: str, *, name: str | None = None, ref: int | None = None) -> None:
        """Open an element that holds others."""
        if len(self._open) + 1 >= _DEEPEST:
            raise ValueError(f"the value is nested deeper than {_DEEPEST} elements")
        self._line(f"<{tag}{_attributes(name, ref)}>")
        self._open.append((tag, len(self._lines)))

    def end(self) -> None:
        """Close the element that was opened last."""
        tag, first = self._open.pop()
        if first == len(self._lines):
            self._lines[-1] = f"{self._lines[-1][:-1]} />"
        else:
            self._line(f"</{tag}>")

    def text(self, tag: str, text: str, *, name: str | None = None) -> None:
        """An element that holds *text*."""
        self._line(f"<{tag}{_attributes(name)}>{as_text(escape(text))}</{tag}>")

    def empty(self, tag: str, *, name: str | None = None, ref: int | None = None) -> None:
        """An element that holds nothing."""
        self._line(f"<{tag}{_attributes(name, ref)} />")

    def _line(self, line: str) -> None:
        self._lines.append("  " * (len(self._open) + 1) + line)


def _attributes(name: str | None, ref: int | None = None) -> str:
    named = "" if name is None else f' N="{as_text(escape(name), _QUOTE)}"'
    return named if ref is None else f'{named} RefId="{ref}"'
