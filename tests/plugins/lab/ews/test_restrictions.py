"""Restrictions in SQL against the same in Python."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from imadmin_lab.ews.properties.item import ITEM
from imadmin_lab.ews.restrictions import read_restriction
from imadmin_lab.mail import Content, Extended, MailStore, directory, folders, items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imadmin_lab.mail import Item

TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
START = datetime(2026, 1, 1, tzinfo=UTC)
SUBJECTS = ("", "Alpha", "alpha beta", "Ærø", "Äpfel", "50% off_", "O'Brien", "apfel", None)
LEVELS = ("Low", "Normal", "High")
SPACE = "c11ff724-aa03-4555-9952-8fa248a11c3e"
NUMBER = f'<t:ExtendedFieldURI PropertySetId="{SPACE}" PropertyName="n" PropertyType="Integer"/>'
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "IsEqualTo": lambda a, b: a == b,
    "IsGreaterThan": lambda a, b: a > b,
    "IsGreaterThanOrEqualTo": lambda a, b: a >= b,
    "IsLessThan": lambda a, b: a < b,
    "IsLessThanOrEqualTo": lambda a, b: a <= b,
}


@dataclass(frozen=True)
class Expression:
    """A restriction as XML, and what it means."""

    text: str
    holds: Callable[[Item], bool]


def leaf(uri: str, value: Callable[[Item], Any], operator: str, constant: str, parsed: Any) -> Expression:
    path = uri if uri.startswith("<") else f'<t:FieldURI FieldURI="{uri}"/>'
    shown = constant.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    value_text = f'<t:FieldURIOrConstant><t:Constant Value="{shown}"/></t:FieldURIOrConstant>'
    text = f"<t:{operator}>{path}{value_text}</t:{operator}>"

    def holds(item: Item) -> bool:
        found = value(item)
        if operator == "IsNotEqualTo":
            return bool(found is None or found != parsed)
        return found is not None and COMPARE[operator](found, parsed)

    return Expression(text, holds)


def folded(item: Item) -> str | None:
    return None if item.content.subject is None else item.content.subject.casefold()


def number(item: Item) -> int | None:
    found = next(iter(item.content.extended.values()), None)
    return None if found is None else int(found.values[0])


def contains(needle: str, mode: str) -> Expression:
    shown = needle.replace("&", "&amp;").replace('"', "&quot;")
    text = (
        f'<t:Contains ContainmentMode="{mode}" ContainmentComparison="IgnoreCase">'
        '<t:FieldURI FieldURI="item:Subject"/>'
        f'<t:Constant Value="{shown}"/></t:Contains>'
    )
    wanted = needle.casefold()
    ways: dict[str, Callable[[str], bool]] = {
        "Substring": lambda s: wanted in s,
        "Prefixed": lambda s: s.startswith(wanted),
        "FullString": lambda s: s == wanted,
    }
    return Expression(text, lambda item: folded(item) is not None and ways[mode](folded(item) or ""))


OPERATORS = st.sampled_from([*COMPARE, "IsNotEqualTo"])
TEXTS = st.sampled_from([one or "" for one in SUBJECTS]) | st.text("aAäÄlph %_'\"", max_size=4)
LEAVES = st.one_of(
    st.builds(lambda o, v: leaf("item:Subject", folded, o, v, v.casefold()), OPERATORS, TEXTS),
    st.builds(
        lambda o, v: leaf(
            "item:Importance", lambda i: LEVELS.index(i.content.importance), o, v, LEVELS.index(v)
        ),
        OPERATORS,
        st.sampled_from(LEVELS),
    ),
    st.builds(
        lambda o, v: leaf("message:IsRead", lambda i: i.content.is_read, o, str(v).lower(), v),
        OPERATORS,
        st.booleans(),
    ),
    st.builds(
        lambda o, v: leaf("item:DateTimeReceived", lambda i: i.content.received, o, v.isoformat(), v),
        OPERATORS,
        st.integers(0, 40).map(lambda hours: START + timedelta(hours=hours)),
    ),
    st.builds(lambda o, v: leaf(NUMBER, number, o, str(v), v), OPERATORS, st.integers(-3, 12)),
    st.builds(contains, TEXTS, st.sampled_from(["Substring", "Prefixed", "FullString"])),
    st.just(Expression(f"<t:Exists>{NUMBER}</t:Exists>", lambda item: number(item) is not None)),
)


def joined(name: str, parts: list[Expression]) -> Expression:
    together = all if name == "And" else any
    text = f"<t:{name}>{''.join(one.text for one in parts)}</t:{name}>"
    return Expression(text, lambda item: together(one.holds(item) for one in parts))


def negated(one: Expression) -> Expression:
    return Expression(f"<t:Not>{one.text}</t:Not>", lambda item: not one.holds(item))


EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(joined, st.sampled_from(["And", "Or"]), st.lists(inner, min_size=2, max_size=4))
        | st.builds(negated, inner)
    ),
    max_leaves=12,
)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MailStore, list[Item]]]:
    with MailStore(tmp_path_factory.mktemp("mail") / "mail.db") as store:
        with store.writing() as session:
            directory.add_organisation(session, "Contoso", ["contoso.com"])
            inbox = folders.distinguished(
                session, directory.add_mailbox(session, "a@contoso.com").id, "inbox"
            )
            assert inbox is not None
            numbers = [items.create(session, inbox, content(at), "a") for at in range(40)]
            found = [items.get(session, one) for one in numbers]
        yield store, [one for one in found if one is not None]


def content(at: int) -> Content:
    key = f"{SPACE}/n:Integer"
    return Content(
        subject=SUBJECTS[at % len(SUBJECTS)],
        importance=LEVELS[at % 3],
        is_read=at % 5 == 0,
        received=START + timedelta(hours=at),
        extended={key: Extended("Integer", (str(at % 13 - 2),))} if at % 4 else {},
    )


@settings(max_examples=150, deadline=None)
@given(expression=EXPRESSIONS)
def test_sql_means_what_python_means(stored: tuple[MailStore, list[Item]], expression: Expression) -> None:
    store, known = stored
    element = etree.fromstring(
        f'<m:Restriction xmlns:m="m" xmlns:t="{TYPES}">{expression.text}</m:Restriction>'
    )
    sql = read_restriction(element, ITEM)
    with store.reading() as session:
        found = {row[0] for row in session.rows(f"select id from item where {sql.text}", *sql.values)}
    assert found == {item.id for item in known if expression.holds(item)}


def test_a_thousand_alternatives(stored: tuple[MailStore, list[Item]]) -> None:
    store, known = stored
    many = joined("Or", [leaf("item:Subject", folded, "IsEqualTo", str(at), str(at)) for at in range(1000)])
    element = etree.fromstring(f'<m:Restriction xmlns:m="m" xmlns:t="{TYPES}">{many.text}</m:Restriction>')
    sql = read_restriction(element, ITEM)
    with store.reading() as session:
        assert session.value(f"select count(*) from item where {sql.text}", *sql.values) == 0
    assert known
