"""Scenario files: one over another, and what is told of a wrong one."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imadmin.errors import ConfigError
from imadmin_lab.scenario import read_scenario, scenarios
from imadmin_lab.scenario.files import FOLDER, over

if TYPE_CHECKING:
    from collections.abc import Callable

UNDER_LOAD = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HEALTHY = yaml.safe_load((FOLDER / "healthy.yaml").read_text(encoding="utf-8"))


def test_mappings_merge_people_merge_by_name_and_null_removes() -> None:
    below = {"a": {"b": 1, "c": 2}, "people": [{"sip": "x", "policy": "P"}, {"sip": "y"}], "d": [1]}
    above = {"a": {"c": None, "e": None}, "people": [{"sip": "z"}, {"sip": "x", "policy": None}], "d": [2]}
    people = [{"sip": "x"}, {"sip": "y"}, {"sip": "z"}]
    assert over(below, above) == {"a": {"b": 1, "e": None}, "people": people, "d": [2]}


def test_a_file_lies_over_a_named_one_and_over_one_beside_it(write: Callable[..., Path]) -> None:
    write("below", domain="example.com", people=[{"sip": "anna.lind", "policy": "Sales"}], test_send=None)
    top = read_scenario(write("top", base="below.yaml", people=[{"sip": "anna.lind", "first": "Änne"}]))
    (anna,) = (person for person in top.people if person.account == "anna.lind")
    assert (anna.sip, anna.display, anna.policy) == ("anna.lind@example.com", "Änne Lind", "Sales")
    assert len(top.people) == len(HEALTHY["people"])


def test_what_comes_with_the_lab_has_a_title() -> None:
    found = scenarios()
    assert found["healthy"]
    assert all(title and "\n" not in title for title in found.values())
    assert list(found) == sorted(path.stem for path in FOLDER.glob("*.yaml"))


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"poeple": []}, "poeple: unknown key\nDid you mean people?"),
    "unknown key of a person": (
        {"people": [{"sip": "anna.lind", "polcy": "Legal"}]},
        "people[anna.lind].polcy: unknown key\nDid you mean policy?",
    ),
    "nothing like it": ({"people": [{"sip": "anna.lind", "zzz": 1}]}, "people[anna.lind].zzz: unknown key"),
    "missing key": ({"people": [{"sip": "new.one"}]}, "people[new.one]: lacks the key first"),
    "wrong type": ({"domain": 5}, "domain: should be text, and is a whole number"),
    "not a list": ({"hidden_cmdlets": "Get-CsUser"}, "hidden_cmdlets: should be a list"),
    "not a mapping": ({"sites": [1]}, "sites: should be a mapping"),
    "a number as key": ({"agents": {5: "x"}}, "agents.5: a key should be text"),
    "no choice": ({"people": [{"sip": "anna.lind", "mailbox": "cloud"}]}, "'cloud' is none of onprem"),
    "no pool": ({"people": [{"sip": "anna.lind", "pool": "pool9"}]}, "there is no pool 'pool9'"),
    "pool removed": ({"people": [{"sip": "anna.lind", "pool": None}]}, "lacks the key pool"),
    "no agent": ({"people": [{"sip": "anna.lind", "connections": ["x"]}]}, "there is no agent 'x'"),
    "no site": ({"pools": {"pool01.contoso.com": {"site": "Rome"}}}, "there is no site 'Rome'"),
    "no scope": ({"im_configurations": {"Site:Rome": True}}, "there is no scope 'Site:Rome'"),
    "no computers": ({"pools": {"pool01.contoso.com": {"computers": []}}}, "a pool needs a computer"),
    "no online": ({"people": [{"sip": "anna.lind", "mailbox": "online"}]}, "there is no exchange.online"),
    "no such property": (
        {"client_policies": {"Global": {"EnableImArchiving": True}}},
        "client_policies.Global: CsClientPolicy has no property EnableImArchiving",
    ),
    "no such value": (
        {"exchange": {"onprem": {"organization": {"EwsEnabled": "maybe"}}}},
        "exchange.onprem.organization: EwsEnabled should be true, false or null",
    ),
    "no pattern": (
        {
            "exchange": {
                "onprem": {"transport_rules": {"R": {"SubjectMatchesPatterns": ["("], "Quarantine": True}}}
            }
        },
        "exchange.onprem.transport_rules: SubjectMatchesPatterns: '(' is no pattern",
    ),
    "no such policy": (
        {"people": [{"sip": "anna.lind", "ews": {"EwsApplicationAccessPolicy": "AllowList"}}]},
        "people[anna.lind].ews: EwsApplicationAccessPolicy should be EnforceAllowList or EnforceBlockList",
    ),
    "no list of agents": (
        {"service_mailboxes": {"probe-a": {"ews": {"EwsBlockList": "OC/*"}}}},
        "service_mailboxes.probe-a.ews: EwsBlockList should be a list of texts",
    ),
    "a list as a value": (
        {"client_policies": {"Global": {"Description": [1]}}},
        "client_policies.Global: Description should be a plain value",
    ),
    "half an enumeration": (
        {"client_policies": {"Global": {"AddressBookAvailability": {"number": 1}}}},
        "AddressBookAvailability should be a plain value, or have a number and a name",
    ),
    "entries": (
        {"client_policies": {"Global": {"PolicyEntry": "x"}}},
        "client_policies.Global: PolicyEntry should be a mapping",
    ),
    "the same name": (
        {"people": [{"sip": "anna.lind", "first": "Ben", "last": "Carver"}]},
        "two have the same display, Ben Carver",
    ),
    "the same mail": ({"people": [{"sip": "anna.lind", "mail": "ben.carver"}]}, "two have the same mail"),
    "the same account": (
        {"people": [{"sip": "anna.lind", "mail": "a"}], "service_mailboxes": {"anna.lind": {}}},
        "two have the same account, anna.lind",
    ),
    "a whole address": ({"people": [{"sip": "anna.lind", "mail": "a@contoso.com"}]}, "without the @"),
    "no probe": ({"test_send": {"mailboxes": ["x@contoso.com"]}}, "test_send.mailboxes: there is no mailbox"),
    "no partner": ({"test_send": {"federated": ["x@f.com"]}}, "test_send.federated: there is no federated"),
    "own partner": (
        {"mail": {"federated": {"contoso.com": {"organisation": "C", "mailboxes": {}}}}},
        "mail.federated.contoso.com: is the organisation's own domain",
    ),
    "no build": (
        {"exchange": {"onprem": {"version": "2019"}}},
        "exchange.onprem.version: should be as Version 15.2 (Build 2562.17)",
    ),
    "no number": ({"replication_lag": float("inf")}, "replication_lag: inf is not between 0 and"),
    "a delay before it was sent": (
        {"mail": {"rules": {"*": {"delay": -1}}}},
        "mail.rules.*.delay: -1.0 is not between 0 and 604800",
    ),
    "no fault": ({"faults": [{"mailbox": "x"}]}, "faults[0]: lacks the key name"),
    "no title": ({"title": None}, "lacks the key title"),
    "no base": ({"base": "helthy"}, "helthy: there is no such scenario\nDid you mean healthy?"),
    "base of no name": ({"base": 5}, "base: should be text, and is a whole number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gives_one_error_that_names_it(name: str, write: Callable[..., Path]) -> None:
    content, said = WRONG[name]
    path = write(**content)
    with pytest.raises(ConfigError) as raised:
        read_scenario(path)
    assert said in str(raised.value)
    assert str(path) in str(raised.value) or "there is no such scenario" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", ", line 2: is not YAML"),
        ("title: a\ntitle: b", ", line 1: is not YAML: title is given twice"),
        ("- a", "should be a mapping"),
        ("5", "should be a mapping"),
        ("", "lacks the key title"),
        ("title: \x01", "is not YAML"),
        ("? [a]\n: b", "is not YAML"),
    ],
)
def test_what_is_no_mapping_of_yaml_is_told(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"mine\.yaml") as raised:
        read_scenario(path)
    assert said in str(raised.value)


def test_a_file_that_is_not_there_or_lies_over_itself_is_told(write: Callable[..., Path]) -> None:
    path = write("round", base="round.yaml")
    with pytest.raises(ConfigError, match="based on itself"):
        read_scenario(path)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_scenario(path.with_name("none.yaml"))
    with pytest.raises(ConfigError, match="There are accepted-domains"):
        read_scenario("zzz")


def test_what_is_wrong_below_is_told_of_the_file_below(write: Callable[..., Path]) -> None:
    write("below", poeple=[])
    with pytest.raises(ConfigError, match=r"below\.yaml: poeple"):
        read_scenario(write("top", base="below.yaml"))


def places(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Every mapping of fixed keys within a scenario's content."""
    found = [*content["people"], *content["pools"].values(), *content["sites"].values()]
    return [content, content["mail"], content["test_send"], content["exchange"]["onprem"], *found]


@UNDER_LOAD
@given(
    key=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1),
    number=st.integers(0, 15),
    value=st.recursive(st.none() | st.booleans() | st.text("ab"), st.lists),
)
def test_any_unknown_key_anywhere_is_one_error(key: str, number: int, value: object) -> None:
    content = yaml.safe_load(yaml.safe_dump(HEALTHY))
    place = places(content)[number]
    key = f"x-{key}"
    place[key] = value
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.yaml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        with pytest.raises(ConfigError, match="unknown key") as raised:
            read_scenario(path)
    assert key in raised.value.what
    assert raised.value.where == str(path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("abc@.") | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=6,
)


@UNDER_LOAD
@given(key=st.sampled_from(sorted(HEALTHY)), value=JSON)
def test_any_value_of_any_key_is_taken_or_is_one_error(key: str, value: object) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.yaml"
        path.write_text(yaml.safe_dump(HEALTHY | {key: value}), encoding="utf-8")
        told = ""
        try:
            read_scenario(path)
        except ConfigError as error:
            told = error.where
    assert told in ("", str(path))
