"""What imadmin says of each scenario: the cause that the scenario is there for, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imadmin_lab.scenario import read_scenario
from imadmin_lab.scenario.saving import save

if TYPE_CHECKING:
    from pathlib import Path

OFFLINE_IM, ARCHIVING, BUILD = "policy.offline-im-enabled", "policy.auto-archiving", "client.build"
UPDATES, REPLICA = "server.patch-version", "server.replica"
ALL = (OFFLINE_IM, ARCHIVING, BUILD, UPDATES, REPLICA)
EVERYBODY = {person.account for person in read_scenario("healthy").people}
MUNICH = {"eva.huber", "felix.brandt", "greta.mueller", "hugo.petit"}
CAUSES: dict[str, tuple[str, str, set[str]]] = {
    "healthy": (OFFLINE_IM, "fail", set()),
    "server-before-cu3": (UPDATES, "fail", EVERYBODY),
    "offline-im-off-globally": (OFFLINE_IM, "fail", EVERYBODY),
    "offline-im-off-at-site": (OFFLINE_IM, "fail", MUNICH),
    "archiving-off-by-tag": (ARCHIVING, "fail", {"ben.carver", "eva.huber"}),
    "archiving-not-set": (ARCHIVING, "warn", EVERYBODY),
    "old-clients": (BUILD, "fail", {"anna.lind", "felix.brandt"}),
    "msi-clients": (BUILD, "fail", {"chloe.martin", "hugo.petit"}),
    "replica-behind": (REPLICA, "error", MUNICH),
    "no-client-known": (BUILD, "error", {"ben.carver", "greta.mueller"}),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_scenario_is_judged_by_its_cause(name: str, tmp_path: Path, judged: Any) -> None:
    save(read_scenario(name), tmp_path)
    check, status, people = CAUSES[name]
    statuses = judged(tmp_path).statuses
    expected = {
        f"{person}@contoso.com": {one: status if one == check and person in people else "pass" for one in ALL}
        for person in EVERYBODY
    }
    assert {person: {one: found[one] for one in ALL} for person, found in statuses.items()} == expected
