"""The simple forms of -Filter: comparisons, joined by -and, -or, -not and parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

from .objects import as_text

Test = Callable[[Callable[[str], object]], bool]

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<mark>[(){}])|(?P<operator>-\w+)|(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")"""
    r"""|(?P<word>\$?[^\s(){}'"]+))"""
)
_CONSTANTS: Final[dict[str, object]] = {"$true": True, "$false": False, "$null": None}


class FilterError(ValueError):
    """A filter that is not understood."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def parse_filter(text: str) -> Test:
    """A test for objects; it is given a function that looks a property up by its name.

    Raises:
        FilterError: The text is not one of the simple forms.
    """
    parser = _Parser(_tokens(text))
    test = parser.either()
    parser.end()
    return test


def _tokens(text: str) -> list[_Token]:
    found, position = list[_Token](), 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise FilterError(f"Invalid filter syntax at position {position} of: {text}")
        found.append(_Token(match.lastgroup, match[match.lastgroup]))
        position = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens: Final = tokens

    def either(self) -> Test:
        test = self._both()
        while self._next_is("-or"):
            test = _or(test, self._both())
        return test

    def end(self) -> None:
        if self._tokens:
            raise FilterError(f"Invalid filter syntax: unexpected {self._tokens[0].text!r}")

    def _both(self) -> Test:
        test = self._one()
        while self._next_is("-and"):
            test = _and(test, self._one())
        return test

    def _one(self) -> Test:
        if self._next_is("-not") or self._next_is("!"):
            test = self._one()
            return lambda look: not test(look)
        for opening, closing in ("()", "{}"):
            if self._next_is(opening):
                test = self.either()
                if not self._next_is(closing):
                    raise FilterError(f"Invalid filter syntax: {closing} is missing")
                return test
        name, operator, value = self._take("word"), self._take("operator").lower(), self._value()
        if operator not in _COMPARISONS:
            raise FilterError(f"Invalid filter syntax: {operator} is not a supported operator")
        compare = _COMPARISONS[operator]
        return lambda look: compare(look(name), value)

    def _next_is(self, text: str) -> bool:
        if self._tokens and self._tokens[0].kind != "quoted" and self._tokens[0].text.lower() == text:
            self._tokens.pop(0)
            return True
        return False

    def _take(self, kind: str) -> str:
        if not self._tokens or self._tokens[0].kind != kind:
            found = self._tokens[0].text if self._tokens else "the end"
            raise FilterError(f"Invalid filter syntax: {found} stands where a {kind} should")
        return self._tokens.pop(0).text

    def _value(self) -> object:
        if self._tokens and self._tokens[0].kind == "quoted":
            text = self._tokens.pop(0).text
            return text[1:-1].replace(text[0] * 2, text[0])
        word = self._take("word")
        return _CONSTANTS.get(word.lower(), word)


def _or(left: Test, right: Test) -> Test:
    return lambda look: left(look) or right(look)


def _and(left: Test, right: Test) -> Test:
    return lambda look: left(look) and right(look)


def _equal(found: object, wanted: object) -> bool:
    if isinstance(found, list):
        return any(_equal(item, wanted) for item in found)
    if found is None or wanted is None:
        return (found is None or found == "") and (wanted is None or wanted == "")
    return as_text(found).casefold() == as_text(wanted).casefold()


def _like(found: object, wanted: object) -> bool:
    if isinstance(found, list):
        return any(_like(item, wanted) for item in found)
    return found is not None and fnmatchcase(as_text(found).casefold(), as_text(wanted).casefold())


def _order(found: object, wanted: object) -> int:
    if isinstance(found, (int, float)):
        try:
            number = float(as_text(wanted))
        except ValueError:
            raise FilterError(f"Invalid filter syntax: {as_text(wanted)} is not a number") from None
        return (found > number) - (found < number)
    left, right = as_text(found).casefold(), as_text(wanted).casefold()
    return (left > right) - (left < right)


_COMPARISONS: Final[dict[str, Callable[[object, object], bool]]] = {
    "-eq": _equal,
    "-ne": lambda found, wanted: not _equal(found, wanted),
    "-like": _like,
    "-notlike": lambda found, wanted: not _like(found, wanted),
    "-gt": lambda found, wanted: found is not None and _order(found, wanted) > 0,
    "-ge": lambda found, wanted: found is not None and _order(found, wanted) >= 0,
    "-lt": lambda found, wanted: found is not None and _order(found, wanted) < 0,
    "-le": lambda found, wanted: found is not None and _order(found, wanted) <= 0,
}
