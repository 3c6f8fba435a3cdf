"""The values of a JSON text, one by one: an array of a hundred thousand objects is never whole in memory."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from imadmin.model.values import Lost
from imadmin.shells.export.saved import LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imadmin.errors import SourceError
    from imadmin.shells.export.saved import Saved

__all__ = ["Properties", "json_values"]


class Properties(list[tuple[str, object]]):
    """A JSON object as it stands in the text: names can be there twice."""


_DECODER = json.JSONDecoder(object_pairs_hook=Properties, parse_constant=Lost)  # Lost: NaN and Infinity
_SPACE = re.compile(r"[ \t\r\n]*")


def json_values(pieces: Iterator[str], saved: Saved) -> Iterator[object]:
    """The values of a text: the members of arrays, and values that stand one after the other.

    Raises:
        SourceError: it is not JSON, it is cut off, or one value is too large.
    """
    document = _Document(pieces, saved)
    if not document.mark():
        raise saved.fault("is empty")
    while mark := document.mark():
        if mark == "[":
            yield from document.members()
        else:
            yield document.value()


class _Document:
    """A window on the text: what comes before `_at` has been taken."""

    def __init__(self, pieces: Iterator[str], saved: Saved) -> None:
        self._pieces = pieces
        self._saved = saved
        self._text = ""
        self._at = 0
        self._lines = 1  # number of the window's first line
        self._complete = 0

    def mark(self) -> str:
        """The character that the next value begins with; empty at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_on():
                return ""

    def members(self) -> Iterator[object]:
        """The members of the array that begins here."""
        self._at += 1
        if self.mark() == "]":
            self._at += 1
            return
        yield self.value()
        while not self._closed():
            self.mark()
            yield self.value()

    def _closed(self) -> bool:
        mark = self.mark()
        self._at += 1
        if mark not in {"]", ","}:
            raise self._fault("is not JSON: no comma between two members") if mark else self._cut_off()
        return mark == "]"

    def value(self) -> object:
        """The value that begins here."""
        while True:
            begin = self._at
            try:
                value, self._at = _DECODER.raw_decode(self._text, begin)
            except json.JSONDecodeError as error:
                if not self._read_on():
                    raise self._malformed(error.msg, error.pos - begin) from None
            except RecursionError:
                raise self._fault("an object is nested too deeply") from None
            except ValueError:
                raise self._fault("a number has too many digits") from None
            else:
                self._complete += 1
                return value

    def _read_on(self) -> bool:
        """Read as much again as the window holds, so that no part is looked at more than a few times."""
        self._lines += self._text.count("\n", 0, self._at)
        self._text = self._text[self._at :]
        self._at = 0
        if len(self._text) > LIMIT:
            raise self._fault(f"an object is longer than {LIMIT:,} characters")
        before = len(self._text)
        parts = [self._text]
        length = before
        while length <= 2 * before and (piece := next(self._pieces, "")):
            parts.append(piece)
            length += len(piece)
        self._text = "".join(parts)
        return length > before

    def _malformed(self, reason: str, position: int) -> SourceError:
        """The error for the last window, which begins with the value that is no JSON."""
        if position >= len(self._text.rstrip()) or reason.startswith("Unterminated string"):
            return self._cut_off()
        return self._saved.fault(f"is not JSON: {reason}", line=self._line_at(position))

    def _cut_off(self) -> SourceError:
        return self._fault(f"is cut off: it ends after {self._complete} complete objects")

    def _fault(self, what: str) -> SourceError:
        return self._saved.fault(what, line=self._line_at(self._at))

    def _line_at(self, position: int) -> int:
        return self._lines + self._text.count("\n", 0, position)
