"""The simulator is not asleep: what is changed in `healthy` changes its answer, and tells the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import network_of, password_of, running, simulate
from .ews import Login, missed_messages
from .scenario import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .oracle import Answer

    Simulated = Callable[[str | Path], dict[str, Answer]]

ANNA = "anna.lind@contoso.com"
ONLINE = {"server": "am0.outlook.com", "version": "Version 15.20 (Build 8137.0)", "database": "DB"}


def anna(**keys: Any) -> dict[str, Any]:
    return {"people": [{"sip": "anna.lind", **keys}]}


def client(agent: str, **keys: Any) -> dict[str, Any]:
    return {"agents": {"hers": agent}} | anna(registrations=["hers"], **keys)


def exchange(**organization: Any) -> dict[str, Any]:
    return {"exchange": {"onprem": {"organization": organization}}}


def archiving(by_policy: dict[str, bool | None]) -> dict[str, Any]:
    return {"client_policies": {name: {"EnableIMAutoArchiving": on} for name, on in by_policy.items()}}


CAN: dict[str, dict[str, Any]] = {
    "nothing changed": {},
    "the policy is silent": archiving({"Global": None}),
    "the replica of another site says no": {"replica": {"im_configurations": {"Site:Munich": False}}},
    "another site is off": {"im_configurations": {"Site:Munich": False}},
    "the site stands before Global": {"im_configurations": {"Global": False, "Site:Redmond": True}},
    "the tag stands before the site": archiving({"Site:Redmond": False}) | anna(policy="Sales"),
    "the last server without": {"pools": {"pool01.contoso.com": {"patch": "6.0.9319.259"}}},
    "the first build on-premises": client("OC/16.0.6920.1000"),
    "the list allows it": exchange(EwsApplicationAccessPolicy="EnforceAllowList", EwsAllowList=["OC/*"]),
    "others are blocked": exchange(EwsApplicationAccessPolicy="EnforceBlockList", EwsBlockList=["OC/15*"]),
    "one of two clients will do": anna(registrations=["msi-2018-04"], connections=["c2r-2607"]),
}
CANNOT: dict[str, tuple[str, dict[str, Any]]] = {
    "off": ("policy", {"im_configurations": {"Global": False}}),
    "off at the site": ("policy", {"im_configurations": {"Site:Redmond": False}}),
    "saving is forbidden": ("policy", archiving({"Global": False})),
    "saving is forbidden at the site": ("policy", archiving({"Site:Redmond": False})),
    "saving is forbidden by tag": ("policy", archiving({"Tag:Legal": False}) | anna(policy="legal")),
    "a build too old": ("client", client("OC/16.0.6919.65535 (Skype for Business)")),
    "MSI": ("client", client("UCCAPI/16.0.4678.1000 OC/16.0.4678.1000 (Skype for Business)")),
    "OC/ counts": ("client", client("UCCAPI/16.0.20228.20190 OC/16.0.6568.2025 (Skype for Business)")),
    "EWS off for all": ("ews", exchange(EwsEnabled=False)),
    "EWS off for her": ("ews", anna(ews={"EwsEnabled": False})),
    "an empty list": ("ews", exchange(EwsApplicationAccessPolicy="EnforceAllowList")),
    "blocked": ("ews", exchange(EwsApplicationAccessPolicy="EnforceBlockList", EwsBlockList=["OC/16*"])),
    "down": ("ews", {"faults": [{"name": "unavailable"}]}),
    "online, and off there": (
        "ews",
        {"exchange": {"online": ONLINE | {"organization": {"EwsEnabled": False}}}} | anna(mailbox="online"),
    ),
}
UNKNOWABLE: dict[str, dict[str, Any]] = {
    "a server is old": {"pools": {"pool01.contoso.com": {"patch": "6.0.9319.102"}}},
    "no client": anna(registrations=[]),
    "a phone only": anna(registrations=["lync-phone"]),
    "a policy that is not there": anna(policy="Gone"),
    "no mailbox": anna(mailbox="none"),
    "online": {"exchange": {"online": ONLINE}} | anna(mailbox="online"),
    "nobody to be seen": {"hidden_cmdlets": ["Get-CsUser"]},
    "no policies to be seen": {"hidden_cmdlets": ["Get-CsClientPolicy"]},
    "no sites to be seen": {"hidden_cmdlets": ["Get-CsPool"], "im_configurations": {"Site:Munich": False}},
    "a replica says no": {"replica": {"im_configurations": {"Site:Redmond": False}}},
    "a list that may mean it": exchange(
        EwsApplicationAccessPolicy="EnforceBlockList", EwsBlockList=["Lync*"]
    ),
    "a bad certificate": {"faults": [{"name": "certificate-expired"}]},
}


@pytest.mark.parametrize("what", CAN)
def test_what_does_not_stop_it(
    what: str, written: Callable[[dict[str, Any]], Path], simulated: Simulated
) -> None:
    answer = simulated(written(CAN[what]))[ANNA]
    assert answer.can
    assert answer.knowable


@pytest.mark.parametrize("what", CANNOT)
def test_what_stops_it(what: str, written: Callable[[dict[str, Any]], Path], simulated: Simulated) -> None:
    stage, changes = CANNOT[what]
    answer = simulated(written(changes))[ANNA]
    assert not answer.can
    assert answer.knowable
    assert answer.obstacle
    assert answer.obstacle.stage == stage


@pytest.mark.parametrize("what", UNKNOWABLE)
def test_what_nobody_can_know(
    what: str, written: Callable[[dict[str, Any]], Path], simulated: Simulated
) -> None:
    answer = simulated(written(UNKNOWABLE[what]))[ANNA]
    assert not answer.knowable
    assert answer.unseen


def test_an_old_server_stops_those_who_are_homed_there(
    written: Callable[[dict[str, Any]], Path], simulated: Simulated
) -> None:
    answers = simulated(written({"pools": {"pool01.contoso.com": {"patch": "6.0.9319.102"}}}))
    assert {answer.obstacle.stage for answer in answers.values() if answer.obstacle} == {"server"}
    assert not answers[ANNA].can
    assert answers["eva.huber@contoso.com"].can


def test_an_obstacle_that_is_seen_outweighs_what_is_not(
    written: Callable[[dict[str, Any]], Path], simulated: Simulated
) -> None:
    answer = simulated(written(archiving({"Global": False}) | anna(registrations=[])))[ANNA]
    assert answer.knowable
    assert answer.obstacle
    assert answer.obstacle.stage == "policy"


def test_only_who_is_enabled_and_homed_here_is_asked(
    written: Callable[[dict[str, Any]], Path], simulated: Simulated
) -> None:
    people = [{"sip": "anna.lind", "enabled": False}, {"sip": "ben.carver", "home": "online"}]
    assert len(simulated(written({"people": people}))) == len(read("healthy").people) - 2


def test_messages_really_arrive(tmp_path: Path) -> None:
    with running("healthy", tmp_path) as lab:
        answers = simulate(lab, "healthy")
        logins = [Login(f"CONTOSO\\{one.account}", password_of(lab)) for one in read("healthy").people]
        arrived = [missed_messages(network_of(lab), login) for login in logins]
    assert sum(arrived) == len(answers)
    assert max(arrived) == arrived[0] > 1
