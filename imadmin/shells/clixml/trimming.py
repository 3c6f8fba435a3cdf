"""Leaving out what nobody wants before the XML is parsed, which is quicker than having it parsed.

It leaves out single elements, and objects of single elements, in just the form in which PowerShell writes
them: each well-formed by itself, and named, so that it is a property. Whatever else is there stays, and so
does every object that may be wanted, with all that is in it. Where a document has anything that could change
the meaning of what looks like an element (a comment, CDATA, an instruction), all of the rest stays.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from imadmin.shells.clixml.text import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["trimmed"]

_TAGS: Final = "S|Nil|B|I32|DT|G|U32|I64|By|C|D|Db|Sg|TS|URI|Version|U16|I16|U64|SB|BA|SBK|XD"
_TEXT: Final = r"[^<>&\x00-\x1f\ufffe\uffff]*+"
_NAME: Final = r"[A-Za-z0-9.]++"  # without an underscore, which may begin an escape
_OF_ENTRIES: Final = ("key", "value")  # what the parts of a dictionary's entry are called
_SPACE: Final = r"[ \t\r\n]*+"
_LEAF: Final = rf'<(?P<{{0}}>{_TAGS})(?: N="{_NAME}")?(?: />|>{_TEXT}</(?P={{0}})>)'
_LISTED: Final = rf"<(?P<p>Props|MS|LST|IE|QUE|STK)>(?:{_SPACE}{_LEAF.format('i')})*+{_SPACE}</(?P=p)>"
_KNOWN: Final = rf'<TNRef RefId="[0-9]++" />|<ToString>{_TEXT}</ToString>'
_PARTS: Final = rf"(?:{_SPACE}(?:{_KNOWN}|{_LEAF.format('o')}|{_LISTED}))*+{_SPACE}"

_BORDER: Final = re.compile(r'<Obj(?: [A-Za-z]+="[^"<>]*")*(?: ?(/))?>|(</)Obj>|(</?Obj\b)')


class _Patterns(NamedTuple):
    """What to look for, given the wanted names.

    Attributes:
        kept: the beginning of an object that may be wanted.
        leaf: a property of one element that nobody wants.
        whole: an object that nobody wants, of such elements.
    """

    kept: re.Pattern[str]
    leaf: re.Pattern[str]
    whole: re.Pattern[str]


@lru_cache(maxsize=64)
def _patterns(wanted: tuple[str, ...]) -> _Patterns:
    names = "|".join(map(re.escape, (*_OF_ENTRIES, *wanted)))
    unwanted = rf'N="(?!(?i:{names})"){_NAME}"'
    return _Patterns(
        re.compile(rf'<Obj\b(?!(?: {unwanted})?(?: RefId="[0-9]++")?>)'),
        re.compile(rf"<(?P<t>{_TAGS}) {unwanted}(?: />|>{_TEXT}</(?P=t)>)"),
        re.compile(rf'<Obj {unwanted} RefId="[0-9]++">{_PARTS}</Obj>'),
    )


def trimmed(texts: Iterable[str], wanted: Iterable[str]) -> Iterator[str]:
    """A document's text, in pieces, without what no record with the *wanted* properties holds.

    Lines keep their numbers. No ``<Ref>`` may be in the document: it could mean what is left out.
    """
    trimmer = _Trimmer(_patterns(tuple(sorted(name.lower() for name in wanted))))
    for text in texts:
        if left := trimmer.feed(text):
            yield left
    if trimmer.rest:
        yield trimmer.rest


class _Trimmer:
    """Goes through the text of a document.

    Attributes:
        rest: what could not be gone through yet, since it ends in the middle of something.
    """

    def __init__(self, patterns: _Patterns) -> None:
        self.rest = ""
        self._patterns = patterns
        self._begun = False
        self._open = 0  # how many objects are, of which the outermost may be wanted
        self._trusted = True

    def feed(self, piece: str) -> str:
        """Take the next piece, and give what is left of it as far as it is complete."""
        text = self.rest + piece
        cut = text.rfind("<")
        if cut < 0 or len(text) - cut > CHUNK:
            cut = len(text)
        text, self.rest = text[:cut], text[cut:]
        self._trusted = self._trusted and not self._is_odd(text)
        self._begun = self._begun or bool(text)
        return "".join(self._left(text)) if self._trusted else text

    def _is_odd(self, text: str) -> bool:
        """Whether it has a comment and its like; at the very beginning there may be a declaration.

        The marks alone are looked for first: they are rare, and elements are not.
        """
        return ("!" in text and "<!" in text) or ("?" in text and text.find("<?", not self._begun) >= 0)

    def _left(self, text: str) -> Iterator[str]:
        place = self._end_of_object(text, 0) if self._open else 0
        yield text[:place]
        while found := self._patterns.kept.search(text, place):
            yield self._without(text[place : found.start()])
            place = self._end_of_object(text, found.start())
            yield text[found.start() : place]
        yield self._without(text[place:])

    def _end_of_object(self, text: str, place: int) -> int:
        """Where the outermost open object ends, or the text."""
        for border in _BORDER.finditer(text, place):
            alone, closing, odd = border.groups()
            if odd:
                self._trusted = False
                break
            self._open += 0 if alone else -1 if closing else 1
            if not self._open:
                return border.end()
        return len(text)

    def _without(self, text: str) -> str:
        return self._patterns.leaf.sub("", self._patterns.whole.sub(_its_lines, text))


def _its_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")
