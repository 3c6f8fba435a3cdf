"""Every exit status of the table, and one clear message wherever it is not about the people."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {
    "skype/Get-CsImConfiguration.xml": "im_configurations",
    "skype/Get-CsClientPolicy.xml": "client_policies",
    "skype/Get-CsPool.xml": "pools",
    "skype/Get-CsUser.xml": "users",
    "exchange/Get-Mailbox.xml": "mailboxes",
    "exchange/Get-OrganizationConfig.xml": "ews_organisations",
    "exchange/Get-CASMailbox.xml": "ews_mailboxes",
}
BOMB = "".join(f'<!ENTITY e{i + 1} "{f"&e{i};" * 10}">' for i in range(9))
OPENING = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'


def truncated(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def with_doctype(content: bytes) -> bytes:
    return b"<!DOCTYPE Objs>" + content


def entity_bomb(content: bytes) -> bytes:
    return f'<!DOCTYPE Objs [<!ENTITY e0 "ha">{BOMB}]>{OPENING}<S>&e9;</S></Objs>'.encode() + content[:0]


def too_deep(content: bytes) -> bytes:
    return (OPENING + "<Obj RefId='0'><LST>" * 20_000).encode() + content[:0]


def wrongly_encoded(content: bytes) -> bytes:
    return content.replace(b"</Objs>", "<S>Müller</S></Objs>".encode("cp1252"))


def empty(content: bytes) -> bytes:
    return content[:0]


DAMAGES = [truncated, with_doctype, entity_bomb, too_deep, wrongly_encoded, empty]


# 0 and 1


def test_0_where_nothing_fails_and_nothing_is_unknown(fine: Path, inside: Callable[..., Any]) -> None:
    done = inside("check", "--from", fine)
    assert done.status == 0, done.out
    assert "nothing stands against" in " ".join(done.out.split())
    assert "FAILED" not in done.err


def test_0_for_a_runbook_too(fine: Path, imadmin: Callable[..., Any]) -> None:
    assert imadmin("run", "readiness", "--from", fine).status == 0


def test_0_with_warnings_alone(organisation: Callable[..., Path], inside: Callable[..., Any]) -> None:
    done = inside("check", "--from", organisation(policies={"Global": None}))
    assert done.status == 0
    assert "warning" in done.err


def test_1_where_a_check_failed(failing: Path, inside: Callable[..., Any]) -> None:
    assert inside("check", "--from", failing).status == 1


@pytest.mark.parametrize(
    ("level", "high", "critical"),
    [("low", 1, 1), ("medium", 1, 1), ("high", 1, 1), ("critical", 0, 1), ("never", 0, 0)],
)
def test_fail_on(
    level: str, high: int, critical: int, organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    legal = organisation("high", policies={"Global": False})
    switched_off = organisation("critical", configurations={"Global": False})
    assert inside("check", "--from", legal, "--fail-on", level).status == high
    assert inside("check", "--from", switched_off, "--fail-on", level).status == critical


def test_below_fail_on_it_is_3_where_something_is_unknown(
    organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    folder = organisation(policies={"Global": False}, builds={"bob": None})
    assert [inside("check", "--from", folder, "--fail-on", on).status for on in ("high", "never")] == [1, 3]


# 2


USAGE = {
    "a missing deployment file": (["check", "--deployment", "nowhere.yaml"], "nowhere.yaml", "deployment"),
    "a missing folder": (["check", "--from", "nowhere"], "nowhere: does not exist", "saved"),
    "an empty folder name": (["check", "--from", ""], "--from is empty", "path"),
    "an empty file name": (["check", "--deployment", ""], "--deployment is empty", "path"),
    "a name that is too long": (["check", "--from", "x" * 5000], "--from cannot be a path", "too long"),
    "a notebook's name that is too long": (
        ["run", f"{'x' * 5000}.ipynb", "--from", "FINE"],
        "there is no such notebook",
        "runbooks",
    ),
    "a report's name that is too long": (
        ["check", "--from", "FINE", "--report", f"json={'x' * 5000}"],
        "cannot be written: File name too long",
        "",
    ),
    "a file for a folder": (["check", "--from", "a-file"], "a-file: is not a folder", "saved"),
    "no imadmin.yaml": (["check"], "there is no imadmin.yaml here", "--from"),
    "an unknown key": (["check", "--deployment", "key.yaml"], "key.yaml, line 2: skipe", "skype"),
    "a password in the file": (["check", "--deployment", "secret.yaml"], "a password must not", "env"),
    "an unknown runbook": (["run", "readyness", "--from", "FINE"], "no runbook 'readyness'", "readiness"),
    "a missing notebook": (["run", "no.ipynb", "--from", "FINE"], "no.ipynb: there is no such", "runbooks"),
    "an unknown check": (["check", "polici", "--from", "FINE"], "'polici'", "policy"),
    "an unknown report": (["check", "--from", "FINE", "--report", "pdf"], "no report 'pdf'", "html"),
    "two for standard output": (
        ["check", "--from", "FINE", "--report", "json=-", "--report", "html=-"],
        "only one report",
        "",
    ),
    "a report nowhere": (
        ["check", "--from", "FINE", "--report", "json=no/x.json"],
        "no/x.json: cannot be written",
        "no",
    ),
    "a folder for a report": (["check", "--from", "FINE", "--report", "json=FINE"], "is a folder", "file"),
    "an unknown command": (["chek"], "there is no command 'chek'", "check?"),
    "no command": ([], "COMMAND", "imadmin --help"),
    "an unknown option": (["check", "--form", "x"], "--form", "--help"),
    "an abbreviated option": (["check", "--dep", "x"], "--dep", "--help"),
    "a wrong level": (["check", "--fail-on", "some", "--from", "FINE"], "'some'", "--help"),
    "both sources": (["check", "--from", "x", "--deployment", "y"], "not allowed with", "--help"),
    "an unknown parameter": (
        ["run", "readiness", "--from", "FINE", "-p", "a=1"],
        "no parameter 'a'",
        "source",
    ),
    "a parameter without value": (["run", "readiness", "--from", "FINE", "-p", "a"], "NAME=VALUE", ""),
    "the source as a parameter": (
        ["run", "readiness", "--from", "FINE", "-p", "source=x"],
        "source: is said by --from",
        "",
    ),
    "no time": (["run", "readiness", "--from", "FINE", "--timeout", "0"], "--timeout", "--help"),
    "time for ever": (["run", "readiness", "--from", "FINE", "--timeout", "inf"], "--timeout", "--help"),
    "an unknown run": (["show", "2020"], "there is no run '2020'", "none yet"),
    "an unknown sender": (["explain", "nobody@x", "b@x", "--from", "FINE"], "no user nobody@x", ""),
    "a folder of plugins that is none": (["plugins", "--folder", "nowhere"], "nowhere: is not a folder", ""),
}


@pytest.mark.parametrize("case", USAGE)
def test_2(case: str, fine: Path, tmp_path: Path, home: Path, inside: Callable[..., Any]) -> None:
    (tmp_path / "a-file").touch()
    (tmp_path / "key.yaml").write_text("deployment: x\nskipe: {shell: export}\n", encoding="utf-8")
    (tmp_path / "secret.yaml").write_text(
        "credentials:\n  a: {username: u, password: hunter2}\n", encoding="utf-8"
    )
    arguments, what, remedy = USAGE[case]
    done = inside(*(argument.replace("FINE", str(fine)) for argument in arguments))
    assert done.status == 2
    assert done.out == ""
    assert what in done.complaint
    assert remedy in done.err.split(what)[1]
    assert "hunter2" not in done.err
    assert not list(home.glob("bugs/*"))
    assert "did not end" not in inside("runs").out


def test_2_of_a_parameter(notebook: Callable[..., Path], fine: Path, inside: Callable[..., Any]) -> None:
    path = notebook("limit: int = 1", "1 / 0")
    done = inside("run", path, "--from", fine, "-p", "limit=many")
    assert done.status == 2
    assert "parameter limit: 'many' is not an int" in done.complaint
    assert "-p limit=20" in done.err


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("a-file/home", "cannot be used: "),
        ("x" * 300, "cannot be used: File name too long"),
        ("~no-such-user/x", "there is no such user"),
    ],
)
def test_2_where_there_is_no_place_for_the_journal(
    place: str, what: str, fine: Path, tmp_path: Path, imadmin: Callable[..., Any]
) -> None:
    (tmp_path / "a-file").touch()
    for command in ("check", "runs"):
        arguments = ["--from", fine] if command == "check" else []
        done = imadmin(command, *arguments, env={"IMADMIN_HOME": place})
        assert (done.status, done.out) == (2, "")
        assert what in done.complaint
        assert "IMADMIN_HOME" in done.err


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a folder that is in use stays")
def test_2_where_the_working_folder_is_gone(fine: Path, tmp_path: Path, home: Path) -> None:
    (tmp_path / "gone").mkdir()
    program = (
        "import os, sys; from imadmin.cli import main; os.chdir('gone'); os.rmdir('../gone');"
        " print(main(['checks']), main(['check', 'server', '-q', '--from', sys.argv[1]]),"
        " main(['run', 'readiness', '--from', sys.argv[1]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(fine)],
        cwd=tmp_path,
        env={**os.environ, "IMADMIN_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "0 0 2"
    assert done.stderr.splitlines()[-2:] == [
        "imadmin: error: the working folder is gone",
        "Change to another: cd ~",
    ]


def test_the_help_says_it(inside: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        inside("--help")
    assert ended.value.code == 0
    assert "130 interrupted" in capsys.readouterr().out


# 3


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", FILES)
def test_3_where_one_fact_is_lost(
    name: str, damage: Callable[[bytes], bytes], fine: Path, inside: Callable[..., Any]
) -> None:
    path = fine / name
    path.write_bytes(damage(path.read_bytes()))
    done = inside("check", "--from", fine)
    assert done.status == 3, done.out
    assert "Traceback" not in done.out + done.err
    assert f"fact {FILES[name]}" in done.err
    assert path.name in done.err
    assert "ha" * 1000 not in done.out + done.err


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("skype/")])
def test_3_where_one_file_is_missing(name: str, fine: Path, inside: Callable[..., Any]) -> None:
    (fine / name).unlink()
    done = inside("check", "--from", fine)
    assert done.status == 3
    assert f"holds no {(fine / name).name}" in done.err
    assert "Export-Clixml -Depth 4" in done.out


def test_3_where_a_list_of_clients_is_not_one(fine: Path, inside: Callable[..., Any]) -> None:
    (fine / "clients/registrations.csv").write_bytes("UserName,ClientVersion\nMüller,1\n".encode("cp1252"))
    done = inside("check", "--from", fine)
    assert done.status == 3
    assert "encoding: cp1252" in " ".join(done.out.split())


def test_1_outranks_3(failing: Path, inside: Callable[..., Any]) -> None:
    path = failing / "skype/Get-CsImConfiguration.xml"
    path.write_bytes(truncated(path.read_bytes()))
    assert inside("check", "--from", failing).status == 1
    assert inside("check", "server", "--from", failing).status == 3


def test_3_where_a_plugin_that_should_judge_does_not_load(fine: Path, inside: Callable[..., Any]) -> None:
    path = fine.parent / "required.yaml"
    path.write_text("skype: {shell: export, folder: saved/skype}\nrequire: [acme]\n", encoding="utf-8")
    done = inside("check", "server", "--deployment", path)
    assert done.status == 3
    assert "acme" in done.out


# 4


def test_4_is_a_bug_with_a_file_to_send(
    fine: Path, home: Path, monkeypatch: pytest.MonkeyPatch, inside: Callable[..., Any]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the unforeseen")

    monkeypatch.setattr("imadmin.cli.checking.exit_status", broken)
    done = inside("check", "--from", fine)
    assert done.status == 4
    assert "Traceback" not in done.out + done.err
    assert "this is a bug in imadmin: RuntimeError: the unforeseen" in done.err
    (log,) = home.glob("bugs/*.log")
    assert f"report it with this file: {log}" in done.err
    text = log.read_text(encoding="utf-8")
    assert "Traceback (most recent call last)" in text
    assert repr(str(fine)) in text
    if os.name == "posix":
        assert log.stat().st_mode & 0o777 == 0o600


def test_4_shows_the_trace_where_there_is_no_place_for_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: Callable[..., Any]
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("the unforeseen")

    (tmp_path / "a-file").touch()
    monkeypatch.setenv("IMADMIN_HOME", str(tmp_path / "a-file" / "home"))
    monkeypatch.setattr("imadmin.cli.commands.checks.open_catalog", broken)
    done = inside("checks")
    assert done.status == 4
    assert "report it with the trace below" in done.err
    assert "RuntimeError: the unforeseen" in done.err.splitlines()[-1]


# 130


LAUNCH = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever this test is started from
from imadmin.cli import main
sys.exit(main())
"""


WAITING = """
from pathlib import Path

from imadmin import check, fact, hookimpl


@fact()
def told(inputs):
    return Path({pipe!r}).read_text()


@check(id="server.told", stage="server", severity="low", title="It was told", reference="-")
def is_told(told):
    return []


@hookimpl
def imadmin_facts():
    return [told]


@hookimpl
def imadmin_checks():
    return [is_told]
"""


@pytest.mark.skipif(os.name != "posix", reason="a pipe with a name")
def test_a_pipe_in_place_of_a_file_is_not_waited_for(fine: Path, inside: Callable[..., Any]) -> None:
    users = fine / "skype/Get-CsUser.xml"
    users.unlink()
    os.mkfifo(users)
    done = inside("check", "--from", str(fine))
    assert done.status == 3
    assert "holds no Get-CsUser.xml" in " ".join(done.out.split())


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_130_of_a_check(fine: Path, tmp_path: Path, home: Path, inside: Callable[..., Any]) -> None:
    """A plugin's fact is read from a pipe, so the check waits for as long as it takes."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "imadmin_plugins").mkdir(mode=0o700)
    plugin = tmp_path / "imadmin_plugins" / "waiting.py"
    plugin.write_text(WAITING.format(pipe=str(pipe)), encoding="utf-8")
    plugin.chmod(0o600)
    (tmp_path / "temporary").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", LAUNCH, "check", "--from", str(fine)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "IMADMIN_HOME": str(home), "TMPDIR": str(tmp_path / "temporary")},
    )
    with pipe.open("wb"):  # returns when the other side reads
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "imadmin: interrupted"
    assert "Traceback" not in out + err
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "did not end" in inside("runs").out
