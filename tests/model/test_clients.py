from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imadmin.model import ClientBuild
from imadmin.model.clients import agent_build_sql, build_text_sql
from imadmin.tables import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

AGENTS: dict[str, tuple[int, int, int, int] | None] = {
    "UCCAPI/16.0.6965.5308 OC/16.0.6965.2117 (Skype for Business)": (16, 0, 6965, 2117),
    "UCCAPI/15.0.4420.1017 OC/15.0.4420.1017 (Microsoft Lync)": (15, 0, 4420, 1017),
    "OC/16.0.6701.1000": (16, 0, 6701, 1000),
    "  OC/16.0.6701.1000\n": (16, 0, 6701, 1000),
    "OC/16.0.6701.1000 OC/16.0.1.1": (16, 0, 6701, 1000),
    "16.0.6701.1000": (16, 0, 6701, 1000),
    " 16.0.6701.1000 ": (16, 0, 6701, 1000),
    "OC/00016.00.06701.01000": (16, 0, 6701, 1000),
    "OC/32767.65535.65535.65535": (32767, 65535, 65535, 65535),
    "OC/0.0.0.0": (0, 0, 0, 0),
    "OC/32768.0.0.0": None,
    "OC/16.0.65536.0": None,
    "OC/99999.0.0.0": None,
    "OC/16.0.6701": None,
    "OC/16.0.6701.1000.5": None,
    "OC/16.0.6701.100000": None,
    "OC/16.0.6701.1000x": (16, 0, 6701, 1000),
    "oc/16.0.6701.1000": None,
    "XOC/16.0.6701.1000": None,
    "UCCAPI/16.0.6701.1000": None,
    "OCPhone/4.0.7577.314": None,
    "iPhoneLync/6.19.0.1": None,
    "16.0.6701.1000 (C2R)": None,
    "version 16.0.6701.1000": None,
    "\N{FULLWIDTH DIGIT ONE}6.0.6701.1000": None,
    "OC/16.0.6701.1000\N{ARABIC-INDIC DIGIT ONE}": (16, 0, 6701, 1000),
    "\xa0OC/16.0.6701.1000": None,
    "\x1cOC/16.0.6701.1000": None,
    "\vOC/16.0.6701.1000": (16, 0, 6701, 1000),
    "16.0.6701.1000\x85": None,
    "16.0.6701.1000\n\n": (16, 0, 6701, 1000),
    "": None,
}
PART = st.integers(0, 70_000).map(str)
BUILD = st.lists(PART, min_size=3, max_size=5).map(".".join)
AGENT = st.lists(
    st.one_of(
        BUILD,
        st.builds("OC/{}".format, BUILD),
        st.builds("UCCAPI/{}".format, BUILD),
        st.sampled_from(
            ["(Skype for Business)", "OC/", ".", " ", "\n", "\t", "\v", "\f", "\xa0", "x", "OCPhone/4"]
        ),
    ),
    max_size=5,
)
JOINED = st.builds(str.join, st.sampled_from(["", " ", "\n"]), AGENT)


@pytest.fixture(scope="module")
def database() -> Iterator[Database]:
    made = Database()
    yield made
    made.close()


def in_sql(database: Database, agents: list[str]) -> list[int | None]:
    rows = [{"place": place, "agent": agent} for place, agent in enumerate(agents)]
    table = database.load("agents", {"place": "BIGINT", "agent": "VARCHAR"}, rows)
    return [row[0] for row in table.query(f"select {agent_build_sql('agent')} from agents order by place")]


def in_python(agents: list[str]) -> list[int | None]:
    builds = [ClientBuild.parse(agent) for agent in agents]
    return [None if build is None else build.number for build in builds]


@pytest.mark.parametrize("agent", AGENTS)
def test_the_build_in_an_agent(agent: str) -> None:
    expected = AGENTS[agent]
    assert ClientBuild.parse(agent) == (None if expected is None else ClientBuild(*expected))


def test_python_and_sql_agree(database: Database) -> None:
    agents = list(AGENTS)
    assert in_sql(database, agents) == in_python(agents)


def test_no_agent_is_no_build(database: Database) -> None:
    table = database.load("agents", {"agent": "VARCHAR"}, [{}])
    assert table.query(f"select {agent_build_sql('agent')} from agents") == [(None,)]


@settings(max_examples=100, deadline=None)
@given(agents=st.lists(st.one_of(JOINED, st.text(st.characters(codec="utf-8"))), min_size=1, max_size=40))
@example(
    agents=["OC/1.2.3.4\0", "\0OC/1.2.3.4", "OC/1.2.3.4\r", "1.2.3.4\r\n", "OC/1.2.3.4.", "OC/1.2.3.4\n.5"]
)
def test_python_and_sql_agree_on_anything(database: Database, agents: list[str]) -> None:
    assert in_sql(database, agents) == in_python(agents)


WHOLE = st.builds(ClientBuild, st.integers(0, 0x7FFF), *[st.integers(0, 0xFFFF)] * 3)


@given(WHOLE, WHOLE)
def test_builds_compare_as_four_integers_and_so_do_their_numbers(
    one: ClientBuild, other: ClientBuild
) -> None:
    parts = [(b.major, b.minor, b.build, b.revision) for b in (one, other)]
    assert (one < other, one == other) == (parts[0] < parts[1], parts[0] == parts[1])
    assert (one < other, one == other) == (one.number < other.number, one.number == other.number)


@given(WHOLE)
def test_a_build_comes_back_from_its_number_and_its_text(build: ClientBuild) -> None:
    assert 0 <= build.number < 2**63
    assert ClientBuild.from_number(build.number) == build
    assert ClientBuild.parse(str(build)) == build
    assert ClientBuild.parse(f"UCCAPI/1.2.3.4 OC/{build} (x)") == build


@settings(deadline=None)
@given(builds=st.lists(WHOLE, min_size=1, max_size=20))
def test_the_text_of_a_build_in_sql(database: Database, builds: list[ClientBuild]) -> None:
    table = database.load("builds", {"build": "BIGINT"}, [{"build": build.number} for build in builds])
    told = {row[0] for row in table.query(f"select {build_text_sql('build')} from builds")}
    assert told == {str(build) for build in builds}


def test_text_would_compare_wrongly() -> None:
    assert ClientBuild(16, 0, 10000, 0) > ClientBuild(16, 0, 6701, 1000)
    assert str(ClientBuild(16, 0, 10000, 0)) < str(ClientBuild(16, 0, 6701, 1000))


@pytest.mark.parametrize(
    ("build", "product"),
    [
        ((16, 0, 6001, 0), "Skype for Business 2016 or later (Click-to-Run)"),
        ((16, 0, 6000, 65535), "Skype for Business 2016 or later (MSI)"),
        ((15, 0, 4420, 1017), "Lync 2013 or Skype for Business 2015"),
        ((4, 0, 7577, 314), "Lync 2010 or older"),
        ((17, 0, 0, 0), "a later client"),
    ],
)
def test_what_carries_a_build(build: tuple[int, int, int, int], product: str) -> None:
    assert ClientBuild(*build).product == product
