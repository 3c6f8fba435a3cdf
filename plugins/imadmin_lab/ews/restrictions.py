"""Restrictions and sort orders, to SQL.

What an item lacks compares as false, and `Not` of that is true: conditions never become SQL's null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from . import native, xml
from .errors import EwsError
from .paths import ExtendedPath, ForeignPath, read_path
from .properties.kinds import BODY, BOOLEAN, INTEGER, RECIPIENTS, SINGLE, STRINGS, TEXT, TIME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .properties.kinds import Kind
    from .properties.registry import Registry
    from .xml import Element

_OPERATORS: Final = {
    "IsEqualTo": "=",
    "IsNotEqualTo": "<>",
    "IsGreaterThan": ">",
    "IsGreaterThanOrEqualTo": ">=",
    "IsLessThan": "<",
    "IsLessThanOrEqualTo": "<=",
}
_PEOPLE: Final = (RECIPIENTS, SINGLE)
_TEXTS: Final = (TEXT, BODY)
_STORED: Final = "(select value from property where property.item = item.id and property.key = ?)"
_NUMBERS: Final = ("Integer", "Long", "Short", "Double", "Float", "Currency", "ApplicationTime")
_CONTAINS_DEFAULTS: Final = ("FullString", "Exact")


class Sql(NamedTuple):
    """A piece of SQL with the values for its question marks."""

    text: str
    values: tuple[Any, ...] = ()


class _Operand(NamedTuple):
    sql: Sql
    kind: Kind


NO_RESTRICTION: Final = Sql("1")


def read_restriction(element: Element | None, registry: Registry) -> Sql:
    """Give the condition that a Restriction stands for."""
    return NO_RESTRICTION if element is None else _expression(element[0], registry)


def read_order(element: Element, registry: Registry, last: str) -> Sql:
    """Give the terms for `order by` that a SortOrder stands for; *last* decides between equals."""
    terms = [_term(order, registry) for order in element]
    return Sql(", ".join([*(term.text for term in terms), last]), _values(terms))


def _term(order: Element, registry: Registry) -> Sql:
    operand = _operand(order[0], registry, "ErrorUnsupportedPathForSortGroup")
    direction = "desc" if xml.attribute(order, "Order") == "Descending" else "asc"
    text = _comparable(operand).text
    return Sql(f"{text} {direction}", operand.sql.values)


def _expression(element: Element, registry: Registry) -> Sql:
    match name := xml.local(element):
        case "And" | "Or":
            return _joined(f" {name.lower()} ", [_expression(one, registry) for one in element])
        case "Not":
            inner = _expression(element[0], registry)
            return Sql(f"(not {inner.text})", inner.values)
        case "Exists":
            return _exists(element, registry)
        case "Contains":
            return _contains(element, registry)
        case "Excludes":
            return _excludes(element, registry)
    return _comparison(element, registry)


def _joined(word: str, parts: list[Sql]) -> Sql:
    """Join in pairs: SQLite refuses what is nested deeply, and a long chain counts as that."""
    while len(parts) > 1:
        pairs = [parts[at : at + 2] for at in range(0, len(parts), 2)]
        parts = [Sql(f"({word.join(one.text for one in pair)})", _values(pair)) for pair in pairs]
    return parts[0]


def _exists(element: Element, registry: Registry) -> Sql:
    operand = _operand(element[0], registry, "ErrorInvalidPropertyForExists")
    return Sql(f"({operand.sql.text} is not null)", operand.sql.values)


def _contains(element: Element, registry: Registry) -> Sql:
    operand = _operand(element[0], registry)
    if operand.kind not in (*_TEXTS, STRINGS, *_PEOPLE):
        raise EwsError("ErrorContainsFilterWrongType")
    mode = xml.attribute(element, "ContainmentMode", _CONTAINS_DEFAULTS[0])
    comparison = xml.attribute(element, "ContainmentComparison", _CONTAINS_DEFAULTS[1])
    function = "ews_contains_any" if operand.kind is STRINGS else "ews_contains"
    values = *operand.sql.values, _constant_text(element), mode, comparison
    return Sql(f"coalesce({function}({operand.sql.text}, ?, ?, ?), 0)", values)


def _excludes(element: Element, registry: Registry) -> Sql:
    operand = _operand(element[0], registry)
    mask = xml.attribute(xml.need(element, "Bitmask"), "Value")
    try:
        number = int(mask, 16 if mask.lower().startswith("0x") else 10)
    except ValueError:
        raise EwsError("ErrorInvalidValueForProperty") from None
    return Sql(f"coalesce(cast({operand.sql.text} as integer) & ? = 0, 0)", (*operand.sql.values, number))


def _comparison(element: Element, registry: Registry) -> Sql:
    left = _operand(element[0], registry)
    sign = _OPERATORS[xml.local(element)]
    right = element[1][0]
    if xml.local(right) == "Constant" and left.kind in (STRINGS, *_PEOPLE):
        return _any_of(left, sign, xml.attribute(right, "Value"))
    subject = _comparable(left)
    value = (
        _constant(right, left.kind)
        if xml.local(right) == "Constant"
        else _comparable(_operand(right, registry))
    )
    missing = int(sign == "<>")
    text = f"coalesce({subject.text} {sign} {value.text}, {missing})"
    return Sql(text, (*subject.values, *value.values))


def _any_of(left: _Operand, sign: str, wanted: str) -> Sql:
    """Compare with a property of many values: one that is equal is enough."""
    if sign not in ("=", "<>"):
        raise EwsError("ErrorUnsupportedPathForQuery")
    function = "ews_has_string" if left.kind is STRINGS else "ews_has_person"
    equal = f"coalesce({function}({left.sql.text}, ?), 0)"
    return Sql(equal if sign == "=" else f"(not {equal})", (*left.sql.values, wanted))


def _operand(path: Element, registry: Registry, refusal: str = "ErrorUnsupportedPathForQuery") -> _Operand:
    found = read_path(path, registry)
    if isinstance(found, ExtendedPath):
        known = native.of_item(found, registry) if "item:ItemId" in registry.by_uri else None
        if known is None:
            return _Operand(*_stored(found))
        found = known
    if isinstance(found, ForeignPath):
        return _Operand(Sql("null"), TEXT)
    if not found.column:
        raise EwsError(refusal)
    return _Operand(Sql(f"({found.column})"), found.kind)


def _stored(path: ExtendedPath) -> tuple[Sql, Kind]:
    values = (path.key,)
    if path.type in _NUMBERS:
        return Sql(f"cast({_STORED} as numeric)", values), INTEGER
    if path.type == "Boolean":
        return Sql(f"({_STORED} = 'true')", values), BOOLEAN
    if path.type == "SystemTime":
        return Sql(f"ews_stamp({_STORED})", values), TIME
    return Sql(_STORED, values), TEXT


def _comparable(operand: _Operand) -> Sql:
    if operand.kind in _TEXTS:
        return Sql(f"ews_lower({operand.sql.text})", operand.sql.values)
    return operand.sql


def _constant(element: Element, kind: Kind) -> Sql:
    value = xml.attribute(element, "Value")
    try:
        return Sql("?", (kind.constant(value),))
    except (ValueError, OverflowError):
        raise EwsError("ErrorInvalidValueForProperty", values={"Value": value}) from None


def _constant_text(element: Element) -> str:
    return xml.attribute(xml.need(element, "Constant"), "Value")


def _values(parts: Iterable[Sql]) -> tuple[Any, ...]:
    return tuple(value for part in parts for value in part.values)
