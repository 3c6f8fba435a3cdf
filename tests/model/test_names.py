"""Scopes, sites, pools and people: names that are written in more than one way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imadmin.model import Pool, Scope, Site, person_of
from imadmin.model.values import lowered
from imadmin.shells.clixml import PSObject
from imadmin.tables import Database, literal

if TYPE_CHECKING:
    from collections.abc import Iterator


TREACHEROUS = "\u039f\u0394\u03a3\u03c3\u03c2\u0130Ii\u0131\u1e9e\xdf "  # sigmas, Turkish i, sharp s


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("identity", "scope", "shown"),
    [
        ("Global", Scope("global"), "Global"),
        ("global", Scope("global"), "Global"),
        (" Global ", Scope("global"), "Global"),
        ("Site:Redmond", Scope("site", "Redmond"), "Site:Redmond"),
        ("SITE:Redmond", Scope("site", "Redmond"), "Site:Redmond"),
        (
            "Service:Registrar:pool.x.com",
            Scope("service", "Registrar:pool.x.com"),
            "Service:Registrar:pool.x.com",
        ),
        ("Tag:Legal", Scope("tag", "Legal"), "Tag:Legal"),
        ("tag:Two Words", Scope("tag", "Two Words"), "Tag:Two Words"),
        ("Legal", Scope("tag", "Legal"), "Tag:Legal"),
        ("Tag:a:b", Scope("tag", "a:b"), "Tag:a:b"),
        ("Other:thing", Scope("tag", "Other:thing"), "Tag:Other:thing"),
        ("Globalist", Scope("tag", "Globalist"), "Tag:Globalist"),
    ],
)
def test_the_scope_of_an_identity(identity: str, scope: Scope, shown: str) -> None:
    assert Scope.parse(identity) == scope
    assert str(scope) == shown
    assert Scope.parse(shown) == scope


@given(st.text(st.characters(codec="utf-8")))
def test_a_scope_is_parsed_from_what_it_shows(identity: str) -> None:
    scope = Scope.parse(identity)
    assert Scope.parse(str(scope)).key == scope.key or scope.name != scope.name.strip()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Tag:Legal", "LEGAL", True),
        ("Site:Zürich", "site:ZÜRICH", True),
        ("Site:İstanbul", "Site:İSTANBUL", True),
        ("Site:Redmond", "Tag:Redmond", False),
        ("Global", "Tag:Global", False),
    ],
)
def test_identities_do_not_regard_case(one: str, other: str, *, same: bool) -> None:
    assert (Scope.parse(one).key == Scope.parse(other).key) is same


@pytest.mark.parametrize(
    ("address", "person"),
    [
        ("sip:Ann@X.com", "ann@x.com"),
        ("SIP:ann@x.com", "ann@x.com"),
        (" ann@x.com ", "ann@x.com"),
        ("sip:sip:ann@x.com", "sip:ann@x.com"),
        ("sips:ann@x.com", "sips:ann@x.com"),
        ("", ""),
        ("sip:", ""),
    ],
)
def test_a_person_from_an_address(address: str, person: str) -> None:
    assert person_of(address) == person


def test_small_letters_are_those_of_sql_for_every_character(database: Database) -> None:
    """Keys are made in Python and joined in SQL: one letter of difference, and a rule applies to nobody."""
    told = database.cursor().execute(
        "select chr(i::int) as letter, lower(letter) from range(1, 1114112) as r(i)"
        " where i not between 55296 and 57343"
    )
    assert [(c, low, lowered(c)) for c, low in told.fetchall() if lowered(c) != low] == []


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=20) | st.text(TREACHEROUS, max_size=8))
def test_small_letters_are_those_of_sql_for_every_text(database: Database, text: str) -> None:
    assert database.cursor().execute(f"select lower({literal(text)})").fetchone() == (lowered(text),)


@pytest.mark.parametrize(
    ("record", "pool"),
    [
        ({"Identity": "P1.x.com", "Fqdn": "P1.X.com", "Site": "Site:Redmond"}, Pool("p1.x.com", "Redmond")),
        ({"Identity": "P1.x.com", "Site": "Redmond"}, Pool("p1.x.com", "Redmond")),
        ({"Fqdn": "p1", "Site": PSObject({"Identity": "Site:Munich"})}, Pool("p1", "Munich")),
        ({"Fqdn": PSObject(to_string="P1"), "Site": PSObject(to_string="Site:Munich")}, Pool("p1", "Munich")),
        ({"Fqdn": "p1", "Site": None}, Pool("p1", "")),
        ({"Fqdn": "p1"}, Pool("p1", "")),
        ({}, Pool("", "")),
    ],
)
def test_a_pool_and_where_it_stands(record: dict[str, object], pool: Pool) -> None:
    assert Pool.read(record) == pool


@pytest.mark.parametrize(
    ("record", "site"),
    [({"Identity": "Site:Zürich"}, "Zürich"), ({"Identity": "Zürich"}, "Zürich"), ({}, "")],
)
def test_a_site(record: dict[str, object], site: str) -> None:
    assert Site.read(record).name == site
