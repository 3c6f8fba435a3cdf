"""`imadmin checks`, `runbooks` and `plugins`: as text and as JSON, and what became of a broken one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHECKS = [
    "server.im-configuration",
    "server.patch-version",
    "server.replica",
    "server.support",
    "policy.archiving",
    "policy.auto-archiving",
    "policy.federation",
    "policy.modern-authentication",
    "policy.offline-im-enabled",
    "policy.saving-im",
    "client.build",
    "client.drafts-defect",
    "client.tls",
    "ews.addresses",
    "ews.allowed",
    "ews.licenses",
    "ews.online-retirement",
    "ews.probed-mailbox",
    "ews.reachable",
    "ews.virtual-directories",
    "delivery.accepted-domains",
    "delivery.elsewhere",
    "delivery.retention",
    "delivery.test-send",
    "delivery.transport-rules",
    "spool.client-log",
    "spool.configuration-information",
    "spool.drafts",
    "spool.history-spooler",
    "spool.searched-places",
]
PLUGINS = {
    "clients": ["imadmin_checks", "imadmin_facts"],
    "delivery": ["imadmin_checks", "imadmin_facts"],
    "directory": ["imadmin_facts"],
    "ews": ["imadmin_checks", "imadmin_commands", "imadmin_facts", "imadmin_operations"],
    "lab": ["imadmin_commands", "imadmin_deployments"],
    "policy": ["imadmin_checks", "imadmin_facts", "imadmin_operations"],
    "send": ["imadmin_checks", "imadmin_facts", "imadmin_operations"],
    "troubleshoot": [
        "imadmin_checks",
        "imadmin_commands",
        "imadmin_facts",
        "imadmin_operations",
        "imadmin_settings",
    ],
}
PLUGIN = """
from pathlib import Path
from imadmin import Check, Finding, Report, Status, check, hookimpl


@check(id="acme.heads", stage="server", severity="low", title="Heads are counted", reference="acme")
def heads():
    yield Finding("acme", Status.FAIL, "Too many heads.")


@hookimpl
def imadmin_checks():
    return [heads]


@hookimpl
def imadmin_reports():
    return [Report("heads", "only the number", ".txt", lambda run: str(len(run.results)))]


@hookimpl
def imadmin_runbooks():
    return [Path(__file__).parent / "books"]
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Install a distribution that has one plugin."""

    def install(name: str, source: str) -> None:
        folder = tmp_path / "site"
        info = folder / f"imadmin_{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: imadmin-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[imadmin]\n{name} = imadmin_{name}\n")
        (folder / f"imadmin_{name}.py").write_text(source, encoding="utf-8")
        monkeypatch.setenv("PYTHONPATH", str(folder))

    return install


@pytest.fixture
def loose(tmp_path: Path) -> Callable[..., Path]:
    """Write a loose plugin into the folder of that name."""

    def write(name: str, source: str) -> Path:
        folder = tmp_path / "imadmin_plugins"
        folder.mkdir(mode=0o755)
        (folder / f"{name}.py").write_text(source, encoding="utf-8")
        (folder / f"{name}.py").chmod(0o644)
        return folder

    return write


def by_name(out: str, key: str = "name") -> dict[str, dict[str, Any]]:
    return {row[key]: row for row in json.loads(out)}


def test_checks_as_text(inside: Callable[..., Any]) -> None:
    done = inside("checks")
    header, *lines = done.out.splitlines()
    assert header.split() == ["ID", "STAGE", "SEVERITY", "JUDGES", "TITLE", "PLUGIN"]
    assert [line.split()[0] for line in lines] == CHECKS
    stages = {line[header.index("STAGE") :].split()[0] for line in lines}
    assert stages == {"server", "policy", "client", "ews", "delivery", "spool"}
    assert (done.status, done.err) == (0, "")


def test_checks_as_json(inside: Callable[..., Any]) -> None:
    rows = json.loads(inside("checks", "--json").out)
    assert [row["id"] for row in rows] == CHECKS
    assert {key for row in rows for key in row} == {
        "id",
        "stage",
        "severity",
        "judges",
        "title",
        "plugin",
        "reference",
    }
    assert all(row["reference"].startswith("https://") for row in rows)


def test_runbooks(inside: Callable[..., Any]) -> None:
    header, *lines = inside("runbooks").out.splitlines()
    assert header.split() == ["NAME", "TITLE", "PARAMETERS", "ORIGIN"]
    names = [line.split()[0] for line in lines]
    assert names == ["disable", "enable", "readiness", "test-send", "troubleshoot"]
    assert all("source: str" in line for line in lines)
    row = by_name(inside("runbooks", "--json").out)["readiness"]
    assert row["path"].endswith("readiness.ipynb")
    assert row["title"].startswith("Readiness")


def test_plugins_as_text(inside: Callable[..., Any]) -> None:
    done = inside("plugins")
    header, *lines = done.out.splitlines()
    assert header.split() == ["NAME", "STATE", "ORIGIN", "REASON"]
    assert [line.split()[:3] for line in lines] == [[name, "loaded", "imadmin"] for name in PLUGINS]
    assert (done.status, done.err) == (0, "")


def test_plugins_as_json(inside: Callable[..., Any]) -> None:
    rows = by_name(inside("plugins", "--json").out)
    assert {name: row["hooks"] for name, row in rows.items()} == PLUGINS
    assert rows["policy"]["value"] == "imadmin_policy"


def test_a_blocked_plugin(inside: Callable[..., Any]) -> None:
    done = inside("plugins", "--json", "--no-plugin", "clients")
    assert by_name(done.out)["clients"]["state"] == "blocked"
    assert "--no-plugin" in by_name(done.out)["clients"]["reason"]
    assert "client.build" not in inside("checks", "--no-plugin", "clients").out
    assert done.status == 0


def test_a_foreign_plugin_that_breaks(site: Callable[..., None], imadmin: Callable[..., Any]) -> None:
    site("acme", "import a_module_that_is_not_there\n")
    done = imadmin("plugins")
    assert done.status == 0
    (line,) = [line for line in done.out.splitlines() if line.startswith("acme")]
    assert line.split()[:4] == ["acme", "failed", "imadmin-acme", "1.0"]
    assert "No module named 'a_module_that_is_not_there'" in line
    assert "Traceback" not in done.out + done.err
    assert [row["id"] for row in json.loads(imadmin("checks", "--json").out)] == CHECKS


@pytest.mark.parametrize("ending", ["raise SystemExit(0)", "1 / 0", "def broken(:"])
def test_a_loose_plugin_that_breaks(
    ending: str, loose: Callable[..., Path], imadmin: Callable[..., Any]
) -> None:
    loose("acme", ending)
    row = by_name(imadmin("plugins", "--json").out)["acme"]
    assert (row["state"], row["hooks"]) == ("failed", [])
    assert row["reason"]


def test_one_of_imadmins_own_that_breaks(tmp_path: Path, imadmin: Callable[..., Any]) -> None:
    """It should judge, so its silence is not taken for an answer."""
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow/imadmin_policy.py").write_text("raise RuntimeError('no\x1b[2J policy')\n")
    environment = {"PYTHONPATH": str(tmp_path / "shadow")}
    done = imadmin("plugins", env=environment)
    assert done.status == 3
    (line,) = [line for line in done.out.splitlines() if line.startswith("policy")]
    assert "failed" in line
    assert "\x1b" not in line


def test_a_loose_plugin_is_seen_by_every_command(
    loose: Callable[..., Path], fine: Path, imadmin: Callable[..., Any], notebook: Callable[..., Path]
) -> None:
    folder = loose("acme", PLUGIN)
    (folder / "books").mkdir()
    notebook("count: int = 1", "count", name="census").rename(folder / "books/census.ipynb")
    (folder / "books/broken.ipynb").write_text('{"cells": [null]}')
    assert by_name(imadmin("plugins", "--json").out)["acme"]["state"] == "loaded"
    assert "acme.heads" in by_name(imadmin("checks", "--json").out, "id")
    books = by_name(imadmin("runbooks", "--json").out)
    assert (books["census"]["origin"], books["census"]["parameters"]) == ("acme", "count: int")
    assert "is not a notebook" in books["broken"]["title"]
    done = imadmin("check", "acme.heads", "--from", fine, "--report", "heads=-")
    assert (done.status, done.out) == (1, "1")
    assert imadmin("show", "latest", "--report", "heads=-").out == "1"


def test_a_folder_that_is_named(
    loose: Callable[..., Path], tmp_path: Path, imadmin: Callable[..., Any]
) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder = loose("acme", PLUGIN)
    rows = by_name(imadmin("plugins", "--json", "--folder", folder, cwd=tmp_path / "elsewhere").out)
    assert rows["acme"]["origin"] == str(folder)
    assert "acme" not in by_name(imadmin("plugins", "--json", cwd=tmp_path / "elsewhere").out)
