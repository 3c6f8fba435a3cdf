"""`server.patch-version`: what the versions of a pool's servers mean for the people who are homed there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from imadmin.records import Stage, Status
from imadmin.session import Target, open_session
from imadmin.testing import save_output

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imadmin.run import CheckResult
    from imadmin_lab.lab import Lab

CHECK = "server.patch-version"
OLD, CU3, LATER = "6.0.9319.102", "6.0.9319.259", "6.0.9319.516"
FE01, FE02, FE03 = "fe01.x.com", "fe02.x.com", "fe03.x.com"
POOLS = {"pool1.x.com": [FE01], "pool2.x.com": [FE02, FE03]}


class Row(NamedTuple):
    status: str
    reason: str
    about: str


def save(folder: Path, servers: Mapping[str, object], pools: Mapping[str, list[str]] | None = None) -> Path:
    """Ann is homed in pool1, Bob in pool2, Cat in one that is not listed; *servers* by what follows the @."""
    homes = {"ann": "Pool1.x.com", "bob": "pool2.x.com", "cat": "pool9.x.com"}
    users = [{"SipAddress": f"sip:{name}@x.com", "RegistrarPool": pool} for name, pool in homes.items()]
    save_output(folder, "skype/Get-CsUser", users)
    listed = [{"Fqdn": name, "Computers": names} for name, names in (pools or POOLS).items()]
    save_output(folder, "skype/Get-CsPool", listed)
    for name, version in servers.items():
        versions = version if isinstance(version, list) else [version]
        components = [{"ComponentName": f"Part {n}", "Version": text} for n, text in enumerate(versions)]
        variant = f"@{name}" if name else ""
        save_output(folder, f"skype/Get-CsServerPatchVersion{variant}", components)
    return folder


def judge(folder: Path) -> dict[str, Row]:
    with open_session(Target.of(folder)) as session:
        session.check(CHECK)
        [outcome] = [outcome for outcome in session.outcomes() if outcome.result.check == CHECK]
        rows = session.database.cursor().execute(f"select person, status, reason, object from {outcome.rows}")
        return {str(person).partition("@")[0]: Row(*row) for person, *row in rows.fetchall()}


def statuses(folder: Path, servers: Mapping[str, object]) -> dict[str, str]:
    return {person: row.status for person, row in judge(save(folder, servers)).items()}


CASES: dict[str, tuple[dict[str, object], dict[str, str]]] = {
    "every server was asked": ({FE01: CU3, FE02: LATER, FE03: CU3}, {"ann": "pass", "bob": "pass"}),
    "2019": ({FE01: "7.0.2046.0", FE02: "8.0.0.0", FE03: CU3}, {"ann": "pass", "bob": "pass"}),
    "Lync 2013": ({FE01: "5.0.8308.1068"}, {"ann": "fail", "bob": "skip"}),
    "just before": ({FE01: "6.0.9319.258", FE02: OLD, FE03: OLD}, {"ann": "fail", "bob": "fail"}),
    "as numbers, not as text": ({FE01: "6.0.10000.1"}, {"ann": "pass", "bob": "skip"}),
    "names in other case": ({"FE01.X.com": OLD}, {"ann": "fail", "bob": "skip"}),
    "one of two": ({FE02: CU3}, {"ann": "skip", "bob": "skip"}),
    "one of two is old": ({FE02: OLD}, {"ann": "skip", "bob": "error"}),
    "one is old, the other not": ({FE02: OLD, FE03: CU3}, {"ann": "skip", "bob": "error"}),
    "by the pool's name": ({"pool1.x.com": OLD, "pool2.x.com": OLD}, {"ann": "fail", "bob": "error"}),
    "by the pool's name, new": ({"pool1.x.com": CU3, "pool2.x.com": CU3}, {"ann": "pass", "bob": "skip"}),
    "nobody knows of which server": ({"": CU3}, {"ann": "skip", "bob": "skip"}),
    "nobody knows of which server, old": ({"": OLD}, {"ann": "error", "bob": "error", "cat": "error"}),
    "all are known, and a stranger is old": (
        {FE01: CU3, FE02: CU3, FE03: CU3, "dir01.x.com": OLD},
        {"ann": "pass", "bob": "pass", "cat": "error"},
    ),
    "nobody was asked": ({}, {"ann": "skip", "bob": "skip"}),
    "not readable": ({FE01: "six", FE02: None, FE03: []}, {"ann": "skip", "bob": "skip"}),
}


@pytest.mark.parametrize("what", CASES)
def test_people_are_judged_by_the_servers_of_their_pool(what: str, tmp_path: Path) -> None:
    servers, expected = CASES[what]
    assert statuses(tmp_path, servers) == {"cat": "skip"} | expected


def test_the_newest_component_tells_and_that_is_said_to_be_an_inference(tmp_path: Path) -> None:
    ann = judge(save(tmp_path, {FE01: ["6.0.9319.0", LATER, "6.0.9319.0"]}))["ann"]
    assert (ann.status, ann.about) == ("pass", "pool1.x.com")
    assert "inference" in ann.reason


def test_a_fail_names_server_version_and_update(tmp_path: Path) -> None:
    with open_session(Target.of(save(tmp_path, {FE01: OLD}))) as session:
        [result] = session.check(CHECK)
    [fail] = [finding for finding in result.findings if finding.status is Status.FAIL]
    assert fail.people == ("ann@x.com",)
    assert "6.0.9319.259" in fail.message
    assert f"{FE01} {OLD}" in fail.message
    assert FE01 in fail.remedy


def test_what_nobody_knows_changes_no_verdict(tmp_path: Path) -> None:
    with open_session(Target.of(save(tmp_path, {}))) as session:
        session.check("server")
        run = session.run()
    assert Stage.SERVER not in run.summary.not_examined or run.summary.cannot_send == 0
    assert not [person for person in run.people if CHECK in person.because]


def test_a_file_that_cannot_be_read_is_told_and_changes_no_verdict(tmp_path: Path) -> None:
    save(tmp_path, {FE01: CU3})
    (tmp_path / f"skype/Get-CsServerPatchVersion@{FE02}.xml").write_text("<Objs", encoding="utf-8")
    with open_session(Target.of(tmp_path)) as session:
        [result] = session.check(CHECK)
        run = session.run()
    assert result.status is Status.ERROR
    assert result.counts["skip"] == 3
    assert not [person for person in run.people if CHECK in person.because]


def checked(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> CheckResult:
    for name, value in lab.environment.items():
        monkeypatch.setenv(name, value)
    with open_session(Target.of(lab.deployment)) as session:
        [result] = session.check(CHECK)
    return result


@pytest.mark.lab("healthy")
def test_live_one_server_tells_and_it_is_not_known_which(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    result = checked(lab, monkeypatch)
    assert (result.status, result.counts["skip"]) == (Status.SKIP, 8)
    assert "was not had from fe01.contoso.com" in " ".join(found.message for found in result.findings)


@pytest.mark.lab("server-before-cu3")
def test_live_an_old_server_may_be_anybodys(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    result = checked(lab, monkeypatch)
    assert (result.status, result.counts["error"]) == (Status.ERROR, 8)
    assert "6.0.9319.102" in result.findings[0].message
