"""Requests against the grammar: what the schema does not allow is refused as a whole."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Final

from . import xml
from .errors import schema_violation
from .grammar import Line, table

if TYPE_CHECKING:
    from collections.abc import Callable

    from .xml import Element

_LEAF: Final = Line({}, None)
_FOREIGN = "{"
_SHOWN = 80


def validate(request: Element) -> None:
    """Raise the fault that Exchange answers where *request* is not what the schema allows."""
    waiting: list[tuple[str, Element]] = [("", request)]
    while waiting:
        parent, element = waiting.pop()
        name = xml.prefixed(element)
        line = _line(parent, name)
        if not line.open:
            _attributes(element, name, line)
            _content(element, name, line)
            waiting += [(name, one) for one in reversed(element)]


def _line(parent: str, name: str) -> Line:
    known = table()
    own = f"{parent.partition(':')[2]}/{name.partition(':')[2]}"
    return known.get(f"t:{own}") or known.get(name, _LEAF)


def _attributes(element: Element, name: str, line: Line) -> None:
    given = {str(key): str(value) for key, value in element.attrib.items()}
    for attribute, value in given.items():
        if attribute.startswith(_FOREIGN):
            continue
        rule = line.attributes.get(attribute)
        if rule is None:
            raise schema_violation(f"The '{attribute}' attribute is not declared.")
        _value(value, rule.values, f"The '{attribute}' attribute")
    missing = [key for key, rule in line.attributes.items() if rule.required and key not in given]
    if missing:
        raise schema_violation(f"The required attribute '{missing[0]}' of '{name}' is missing.")


def _content(element: Element, name: str, line: Line) -> None:
    if line.children is None:
        if len(element):
            raise _unexpected(name, xml.prefixed(element[0]))
        _value(element.text or "", line.kind, f"The '{name}' element")
        return
    _no_text(element, name)
    names = [xml.prefixed(one) for one in element]
    if line.children.fullmatch("".join(f"{one};" for one in names)) is None:
        raise _wrong_children(name, names, line.children)


def _wrong_children(name: str, names: list[str], pattern: re.Pattern[str]) -> Exception:
    """Name the first child after which no document is valid any more."""
    declared = pattern.pattern
    stranger = next((one for one in names if f"{one};" not in declared), None)
    if stranger is None and not names:
        return schema_violation(f"The element '{name}' has incomplete content.")
    return (
        _unexpected(name, stranger or "in this place")
        if stranger
        else schema_violation(
            f"The element '{name}' has invalid or incomplete content: {', '.join(names)[:_SHOWN]}."
        )
    )


def _no_text(element: Element, name: str) -> None:
    texts = [element.text, *(one.tail for one in element)]
    if any(text and text.strip() for text in texts):
        raise schema_violation(f"The element '{name}' cannot contain text.")


def _unexpected(name: str, found: str) -> Exception:
    return schema_violation(f"The element '{name}' has invalid child element '{found}'.")


def _value(value: str, kind: str, what: str) -> None:
    try:
        good = _KINDS[kind](value) if kind in _KINDS else value in kind.split("|")
    except (ValueError, OverflowError):
        good = False
    if not good:
        raise schema_violation(
            f"{what} is invalid - The value '{value[:_SHOWN]}' is invalid according to its datatype."
        )


def _is_integer(value: str) -> bool:
    return re.fullmatch(r"\s*[+-]?\d{1,10}\s*", value, re.ASCII) is not None


def _is_boolean(value: str) -> bool:
    return value.strip() in ("true", "false", "0", "1")


def _is_time(value: str) -> bool:
    return "T" in value and xml.read_time(value) is not None


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(re.sub(r"\s", "", value), validate=True)
    except binascii.Error:
        return False
    return True


def _anything(_: str) -> bool:
    return True


_KINDS: Final[dict[str, Callable[[str], bool]]] = {
    "": _anything,
    "#text": _anything,
    "#integer": _is_integer,
    "#boolean": _is_boolean,
    "#time": _is_time,
    "#base64": _is_base64,
}
