"""A remedy taken apart: the command to copy, and the words around it.

A remedy is one or more lines. A line is a command where it begins with a cmdlet and its arguments, perhaps
after a few words and a colon; two or more blanks end the command, and what follows is a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Step", "steps", "words"]

_CMDLET = r"[A-Z][A-Za-z]+-[A-Z][A-Za-z0-9]*"
_VALUE = r"""(?:'(?:[^']|'')*'|"[^"]*"|\$\w+|[^\s'";,|-]\S*)"""
_UNIT = re.compile(rf"(?<!\S){_CMDLET}(?: -[A-Za-z]+(?: {_VALUE})?)+|\S+")
_LINE = re.compile(r"(?:'[^']*'|[^'\n]|')+")  # a line feed within quotation marks ends no line
_BEFORE = r"(?P<before>[^'\"|$]{0,60}?: +)?"
_COMMAND = rf"(?P<command>{_CMDLET}(?=\Z| +[-|'\"$])(?:'[^']*'|[^']|')*?)"
_STEP = re.compile(rf"{_BEFORE}{_COMMAND}(?: {{2,}}(?P<after>.*))?\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a remedy: words, a command, a note; each may be empty."""

    before: str = ""
    command: str = ""
    after: str = ""


def steps(remedy: str) -> list[Step]:
    """The lines of a remedy; a line without a command is all *before*."""
    return [_step(line.strip()) for line in _LINE.findall(remedy) if line.strip()]


def _step(line: str) -> Step:
    found = _STEP.match(line)
    if found is None:
        return Step(before=line)
    before, command, after = found.group("before", "command", "after")
    return Step((before or "").strip(), command, (after or "").strip())


def words(text: str) -> list[str]:
    """What must stay on one line: the words of *text*, and each cmdlet together with its parameters."""
    return _UNIT.findall(" ".join(text.split()))
