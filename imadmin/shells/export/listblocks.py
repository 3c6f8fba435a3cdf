"""The blocks of a text that `Format-List` has written: one for each object."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from imadmin.shells.export.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.errors import SourceError
    from imadmin.shells.export.saved import Saved

__all__ = ["Block", "blocks"]

Block: TypeAlias = "list[tuple[str, list[str]]]"
"""The properties of an object: name, and the lines of the value."""

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_FIRST = re.compile(r"(?P<name>[^\s:](?:[^:]*?[^\s:])?) +:(?: |\Z)")
_PROMPT = re.compile(r"PS [^>]{0,1000}>")
_WAITING = re.compile(r"PS [^>]{0,1000}>\Z")
_RULE = re.compile(r"-+(?: +-+)*\Z")
_AS_LIST = "Format-List * | Out-File -Width 4096 -Encoding utf8"


def blocks(pieces: Iterable[str], saved: Saved) -> Iterator[Block]:
    """The objects of a text, one by one.

    Raises:
        SourceError: a line is none of Format-List's, or there is no object.
    """
    return _Reader(Lines(pieces, saved), saved).blocks()


class _Reader:
    """Reads lines; knows where the values of the current object begin."""

    def __init__(self, lines: Lines, saved: Saved) -> None:
        self._lines = lines
        self._saved = saved
        self._block: Block = []
        self._column = 0  # of the colon
        self._blank = True  # whether a blank line, or none at all, came before

    def blocks(self) -> Iterator[Block]:
        """The objects; a blank line ends one only where what follows does not continue its last value."""
        for text in self._texts():
            if self._blank and not self._continues(text):
                if self._block:
                    yield self._block
                self._begin(text)
            else:
                self._add(text)
        if not self._block:
            raise self._saved.fault("is empty")
        yield self._block

    def _texts(self) -> Iterator[str]:
        for line in self._lines:
            text = _COLOUR.sub("", line).rstrip()
            if self._blank and self._block and _WAITING.match(text):
                self._expect_end(text)
            elif text:
                yield text
            self._blank = not text or (self._blank and not self._block)

    def _expect_end(self, prompt: str) -> None:
        """A prompt that waits for the next command is the last thing that was copied from a console."""
        number = self._lines.number
        if any(line.strip() for line in self._lines):
            raise self._refusal(prompt, number)

    def _continues(self, text: str) -> bool:
        return bool(self._block) and not text[: self._column + 2].strip()

    def _begin(self, text: str) -> None:
        """The first line of an object: its colon stands where those of the others do."""
        self._lines.next_object()
        match = _FIRST.match(text)
        if match:
            self._block = []
            self._column = text.index(":", match.end("name"))
            self._add(text)
        elif self._block or not _PROMPT.match(text):
            raise self._refusal(text)

    def _add(self, text: str) -> None:
        name, rest = text[: self._column], text[self._column :]
        if rest.startswith(":") and not name[:1].isspace():
            self._block.append((name.rstrip(), [rest[2:]]))
        elif self._continues(text):
            self._block[-1][1].append(rest[2:])
        else:
            raise self._refusal(text)

    def _refusal(self, text: str, number: int = 0) -> SourceError:
        number = number or self._lines.number
        following = next(self._lines, "").strip()
        if _RULE.match(following) or _RULE.match(text):
            what = "is the output of Format-Table, which leaves out what has no room"
        else:
            what = "is not the output of Format-List alone"
        command = f"{self._saved.cmdlet.name} | {_AS_LIST} {self._saved.path.name}"
        return self._saved.fault(what, line=number, remedy=f"Save it again: {command}")
