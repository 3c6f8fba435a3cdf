"""The pytest plugin, in pytest processes of their own: items, their outcomes, and what they show."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONTOSO = Path(__file__).parents[1] / "samples" / "contoso"
FROM = f"--imadmin-from={CONTOSO}"  # in one word, or pytest looks for its configuration beside the folder
PASSED = "server.im-configuration"
FAILED = [
    "policy.auto-archiving",
    "policy.offline-im-enabled",
    "client.build",
    "ews.allowed",
    "ews.licenses",
    "spool.client-log",
    "spool.configuration-information",
    "spool.history-spooler",
]
SKIPPED = [
    "ews.probed-mailbox",
    "ews.reachable",
    "delivery.elsewhere",
    "delivery.test-send",
    "spool.drafts",
]
OTHERS = [
    "server.patch-version",
    "server.replica",
    "server.support",
    "policy.archiving",
    "policy.federation",
    "policy.modern-authentication",
    "policy.saving-im",
    "client.drafts-defect",
    "client.tls",
    "ews.addresses",
    "ews.online-retirement",
    "ews.virtual-directories",
    "delivery.accepted-domains",
    "delivery.retention",
    "delivery.transport-rules",
    "spool.searched-places",
]
ALL = [PASSED, *OTHERS, *FAILED, *SKIPPED]
OF_POLICY = [name for name in ALL if name.partition(".")[0] in {"server", "policy"}]
REST = [name for name in ALL if name not in {"client.build", PASSED}]
COUNTS = {"failed": len(FAILED), "passed": 1 + len(OTHERS), "skipped": len(SKIPPED)}


class Outcome(NamedTuple):
    status: int
    out: str

    @property
    def counts(self) -> dict[str, int]:
        """How many passed, failed, …"""
        words = re.findall(
            r"(\d+) (passed|failed|skipped|errors?|deselected|warnings?)", self.out.splitlines()[-1]
        )
        return {word: int(number) for number, word in words}


@pytest.fixture
def tests(tmp_path: Path) -> Callable[..., Outcome]:
    """Run pytest in *tmp_path*, warnings as errors; without *found* no other plugin costs its time."""

    def run(*arguments: object, found: bool = False, env: Mapping[str, str] | None = None) -> Outcome:
        outer = {name: text for name, text in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
        alone = {} if found else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        named = [] if found else ["-p", "imadmin.pytest_plugin"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-W", "error", *named, *map(str, arguments)],
            cwd=tmp_path,
            env={**outer, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200", **alone, **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=90,
            check=False,
        )
        assert "INTERNALERROR" not in done.stdout + done.stderr
        return Outcome(done.returncode, done.stdout + done.stderr)

    return run


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    """The sample without what tells of people: nothing fails there."""
    folder = tmp_path / "saved"
    (folder / "skype").mkdir(parents=True)
    shutil.copy(CONTOSO / "skype" / "Get-CsImConfiguration.xml", folder / "skype")
    return folder


def lines(done: Outcome, start: str) -> list[str]:
    return [line for line in done.out.splitlines() if line.startswith(start)]


# Inert without the options


def test_without_the_options_it_does_nothing(tests: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\n"
        "def test_it():\n"
        "    found = {m for m in sys.modules if m.startswith('imadmin')}\n"
        "    assert found == {'imadmin', 'imadmin.hookspecs', 'imadmin.pytest_plugin', 'imadmin.records',\n"
        "                     'imadmin_lab', 'imadmin_lab.pytest_plugin'}\n"
        "    assert not {'duckdb', 'yaml', 'nbclient', 'jinja2', 'rich', 'zmq'} & set(sys.modules)\n"
        "def test_facts(imadmin_facts):\n"
        "    raise AssertionError('is not reached')\n",
        encoding="utf-8",
    )
    done = tests("-rs", "test_it.py", found=True)
    assert done.status == 0
    assert done.counts == {"passed": 1, "skipped": 1}
    assert "needs --imadmin FILE or --imadmin-from FOLDER" in done.out
    assert "imadmin: " not in done.out.split("collected")[0]


def test_its_options_are_in_the_help(tests: Callable[..., Outcome]) -> None:
    done = tests("--help", found=True)
    assert "--imadmin=FILE" in done.out
    assert "--imadmin-from=FOLDER" in done.out


# Outcomes


def test_each_check_is_an_item(tests: Callable[..., Outcome]) -> None:
    done = tests(FROM, "-v", "--strict-markers", "--strict-config")
    assert done.status == 1
    assert done.counts == COUNTS
    assert f"imadmin: {CONTOSO}" in done.out.splitlines()
    said = re.findall(r"imadmin::(\S+) (PASSED|FAILED|SKIPPED)", done.out)
    assert dict(said) == {
        **dict.fromkeys(ALL, "PASSED"),
        **dict.fromkeys(FAILED, "FAILED"),
        **dict.fromkeys(SKIPPED, "SKIPPED"),
    }
    assert len(said) == len(ALL)


def test_the_findings_stand_where_a_traceback_would(tests: Callable[..., Outcome]) -> None:
    done = tests(FROM, "-k", "offline-im-enabled")
    (start,) = [
        i for i, line in enumerate(done.out.splitlines()) if line.startswith("policy.offline-im-enabled:")
    ]
    title, finding, fix, *_ = done.out.splitlines()[start:]
    assert title == "policy.offline-im-enabled: Offline IM is switched on where people are homed"
    assert finding.startswith(
        "  fail: Site:Munich switches Offline IM off (EnableOfflineIm is False). (8: claudia.weiss@"
    )
    assert fix.startswith("    fix: Set-CsImConfiguration -Identity 'Site:Munich' -EnableOfflineIm $true")
    assert "Error" not in done.out
    assert ".py:" not in done.out
    assert "helga" not in done.out  # who does not count is no finding


def test_what_could_not_be_found_out_fails_too(tests: Callable[..., Outcome], tmp_path: Path) -> None:
    shutil.copytree(CONTOSO, tmp_path / "saved")
    (tmp_path / "saved/skype/Get-CsImConfiguration.xml").write_bytes(b"<Objs")
    done = tests("--imadmin-from", "saved", "-k", "im-configuration")
    assert done.status == 1
    assert done.counts == {"failed": 1, "deselected": len(ALL) - 1}
    assert "  error: The fact im_configurations could not be gathered" in done.out


def test_what_is_not_described_is_skipped(tests: Callable[..., Outcome], tmp_path: Path) -> None:
    shutil.copytree(CONTOSO / "clients", tmp_path / "saved" / "clients")
    done = tests("--imadmin-from", "saved", "-rs")
    assert done.status == 0
    assert done.counts == {"skipped": len(ALL)}
    assert "saved does not describe skype/Get-CsImConfiguration" in done.out


def test_a_deployment_file(tests: Callable[..., Outcome], tmp_path: Path, fine: Path) -> None:
    (tmp_path / "ours.yaml").write_text(
        f"skype: {{shell: export, folder: {fine / 'skype'}}}\n", encoding="utf-8"
    )
    done = tests("--imadmin", "ours.yaml", "-k", PASSED)
    assert done.status == 0
    assert done.counts == {"passed": 1, "deselected": len(ALL) - 1}
    assert "imadmin: ours.yaml" in done.out


def test_a_plugin_that_should_judge_and_does_not_load(tests: Callable[..., Outcome], tmp_path: Path) -> None:
    """It is an item that fails; the others are judged as ever."""
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow/imadmin_policy.py").write_text("raise RuntimeError('no policy today')\n")
    path = os.pathsep.join([str(tmp_path / "shadow"), os.environ.get("PYTHONPATH", "")])
    done = tests(FROM, "-v", env={"PYTHONPATH": path})
    assert done.status == 1
    said = dict(re.findall(r"imadmin::(\S+) (PASSED|FAILED)", done.out))
    failed = dict.fromkeys(("policy.plugin-loaded", *FAILED), "FAILED")
    expected = {**failed, **dict.fromkeys(OTHERS, "PASSED")}
    assert said == {name: word for name, word in expected.items() if name not in OF_POLICY}
    assert "the plugin could not be used: RuntimeError: no policy today" in done.out
    assert "is below 16.0.6920.1000" in done.out
    assert "Traceback" not in done.out


# Choosing


@pytest.mark.parametrize(
    ("arguments", "chosen"),
    [
        (["-k", "policy"], [name for name in ALL if name.startswith("policy.")]),
        (["-m", "imadmin"], ALL),
        (["-m", "not imadmin"], []),
        (["-m", "stage(name='client')"], [name for name in ALL if name.startswith("client.")]),
        (["-m", "severity(level='critical')"], ["policy.offline-im-enabled"]),
        (["--deselect", "imadmin::client.build", "--deselect", f"imadmin::{PASSED}"], REST),
    ],
)
def test_choosing(
    arguments: list[str], chosen: list[str], tests: Callable[..., Outcome], tmp_path: Path
) -> None:
    (tmp_path / "test_ours.py").write_text("def test_ours(): pass\n", encoding="utf-8")
    done = tests(FROM, "--collect-only", "-q", *arguments)
    found = [line.partition("::")[2] for line in lines(done, "imadmin::")]
    assert sorted(found) == sorted(chosen)
    assert ("test_ours.py::test_ours" in done.out) == (
        arguments[0] == "--deselect" or "not imadmin" in arguments
    )


def test_only_what_is_chosen_is_judged(tests: Callable[..., Outcome], tmp_path: Path) -> None:
    """The users' file is broken, and nobody notices who does not ask for people."""
    shutil.copytree(CONTOSO, tmp_path / "saved")
    (tmp_path / "saved/skype/Get-CsUser.xml").write_bytes(b"")
    assert tests("--imadmin-from", "saved", "-k", PASSED).counts == {
        "passed": 1,
        "deselected": len(ALL) - 1,
    }


def test_the_last_failed_again(tests: Callable[..., Outcome]) -> None:
    assert tests(FROM).counts == COUNTS
    again = tests(FROM, "--lf", "-v")
    assert set(re.findall(r"imadmin::(\S+) FAILED", again.out)) == set(FAILED)
    assert again.counts == {"failed": len(FAILED), "deselected": len(ALL) - len(FAILED)}


# Reports


def test_junit_xml(tests: Callable[..., Outcome], tmp_path: Path) -> None:
    tests(FROM, "--junit-xml", "out.xml")
    cases = {case.get("name"): case for case in ET.parse(tmp_path / "out.xml").iter("testcase")}  # noqa: S314 - pytest's own
    assert sorted(map(str, cases)) == sorted(ALL)
    properties = {
        name: {p.get("name"): p.get("value") for p in case.iter("property")} for name, case in cases.items()
    }
    statuses = {name: found["status"] for name, found in properties.items()}
    assert {statuses[name] for name in FAILED} == {"fail", "error"}
    assert {statuses[name] for name in (PASSED, *OTHERS)} == {"pass", "warn"}
    assert {statuses[name] for name in SKIPPED} == {"skip"}
    assert json.loads(properties["client.build"]["counts"] or "") == {
        "skip": 2,
        "pass": 18,
        "waived": 0,
        "warn": 3,
        "error": 6,
        "fail": 13,
    }
    (failure,) = cases["policy.auto-archiving"].iter("failure")
    assert "Tag:Legal forbids saving conversations" in (failure.text or "")
    assert "Set-CsClientPolicy" in (failure.text or "")


@pytest.mark.skipif(importlib.util.find_spec("xdist") is None, reason="needs pytest-xdist")
def test_several_workers(tests: Callable[..., Outcome]) -> None:
    done = tests(FROM, "-n", "2", found=True)
    assert done.status == 1
    assert done.counts == COUNTS
    assert "Site:Munich switches Offline IM off" in done.out


# Facts


def test_the_facts_as_a_fixture(tests: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "test_ours.py").write_text(
        "from imadmin import Missing\n"
        "def test_sites(imadmin_facts):\n"
        "    assert {site.name for site in imadmin_facts['sites']} == {'Redmond', 'Munich'}\n"
        "def test_people(imadmin_facts):\n"
        "    ((number,),) = imadmin_facts['users'].query('select count(*) from users')\n"
        "    assert number == 42\n"
        "def test_missing(imadmin_facts):\n"
        "    assert isinstance(imadmin_facts['no_such_fact'], Missing)\n"
        "def test_session(imadmin_session):\n"
        "    assert imadmin_session.deployment.name == 'contoso'\n",
        encoding="utf-8",
    )
    done = tests(FROM, "test_ours.py", "-m", "not imadmin")
    assert done.status == 0, done.out
    assert done.counts == {"passed": 4, "deselected": len(ALL)}


# Mistakes


MISTAKES = {
    "both": (["--imadmin", "x.yaml", "--imadmin-from", "saved"], "exclude each other"),
    "no folder": (["--imadmin-from", "nowhere"], "nowhere: does not exist"),
    "no file": (["--imadmin", "nowhere.yaml"], "nowhere.yaml: cannot be read"),
    "an unknown key": (["--imadmin", "bad.yaml"], "bad.yaml, line 1: skipe: unknown key"),
    "nothing saved": (["--imadmin-from", "empty"], "empty: holds no saved cmdlet output"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_one_message(case: str, tests: Callable[..., Outcome], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("skipe: {shell: export}\n", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    arguments, message = MISTAKES[case]
    done = tests(*arguments)
    assert done.status == pytest.ExitCode.USAGE_ERROR
    assert message in done.out
    assert "Traceback" not in done.out
    assert done.out.count(message) == 1
