"""The sample in the tree is what its description says, and it holds every case it is there for."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
SCENARIO = ROOT / "plugins" / "imadmin_lab" / "scenarios" / "contoso.yaml"
DESCRIPTION: dict[str, Any] = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
EXPECTED: dict[str, dict[str, str]] = yaml.safe_load(
    (Path(__file__).parent / "expected.yaml").read_text(encoding="utf-8")
)
PEOPLE: list[dict[str, Any]] = DESCRIPTION["people"]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def builds(agents: list[str]) -> list[tuple[int, ...]]:
    found = [re.search(r"(?:^|\s)OC/([\d.]+)", agent) for agent in agents]
    return sorted(tuple(map(int, match[1].split("."))) for match in found if match)


def agents_of(person: dict[str, Any]) -> list[str]:
    clients = person.get("registrations", []) + person.get("connections", [])
    return [DESCRIPTION["agents"][client] for client in clients]


def test_the_folder_in_the_tree_is_what_the_script_makes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, SAMPLES / "make_contoso.py", tmp_path], check=True, capture_output=True)
    made, kept = contents(tmp_path), contents(SAMPLES / "contoso")
    assert made.keys() == kept.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_the_folder_mixes_encodings() -> None:
    files = contents(SAMPLES / "contoso")
    utf16 = {name for name, content in files.items() if content.startswith(b"\xff\xfe")}
    assert utf16 == {"skype/Get-CsUser.xml", "skype/Get-CsClientPolicy.xml", "exchange/Get-Mailbox.xml"}


def test_two_sites_two_pools_and_about_forty_people() -> None:
    assert 38 <= len(PEOPLE) <= 42
    assert {pool["site"] for pool in DESCRIPTION["pools"].values()} == {"Redmond", "Munich"}
    assert {person["pool"] for person in PEOPLE} == {*DESCRIPTION["pools"], None}


def test_the_answer_is_known_for_each_person_and_told_in_the_readme() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| ([\w.']+) \|(?: [\w-]+ \| (\w+) \|)?", readme, re.MULTILINE)
    answers = {f"{name}@contoso.com": answer for name, answer in told if name != "who"}
    assert [f"{person['sip']}@contoso.com" for person in PEOPLE] == list(EXPECTED) == list(answers)
    counted = {name for name, row in EXPECTED.items() if row["verdict"] != "uncounted"}
    assert {name: answers[name] for name in counted} == {name: EXPECTED[name]["verdict"] for name in counted}


@pytest.mark.parametrize("check", ["offline_im", "auto_archiving", "build"])
def test_the_verdict_follows_from_the_checks(check: str) -> None:
    for row in EXPECTED.values():
        assert row["verdict"] == "cannot" or row[check] != "fail"
        assert (row["verdict"] == "uncounted") == (row[check] == "skip")


MINIMUM, MINIMUM_ONPREM, ANY = (16, 0, 6701, 1000), (16, 0, 6920, 1000), (10**6,)

FAMILIES: dict[str, tuple[tuple[int, ...], tuple[int, ...], str | None]] = {
    "Lync 2013": ((15,), (16,), None),
    "MSI": ((16, 0, 4000), (16, 0, 5000), None),
    "Click-to-Run older than both minimums": ((16, 0, 6001), MINIMUM, None),
    "between the minimums, mailbox on-premises": (MINIMUM, MINIMUM_ONPREM, "onprem"),
    "between the minimums, mailbox online": (MINIMUM, MINIMUM_ONPREM, "online"),
    "between the minimums, no mailbox": (MINIMUM, MINIMUM_ONPREM, "none"),
    "newer than both minimums": (MINIMUM_ONPREM, ANY, "onprem"),
    "compares wrongly as text": ((16, 0, 10000), ANY, "onprem"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_desktop_builds_is_present(family: str) -> None:
    low, high, mailbox = FAMILIES[family]
    assert any(
        low <= build < high
        for person in PEOPLE
        if mailbox in (None, person["mailbox"])
        for build in builds(agents_of(person))
    )


@pytest.mark.parametrize("sign", ["OCPhone/", "CPE/", "iPhoneLync/"])
def test_a_family_of_other_clients_is_present(sign: str) -> None:
    others = [person for person in PEOPLE if any(agent.startswith(sign) for agent in agents_of(person))]
    assert any(not builds(agents_of(person)) for person in others)


def test_a_desktop_agent_without_a_build_is_present() -> None:
    alone = [agents_of(person) for person in PEOPLE if len(agents_of(person)) == 1]
    assert any(agents[0].startswith("UCCAPI/") and not builds(agents) for agents in alone)


def test_the_two_numbers_of_an_agent_differ_across_the_minimum_in_both_directions() -> None:
    sides = set()
    for person in PEOPLE:
        for agent in agents_of(person):
            uccapi, oc = builds([agent.replace("UCCAPI/", "OC/")]), builds([agent])
            sides |= {(uccapi[0] >= MINIMUM, oc[0] >= MINIMUM)} if uccapi and oc else set()
    assert {(True, False), (False, True)} <= sides


def test_several_clients_of_one_person_are_present() -> None:
    several = [person for person in PEOPLE if len(agents_of(person)) > 1]
    found = [builds(agents_of(person)) for person in several]
    assert any(
        len(desktops) > 1 and desktops[0] < MINIMUM and desktops[-1] >= MINIMUM_ONPREM for desktops in found
    )
    assert any(len(desktops) > 1 and desktops[-1] < MINIMUM_ONPREM for desktops in found)
    assert any(len(desktops) == 1 and desktops[0] >= MINIMUM_ONPREM for desktops in found)
    assert any(person.get("registrations") and person.get("connections") for person in several)


def test_people_without_registration_mailbox_or_place_here_are_present() -> None:
    assert any(not agents_of(person) and person.get("home") != "online" for person in PEOPLE)
    assert sum(person["mailbox"] == "none" for person in PEOPLE) >= 2
    assert [person["sip"] for person in PEOPLE if not person.get("enabled", True)] == ["helga.brandt"]
    assert [person["sip"] for person in PEOPLE if person.get("home") == "online"] == ["ravi.menon"]
    assert [person["mail"] for person in PEOPLE if "mail" in person] == ["b.larsson"]


@pytest.mark.parametrize("policy", ["Legal", "Frontline", "Contractors"])
def test_a_policy_decides_for_someone_in_redmond(policy: str) -> None:
    granted = [person for person in PEOPLE if person.get("policy") == policy]
    assert "pool01.contoso.com" in {person["pool"] for person in granted}
    assert (f"Tag:{policy}" in DESCRIPTION["client_policies"]) == (policy != "Contractors")


def test_the_three_states_of_auto_archiving_are_present() -> None:
    states = [policy.get("EnableIMAutoArchiving") for policy in DESCRIPTION["client_policies"].values()]
    assert states == [True, False, None]


@pytest.mark.parametrize("text", ["Müller", "Zoë", "山田", "Łukasz", "O'Brien"])
def test_unusual_names_are_present(text: str) -> None:
    names = " ".join(f"{person['first']} {person['last']}" for person in PEOPLE)
    assert text in names
