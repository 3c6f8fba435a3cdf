"""What goes wrong: one error each, in an administrator's words, and no process left."""

from __future__ import annotations

import os
import re
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment.records import ShellConfig
from imadmin.errors import SourceError
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets
from imadmin.shells import open_shell
from imadmin.shells.local import child

if TYPE_CHECKING:
    from imadmin.shells.local import LocalShell

    from .conftest import Start

SITES = Cmdlet("skype", "Get-CsSite", ("Identity",))
posix = pytest.mark.skipif(sys.platform == "win32", reason="looks processes up as POSIX does")


def refused(shell: LocalShell, cmdlet: Cmdlet = SITES) -> SourceError:
    with pytest.raises(SourceError) as caught:
        list(shell.run(cmdlet).records)
    assert "skype" in caught.value.where
    return caught.value


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("wordy", "status 1 before it ran Get-CsSite, and wrote: The argument is not recognized as the name"),
        ("progress", "status 255 before it ran Get-CsSite, and wrote: Der Aufruf ging schief."),
        ("oem", "status 1 before it ran Get-CsSite, and wrote: "),
        ("silent", "status 0 before it ran Get-CsSite, and wrote: nothing"),
        ("deaf", "status 0 before it ran Get-CsSite, and wrote: nothing"),
        ("cut", "status 0 in the middle of Get-CsSite, and wrote: nothing"),
        ("miscounting", "status 0 in the middle of Get-CsSite"),
        ("truncated", "sent an object that cannot be read: "),
        ("torn", "sent an object that cannot be read: "),
        ("torn_error", "sent an object that cannot be read: "),
        ("failing", "Get-CsSite failed: Access is denied."),
        ("unprepared", "the cmdlets could not be loaded: The specified module 'SkypeForBusiness' was not"),
    ],
)
def test_answers_that_are_none(start: Start, how: str, message: str) -> None:
    assert message in refused(start(how)).what


def test_a_cmdlet_that_is_not_there(start: Start) -> None:
    found = refused(start("well"), Cmdlet("skype", "Get-CsNonsense", ()))
    assert found.what == "there is no cmdlet Get-CsNonsense"
    assert "Management Shell" in found.remedy


def test_values_are_no_objects(start: Start) -> None:
    found = refused(start("well"), Cmdlet("skype", "Get-Texts", ("Length",)))
    assert found.what == "sent values and no objects: str"


@pytest.mark.parametrize("shell", ["skype", "exchange", "exchange_online"])
def test_a_module_that_cannot_be_loaded_is_found_out_once(
    start: Start, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    opened = start("unprepared", shell)
    with pytest.raises(SourceError) as first:
        opened.run(SITES._replace(shell=shell))
    monkeypatch.setattr(child, "run", None)
    with pytest.raises(SourceError) as second:
        opened.run(SITES._replace(shell=shell))
    assert str(first.value) == str(second.value)
    assert first.value.remedy


@pytest.mark.parametrize("name", ["no-such-powershell", "/nowhere/pwsh", "plain"])
def test_a_program_that_is_not_there(name: str, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("no program", encoding="utf-8")
    program = str(tmp_path / name) if name == "plain" else name
    shell = open_shell("skype", ShellConfig("local", program=program), Secrets({}))
    with pytest.raises(SourceError, match="there is no PowerShell here") as caught:
        shell.run(SITES)
    assert program in caught.value.what
    assert "shell: export" in caught.value.remedy


def test_the_platforms_own_powershell_where_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.setenv("SystemRoot", os.devnull)
    shell = open_shell("skype", ShellConfig("local"), Secrets({}))
    with pytest.raises(SourceError, match=r"pwsh is not found|powershell\.exe is not found"):
        shell.run(SITES)


@posix
def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    program = tmp_path / "pwsh"
    program.write_text("#!/nowhere/interpreter\n", encoding="utf-8")
    program.chmod(0o755)
    shell = open_shell("skype", ShellConfig("local", program=str(program)), Secrets({}))
    assert "cannot be started: No such file" in refused(shell).what  # type: ignore[arg-type] # a local one


def test_a_credential_is_of_no_use() -> None:
    config = ShellConfig("local", credential="svc")
    with pytest.raises(SourceError, match="runs as the current user"):
        open_shell("skype", config, Secrets({}))


def test_output_without_end_is_cut_off(start: Start) -> None:
    shell = start("endless")
    shell.largest = 10_000_000
    assert refused(shell).what == "Get-CsSite wrote more than 10,000,000 bytes, and was stopped"


@pytest.fixture
def pids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-in that hangs says which processes there are."""
    path = tmp_path / "pids"
    monkeypatch.setenv("IMADMIN_TEST_PIDS", str(path))
    return path


def wait_until_gone(pids: Path) -> None:
    """Wait for the end of the processes, which would sleep for longer than a test may take."""
    for pid in pids.read_text(encoding="utf-8").split():
        while runs(Path("/proc", pid, "stat")):
            time.sleep(0.01)


def runs(state: Path) -> bool:
    """A zombie, which nobody has reaped yet, does not."""
    try:
        return state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@posix
def test_the_deadline_ends_it_with_all_that_it_started(
    start: Start, pids: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = start("hanging")
    expected = child._check

    def check(*arguments: object) -> None:
        """The time is over once the processes are there."""
        expected(arguments[0], arguments[1], 0.0 if pids.exists() else float("inf"))  # type: ignore[arg-type]

    monkeypatch.setattr(child, "_check", check)
    shell.deadline = 1.5
    assert refused(shell).what == "Get-CsSite had not ended after 1.5 seconds, and was stopped"
    wait_until_gone(pids)


@pytest.mark.usefixtures("pids")
def test_a_deadline(start: Start) -> None:
    shell = start("hanging")
    shell.deadline = 0.5
    assert refused(shell).what == "Get-CsSite had not ended after 0.5 seconds, and was stopped"


@posix
def test_closing_ends_it(start: Start, pids: Path) -> None:
    shell = start("hanging")
    said: list[str] = []

    def run() -> None:
        said.append(refused(shell).what)

    running = threading.Thread(target=run)
    running.start()
    while not pids.exists():
        running.join(0.01)
    shell.close()
    running.join()
    assert said == ["Get-CsSite was stopped: the shell was closed"]
    wait_until_gone(pids)
    assert refused(shell).what == "the shell was closed"


@posix
def test_an_interrupt_ends_it(start: Start, pids: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> None:
        if pids.exists():
            raise KeyboardInterrupt

    monkeypatch.setattr(child, "_check", interrupt)
    with pytest.raises(KeyboardInterrupt):
        start("hanging").run(SITES)
    wait_until_gone(pids)


def test_what_is_quoted_is_short(start: Start) -> None:
    assert re.search("wrote: .{0,400}$", refused(start("oem")).what)
