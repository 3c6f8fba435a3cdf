"""`imadmin lab` and `--lab`, as a user runs them: real processes, killed in every way."""

from __future__ import annotations

import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE_SECONDS = 30.0


class Cli:
    """Runs imadmin in an environment of its own."""

    def __init__(self, folder: Path) -> None:
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.home = folder / "home"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("IMADMIN_")},
            "IMADMIN_HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "COLUMNS": "200",
        }

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "imadmin", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "imadmin", *arguments],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def folders(self) -> list[Path]:
        return list(self.temporary.glob("imadmin-lab-*"))

    def records(self) -> list[dict[str, object]]:
        return [json.loads(path.read_text("utf-8")) for path in (self.home / "labs").glob("*.json")]


@pytest.fixture
def cli(tmp_path: Path) -> Iterator[Cli]:
    cli = Cli(tmp_path)
    yield cli
    if cli.records():
        cli("lab", "stop", "--all")
    assert not cli.records()
    assert not cli.folders()


def until(condition: Callable[[], object]) -> None:
    """Wait for what must come soon."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def answers(url: str) -> bool:
    context = ssl._create_unverified_context()  # noqa: S323 - whether anybody is there at all
    try:
        urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
        ).open(url, timeout=10)
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False
    return True


def endpoint(text: str) -> str:
    found = re.search(r"https://\S+/EWS/Exchange\.asmx", text)
    assert found
    return found.group()


def test_a_lab_is_started_used_hurt_and_stopped(cli: Cli) -> None:
    started = cli("lab", "start", "healthy")
    assert started.returncode == 0, started.stderr
    assert answers(endpoint(started.stdout))
    assert cli("check", "ews", "--lab=healthy").returncode == 0

    assert cli("lab", "fault", "unavailable").stdout.startswith("lab healthy: unavailable")
    hurt = cli("check", "ews.reachable", "--lab=healthy", "--report", "json=-")
    assert hurt.returncode == 1
    assert json.loads(hurt.stdout)["results"][0]["status"] == "fail"
    assert "unavailable" in cli("lab", "status").stdout

    assert cli("lab", "fault", "--off").stdout == "lab healthy: nothing is wrong\n"
    assert cli("check", "ews.reachable", "--lab=healthy").returncode == 0
    assert cli("lab", "stop").stdout == "lab healthy was stopped\n"
    assert not answers(endpoint(started.stdout))


def test_its_password_is_in_no_command_line_and_no_public_file(cli: Cli) -> None:
    cli("lab", "start", "healthy")
    [record] = cli.records()
    environment = record["environment"]
    assert isinstance(environment, dict)
    [password] = environment.values()
    if Path("/proc").is_dir():
        lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.is_file()]
        assert not [line for line in lines if str(password).encode() in line]
    for path in (cli.home / "labs").glob("*.json"):
        assert sys.platform == "win32" or path.stat().st_mode & 0o077 == 0
    for folder in cli.folders():
        assert sys.platform == "win32" or folder.stat().st_mode & 0o077 == 0
        yamls = [path.read_text("utf-8") for path in folder.rglob("*.yaml")]
        assert yamls
        assert not [text for text in yamls if str(password) in text]


def test_several_labs_do_not_meet(cli: Cli) -> None:
    one, two = cli("lab", "start", "healthy"), cli("lab", "start", "healthy", "--name", "second")
    assert endpoint(one.stdout) != endpoint(two.stdout)
    cli("lab", "fault", "unavailable", "--lab", "second")
    assert cli("check", "ews.reachable", "--lab=healthy").returncode == 0
    assert cli("check", "ews.reachable", "--lab=second").returncode == 1
    ambiguous = cli("lab", "stop")
    assert ambiguous.returncode == 2
    assert "healthy, second" in ambiguous.stderr
    cli("lab", "stop", "second")
    assert answers(endpoint(one.stdout))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_lab_that_is_killed_leaves_nothing(cli: Cli) -> None:
    cli("lab", "start", "healthy")
    [record] = cli.records()
    assert len(cli.folders()) == 1
    os.kill(int(str(record["pid"])), signal.SIGKILL)
    until(lambda: not cli.folders() and not cli.records())
    assert "No lab runs" in cli("lab", "status").stdout
    assert cli("lab", "start", "healthy").returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_command_with_its_own_lab_that_is_ended_leaves_nothing(cli: Cli, number: signal.Signals) -> None:
    with cli.start("run", "readiness", "--lab=mail-delayed", "-p", "test_send=true") as process:
        until(cli.folders)
        process.send_signal(number)
        process.wait(PATIENCE_SECONDS)
    until(lambda: not cli.folders())


def test_a_command_with_its_own_lab_leaves_nothing(cli: Cli) -> None:
    assert cli("check", "--lab=healthy").returncode == 0
    assert not cli.folders()


def test_what_is_left_of_a_power_cut_is_removed(cli: Cli, tmp_path: Path) -> None:
    cli("lab", "start", "healthy")
    [record] = cli.records()
    left = tmp_path / "tmp" / "imadmin-lab-old"
    left.mkdir()
    old = {**record, "name": "old", "port": 1, "folder": str(left)}
    (cli.home / "labs" / "old.json").write_text(json.dumps(old), "utf-8")
    assert "lab old" not in cli("lab", "status").stdout
    assert not left.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("lab", "start", "hale"), "healthy"),
        (("lab", "start", "healthy", "--name", "../x"), "cannot be a lab's name"),
        (("lab", "stop"), "no lab runs"),
        (("lab", "stop", "other"), "there is no lab 'other'"),
        (("lab", "fault", "busy"), "no lab runs"),
        (("lab",), "ACTION"),
        (("check", "--lab=hale"), "healthy"),
    ],
)
def test_what_is_not_there_is_said(cli: Cli, arguments: tuple[str, ...], said: str) -> None:
    done = cli(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken_is_told(cli: Cli) -> None:
    port = endpoint(cli("lab", "start", "healthy").stdout).partition("127.0.0.1:")[2].partition("/")[0]
    taken = cli("lab", "start", "healthy", "--name", "other", "--port", port)
    assert taken.returncode == 2
    assert "in use" in taken.stderr or "10048" in taken.stderr


def test_a_name_is_given_once_and_a_fault_is_known(cli: Cli) -> None:
    cli("lab", "start", "healthy")
    again = cli("lab", "start", "healthy")
    assert again.returncode == 2
    assert "is running already" in again.stderr
    unknown = cli("lab", "fault", "bussy")
    assert unknown.returncode == 2
    assert "busy" in unknown.stderr
    listed = cli("lab", "fault").stdout
    assert "certificate-expired" in listed
    assert "delivery-lost" in listed
