"""Cmdlets that run: objects, parameters, complaints, noise."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imadmin.deployment.records import CredentialConfig, ShellConfig
from imadmin.records import Cmdlet
from imadmin.secrets import Secrets
from imadmin.shells import local, open_shell
from imadmin.shells.local.command import command

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Start

SITES = Cmdlet("skype", "Get-CsSite", ("identity", "DisplayName", "Absent"))
HOSTILE = "'; Remove-CsUser * #\u2019 $(exit) `\"\n😀"


@pytest.mark.parametrize("how", ["well", "noisy", "huge"])
def test_objects_with_the_wanted_properties(start: Start, how: str) -> None:
    result = start(how).run(SITES)
    assert [dict(record) for record in result.records] == [
        {"identity": "Site:Redmond", "DisplayName": None},
        {"identity": "Site:München 😀", "DisplayName": None},
    ]
    assert (result.errors, result.warnings) == ([], [])


def test_errors_and_warnings_that_do_not_end_it(start: Start) -> None:
    result = start("complaining").run(SITES)
    assert len(list(result.records)) == 2
    assert result.errors == ["One server is away. (Away,Get)"]
    assert result.warnings == ["Slow today."]


def test_parameters_are_data(start: Start) -> None:
    given = {
        "Identity": HOSTILE,
        "Nothing": None,
        "Switch": True,
        "Off": False,
        "Number": -3,
        "Long": 2**40,
        "List": ["a", 1, None],
    }
    cmdlet = Cmdlet("skype", "Get-Parameters", tuple(given), "", tuple(given.items()))
    (record,) = start("well").run(cmdlet).records
    assert dict(record) == given


@pytest.mark.parametrize("value", [1.5, b"x", {"a": 1}, object(), [1, [2.5]], 2**70])
def test_what_cannot_be_passed_is_refused_here(start: Start, value: object) -> None:
    with pytest.raises(TypeError, match=r"parameter Identity: .* cannot be passed"):
        start("well").run(SITES._replace(parameters=(("Identity", value),)))


def test_the_script_is_the_same_whatever_is_run(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell, scripts = start("well"), set()
    for number, cmdlet in enumerate((SITES, SITES._replace(parameters=(("Identity", HOSTILE),)))):
        monkeypatch.setenv("IMADMIN_TEST_KEEP", str(tmp_path / str(number)))
        list(shell.run(cmdlet).records)
        scripts.add((tmp_path / str(number)).read_text(encoding="utf-8"))
    (script,) = scripts
    assert "Get-CsSite" not in script
    assert script.splitlines()[0] == "$ErrorActionPreference = 'Continue'"


def test_the_command_line_is_short_enough_for_cmd_exe() -> None:
    assert sum(len(part) + 1 for part in command("x" * 260)) < 8191


def test_the_script_as_it_is_sent_is_that_of_the_file() -> None:
    sent = base64.b64decode(command("pwsh")[-1]).decode("utf-16-le")
    file = Path(local.__file__).with_name("run.ps1")
    lines = [line.strip() for line in file.read_text(encoding="ascii").splitlines()]
    assert sent.splitlines() == [line for line in lines if line and line[0] != "#"]
    assert "#" not in sent  # a comment at the end of a line would be sent along
    assert "@'" not in sent  # nor may white space count, as it does in a here-string


def test_nothing_found_is_no_error(start: Start) -> None:
    cmdlet = Cmdlet("skype", "Get-Environment", ())
    assert [dict(record) for record in start("well").run(cmdlet).records] == [{}]


def test_passwords_in_the_environment_stay_here(
    program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMADMIN_TEST_PASSWORD", "c4n4ry")
    monkeypatch.setenv("IMADMIN_SECRET_61", "c4n4ry")
    monkeypatch.setenv("IMADMIN_TEST_OTHER", "seen")
    credentials = {
        "a": CredentialConfig("u", password={"prompt": True}),
        "b": CredentialConfig("u", password={"env": "IMADMIN_TEST_PASSWORD"}),
    }
    names = ("IMADMIN_TEST_PASSWORD", "IMADMIN_SECRET_61", "IMADMIN_TEST_OTHER")
    shell = open_shell("skype", ShellConfig("local", program=str(program("well"))), Secrets(credentials))
    (record,) = shell.run(Cmdlet("skype", "Get-Environment", names)).records
    assert list(record.values()) == [None, None, "seen"]
    shell.close()


def test_results_are_taken_after_the_end(start: Start) -> None:
    shell = start("well")
    first, second = shell.run(SITES), shell.run(SITES)
    shell.close()
    assert all(a == b for a, b in zip(first.records, second.records, strict=True))


def test_two_threads(start: Start) -> None:
    shell = start("well")
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(lambda _: len(list(shell.run(SITES).records)), range(4))) == [2] * 4
