"""Checks of the policy plugin that inform: what they say of servers, archiving and federation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from imadmin import OPTIONAL
from imadmin.model import (
    AccessEdge,
    ArchivingConfiguration,
    ArchivingPolicy,
    ClientPolicy,
    ExternalAccessPolicy,
    Pool,
    Scope,
    Server,
    Setting,
    Site,
)
from imadmin.model.topology import SiteNames
from imadmin_policy.archiving import archiving
from imadmin_policy.federation import federation
from imadmin_policy.saving_im import saving_im
from imadmin_policy.support import server_support

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imadmin import Check, Finding

ON, OFF, NULL, UNKNOWN = Setting.TRUE, Setting.FALSE, Setting.NULL, Setting.UNKNOWN
GLOBAL = Scope("global")


def judged(check: Check, *facts: object) -> list[Finding]:
    """What an object check finds, given the facts."""
    found: Iterable[Finding] = check.function(*facts)  # type: ignore[assignment]
    return list(found)


def said(findings: Iterable[Finding]) -> dict[str, str]:
    return {found.subject: str(found.status) for found in findings}


def server(version: str, year: str = "", name: str = "fe01") -> Server:
    component = {"ComponentName": f"Skype for Business Server {year}, Core Components", "Version": version}
    return Server.read(name, [component])


SUPPORT = {
    "2015, the last day": (server("6.0.9319.548"), date(2025, 10, 13), "pass", "until 2025-10-14"),
    "2015, the day after": (server("6.0.9319.548"), date(2025, 10, 14), "warn", "ends on 2026-04-14"),
    "2019 in its second period": (server("7.0.2046.521", "2019"), date(2026, 6, 1), "warn", "on 2026-10-31"),
    "2019 after all of it": (server("7.0.2046.521", "2019"), date(2026, 11, 1), "warn", "until 2026-10-31"),
    "2019 or later, not told": (server("7.0.2046.600"), date(2026, 11, 1), "warn", "not documented"),
    "2019 or later, before": (server("7.0.2046.600"), date(2025, 1, 1), "pass", "both are supported"),
    "a later version": (server("8.0.0.1", "2027"), date(2026, 11, 1), "warn", "not documented"),
    "Lync 2013": (server("5.0.8308.1068"), date(2026, 11, 1), "warn", "inference"),
    "Lync 2013, long ago": (server("5.0.8308.1068"), date(2024, 1, 1), "error", "not known here"),
}


@pytest.mark.parametrize("what", SUPPORT)
def test_support_as_of_a_day(what: str) -> None:
    one, today, status, words = SUPPORT[what]
    [found] = judged(server_support, today, [one])
    assert found.status == status
    assert words in found.message
    assert "fe01" in found.message


def test_servers_of_one_version_are_one_finding_and_unreadable_ones_none() -> None:
    servers = [server("6.0.9319.548", name="a"), server("6.0.9319.281", name="b"), server("six", name="c")]
    [found] = judged(server_support, date(2026, 11, 1), servers)
    assert found.evidence == {"versions": {"a": "6.0.9319.548", "b": "6.0.9319.281"}}
    assert said(judged(server_support, date(2026, 11, 1), servers[2:])) == {"servers": "skip"}
    assert said(judged(server_support, date(2026, 11, 1), OPTIONAL)) == {"servers": "skip"}


def test_saving_by_hand_is_another_thing_than_saving() -> None:
    policies = [
        ClientPolicy(GLOBAL, NULL, ON),
        ClientPolicy(Scope("tag", "A"), ON, OFF),
        ClientPolicy(Scope("tag", "B"), ON, NULL),
        ClientPolicy(Scope("tag", "C"), ON, UNKNOWN),
    ]
    found = judged(saving_im, policies)
    assert said(found) == {"Global": "warn", "Tag:A": "pass", "Tag:B": "pass", "Tag:C": "skip"}
    assert "EnableIMAutoArchiving decides, and is null there" in found[0].message
    assert said(judged(saving_im, [ClientPolicy(GLOBAL, ON)])) == {"DisableSavingIM": "skip"}


ARCHIVING = {
    "off": ("None", OFF, [(ON, ON)], "pass"),
    "on, and nobody's policy": ("ImOnly", OFF, [(OFF, OFF)], "pass"),
    "on, by a policy": ("ImOnly", OFF, [(OFF, OFF), (OFF, ON)], "warn"),
    "on, by a policy that cannot be read": ("ImAndWebConf", OFF, [(OFF, UNKNOWN)], "warn"),
    "on, and the policies are not known": ("2", OFF, None, "warn"),
    "by Exchange": ("None", ON, [(OFF, OFF)], "warn"),
    "not readable": ("Perhaps", OFF, [(ON, ON)], "skip"),
}


@pytest.mark.parametrize("what", ARCHIVING)
def test_archiving_that_offline_messages_bypass(what: str) -> None:
    kind, exchange, keep, status = ARCHIVING[what]
    record = {"Identity": "Global", "EnableArchiving": kind, "EnableExchangeArchiving": exchange is ON}
    policies = OPTIONAL if keep is None else [ArchivingPolicy(GLOBAL, *pair) for pair in keep]
    [found] = judged(archiving, [ArchivingConfiguration.read(record)], policies)
    assert found.status == status
    assert ("inference" in found.message) == (status == "warn")


OPEN = AccessEdge(ON, OFF)
PARTNER = ["fabrikam.com"]


def test_federation_that_is_closed() -> None:
    edge = "Get-CsAccessEdgeConfiguration"
    assert said(judged(federation, AccessEdge(OFF, OFF), [])) == {edge: "skip"}
    assert said(judged(federation, AccessEdge(OFF, OFF), PARTNER)) == {edge: "warn"}
    assert said(judged(federation, AccessEdge(UNKNOWN, OFF), PARTNER)) == {edge: "skip"}


def test_federation_by_policy_and_domain() -> None:
    policies = [
        ExternalAccessPolicy(GLOBAL, ON),
        ExternalAccessPolicy(Scope("site", "Munich"), OFF),
        ExternalAccessPolicy(Scope("tag", "A"), UNKNOWN),
    ]
    found = said(judged(federation, OPEN, PARTNER, policies, ["other.com"], ["bad.com"]))
    assert found.pop("Get-CsAccessEdgeConfiguration") == "pass"
    assert found == {"Global": "pass", "Site:Munich": "warn", "fabrikam.com": "warn"}


@pytest.mark.parametrize(
    ("edge", "allowed", "blocked", "status"),
    [
        (OPEN, PARTNER, [], None),
        (OPEN, PARTNER, PARTNER, "warn"),
        (AccessEdge(ON, ON), [], [], None),
        (AccessEdge(ON, UNKNOWN), [], [], None),
    ],
)
def test_a_partner(edge: AccessEdge, allowed: list[str], blocked: list[str], status: str | None) -> None:
    assert said(judged(federation, edge, PARTNER, [], allowed, blocked)).get("fabrikam.com") == status


def test_a_site_by_any_of_its_names() -> None:
    sites = [
        Site.read({"Identity": "Site:Redmond", "DisplayName": "Head Office", "SiteId": 1}),
        Site.read({"Identity": "Site:1", "DisplayName": None, "SiteId": 2}),
    ]
    names = SiteNames(sites)
    spelled = ("redmond", "HEAD OFFICE", "1", "2", "Elsewhere")
    assert [names.key(name) for name in spelled] == [
        "site:redmond",
        "site:redmond",
        "site:1",
        "site:1",
        "site:elsewhere",
    ]
    assert Pool.read({"Fqdn": "P", "Site": "Site: Redmond "}).site == "Redmond"
