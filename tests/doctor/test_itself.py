"""What is tried of imadmin itself, and probes that break."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imadmin.access import Access
from imadmin.deployment import Deployment
from imadmin.deployment.records import CredentialConfig
from imadmin.doctor import builtin, examine, installation
from imadmin.doctor.credentials import CREDENTIALS
from imadmin.doctor.installation import INSTALLATION
from imadmin.doctor.kernel import KERNEL
from imadmin.doctor.loaded import plugins_probe
from imadmin.doctor.private import PRIVATE_FOLDER
from imadmin.home import home
from imadmin.journal import Journal
from imadmin.plugins import open_catalog
from imadmin.records import Finding, Probe, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imadmin.doctor import Told
    from imadmin.plugins import Catalog

NOWHERE = Path(__file__).resolve()
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has ACLs instead of modes")


def told(*probes: Probe, **deployment: Any) -> dict[str, str]:
    """Status and message by subject."""
    with Access(Deployment("contoso", NOWHERE, **deployment)) as access:
        found = list(examine(probes, access))
    return {finding.subject: f"{finding.status}: {finding.message}" for _, finding in found}


def test_the_installation() -> None:
    found = told(INSTALLATION)
    assert found["python"].startswith(f"pass: {sys.version.split()[0]} on ")
    assert found["imadmin"].endswith(", with all libraries that it needs")
    assert found["extra lab"] == "pass: installed"


def test_the_extras_are_those_of_the_project() -> None:
    import tomllib

    text = Path(__file__).parents[2].joinpath("pyproject.toml").read_text(encoding="utf-8")
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    assert set(installation.EXTRAS) == set(extras) - {"test", "lint", "bench"}


def test_a_library_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    required = ["pluggy>=1.7", "no-such-library<2", "no-such-extra>=1; extra == 'lab'"]
    monkeypatch.setattr("importlib.metadata.requires", lambda _name: required)
    assert told(INSTALLATION)["imadmin"].endswith("but these libraries are missing: no-such-library")


def test_the_private_folder() -> None:
    found = told(PRIVATE_FOLDER)
    assert found["folder"] == f"pass: {home()} can be written to, by you alone"
    assert found["journal"].startswith("pass: journal.sqlite3 opens (version ")
    assert [path.name for path in home().iterdir() if path.name.startswith(".doctor")] == []


@posix
def test_a_private_folder_that_is_open_to_others() -> None:
    home().chmod(0o750)
    assert told(PRIVATE_FOLDER)["folder"].endswith("is open to others (mode 750)")


def test_a_private_folder_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.touch()
    monkeypatch.setenv("IMADMIN_HOME", str(path))
    found = told(PRIVATE_FOLDER)
    assert found["folder"].startswith("fail: ")
    assert found["journal"] == "skip: not tried, because of: folder"


def test_a_journal_of_a_later_imadmin() -> None:
    path = Journal().path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma user_version = 99")
    assert told(PRIVATE_FOLDER)["journal"] == "fail: was written by a later imadmin"


def test_the_kernel() -> None:
    assert told(KERNEL)["kernel"].startswith("pass: a kernel was started, executed a cell, and ended, in ")


def test_a_kernel_that_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", os.devnull)
    assert told(KERNEL)["kernel"].startswith("fail: ")


def plugins(tmp_path: Path, blocked: frozenset[str] = frozenset(), **modules: str) -> Catalog:
    folder = tmp_path / "loose"
    folder.mkdir(mode=0o755)
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return open_catalog(folder=str(folder), blocked=blocked)


def test_plugins(tmp_path: Path) -> None:
    found = told(plugins_probe(plugins(tmp_path)))
    loaded = "clients, delivery, directory, ews, lab, policy, send, troubleshoot"
    assert found == {"plugins": f"pass: loaded: {loaded}"}


def test_plugins_that_cannot_be_used(tmp_path: Path) -> None:
    raising = "from imadmin import hookimpl\n@hookimpl\ndef imadmin_doctor():\n    raise ValueError('no')\n"
    catalog = plugins(tmp_path, frozenset({"send"}), broken="raise OSError('on purpose')", half=raising)
    found = told(plugins_probe(catalog))
    assert found["broken"].startswith("warn: OSError: on purpose (")
    assert found["half"].startswith("warn: imadmin_doctor: ValueError: no (")
    assert found["send"].startswith("skip: blocked by ")
    loaded = "clients, delivery, directory, ews, lab, policy, troubleshoot, half"
    assert found["plugins"] == f"pass: loaded: {loaded}"


def test_a_required_plugin_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "loose").mkdir(mode=0o755)
    catalog = open_catalog(folder=str(tmp_path / "loose"), required=frozenset({"acme"}))
    assert told(plugins_probe(catalog))["acme"].startswith("fail: it is not installed; ")


def test_a_probe_that_breaks_costs_no_other() -> None:
    def breaking(_access: Access) -> Iterator[Finding]:
        yield Finding("first", Status.PASS, "fine")
        raise ZeroDivisionError("on purpose")

    def leaving(_access: Access) -> Iterable[Finding]:
        sys.exit("bye")

    def rubbish(_access: Access) -> Iterable[Any]:
        return ["text"]

    probes = [Probe(run.__name__, "", run) for run in (breaking, leaving, rubbish)]
    assert told(*probes, PRIVATE_FOLDER) | {"folder": "", "journal": ""} == {
        "first": "pass: fine",
        "breaking": "error: the probe broke: ZeroDivisionError: on purpose",
        "leaving": "error: the probe broke: it called sys.exit(bye)",
        "rubbish": "error: gave something that is no finding",
        "folder": "",
        "journal": "",
    }


def test_findings_are_told_in_the_order_of_their_probes() -> None:
    """The first is told first, though the second is done before it."""
    import threading

    done = threading.Event()

    def first(_access: Access) -> Iterator[Finding]:
        assert done.wait(60)
        yield Finding("first", Status.PASS, "")

    def second(_access: Access) -> Iterator[Finding]:
        yield Finding("second", Status.PASS, "")
        done.set()

    probes = [Probe("1", "", first), Probe("2", "", second)]
    with Access(Deployment("contoso", NOWHERE)) as access:
        found: list[Told] = list(examine(probes, access))
    assert [finding.subject for _, finding in found] == ["first", "second"]


CONFIGS = {
    "asked": CredentialConfig("svc", password={"prompt": True}),
    "integrated": CredentialConfig(integrated=True),
    "stored": CredentialConfig("svc", password={"env": "IMADMIN_TEST_PASSWORD"}),
    "nothing": CredentialConfig("svc"),
}


def test_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMADMIN_TEST_PASSWORD", "Canary-77")
    monkeypatch.setattr(sys, "stdin", None)
    found = told(CREDENTIALS, credentials=CONFIGS)
    assert found["integrated"] == "pass: the current user: the operating system logs in (Kerberos or SSPI)"
    assert found["stored"] == "pass: svc: password from the environment variable IMADMIN_TEST_PASSWORD"
    assert found["asked"].endswith("is to be asked for, and there is no terminal to ask on")
    assert found["nothing"] == "fail: the credential nothing has no password and is not integrated"
    assert "Canary-77" not in repr(found)


def test_a_password_is_not_asked_for_a_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    found = told(CREDENTIALS, credentials={"asked": CONFIGS["asked"]})
    assert found == {"asked": "pass: svc: password is asked for on the terminal"}


def test_each_probe_of_the_host_has_a_name_of_its_own(tmp_path: Path) -> None:
    with Access(Deployment("contoso", NOWHERE)) as access:
        names = [probe.name for probe in builtin(plugins(tmp_path), access)]
    assert names == ["installation", "private-folder", "plugins", "kernel", "deployment"]
