"""What plugins add to the command line: options that stand for a deployment, and commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="loose plugins have to be named there")

OFFICES = """
import os
from contextlib import contextmanager
from pathlib import Path

from imadmin import DeploymentSource, OpenDeployment, check, fact, hookimpl
from imadmin.errors import SourceError

WORD = "IMADMIN_TEST_WORD"


@contextmanager
def office(value):
    if value == "lost":
        raise OSError("the office is closed")
    if value == "elsewhere":
        raise SourceError("nobody answers", where="the office", remedy="Ring again.")
    print("opened", value or "-", flush=True)
    try:
        yield OpenDeployment(Path(f"{value or 'main'}.yaml"), {WORD: "sesame", "IMADMIN_TEST_NEW": "1"})
    finally:
        print("closed", os.environ.get(WORD), os.environ.get("IMADMIN_TEST_NEW"), flush=True)


@fact()
def word(inputs):
    return os.environ[WORD]


@check(id="server.word", stage="server", severity="low", title="The word is known", reference="-")
def knows(word):
    print("word:", word, flush=True)
    return []


@hookimpl
def imadmin_deployments():
    return [DeploymentSource("office", "one of our offices", office)]


@hookimpl
def imadmin_facts():
    return [word]


@hookimpl
def imadmin_checks():
    return [knows]
"""
GREETER = """
from imadmin import Command, hookimpl


def add_arguments(parser):
    parser.add_argument("name", help="whom to greet")
    parser.add_argument("--loud", action="store_true")


def execute(options):
    print(f"HELLO, {options.name}" if options.loud else f"Hello, {options.name}")
    return 7


@hookimpl
def imadmin_commands():
    return [Command("greet", "greet somebody", add_arguments, execute)]
"""


@pytest.fixture
def offices(tmp_path: Path, fine: Path) -> Path:
    """A plugin with the option --office, and the deployment files that it stands for."""
    write_plugin(tmp_path, "offices", OFFICES)
    for name in ("main", "north"):
        text = f"deployment: {name}\nskype: {{shell: export, folder: {fine.name}/skype}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def greeter(tmp_path: Path) -> None:
    write_plugin(tmp_path, "greeter", GREETER)


def write_plugin(base: Path, name: str, source: str) -> None:
    folder = base / "imadmin_plugins"
    folder.mkdir(mode=0o755, exist_ok=True)
    folder.chmod(0o755)
    (folder / f"{name}.py").write_text(source, encoding="utf-8")
    (folder / f"{name}.py").chmod(0o644)


# Deployments


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [("--office=north", "north", "north"), ("--office", "-", "main"), ("--office=", "-", "main")],
)
@pytest.mark.usefixtures("offices")
def test_an_option_stands_for_a_deployment(
    option: str, value: str, name: str, inside: Callable[..., Any]
) -> None:
    done = inside("check", "server", option)
    assert done.status == 0, done.err
    assert f"opened {value}" in done.out.splitlines()
    assert f"{name}: can these people" in done.out
    assert json.loads(inside("runs", "--json").out)[0]["deployment"] == name


@pytest.mark.usefixtures("offices")
def test_it_is_understood_wherever_deployment_is(inside: Callable[..., Any]) -> None:
    done = inside("explain", "ann@contoso.com", "bob@contoso.com", "--office")
    assert "opened -" in done.out.splitlines()
    assert "ann@contoso.com -> bob@contoso.com" in done.out
    assert inside("check", "--office=north", "server", "-q").status == 0, "before the arguments as well"


@pytest.mark.usefixtures("offices")
def test_its_environment_is_set_for_as_long_as_it_stands(
    inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMADMIN_TEST_WORD", "before")
    lines = inside("check", "server.word", "--office").out.splitlines()
    assert "word: sesame" in lines
    assert "closed before None" in lines, "it is put back before the deployment ends"
    assert os.environ["IMADMIN_TEST_WORD"] == "before"
    assert "IMADMIN_TEST_NEW" not in os.environ


@pytest.mark.usefixtures("offices")
def test_its_environment_is_put_back_where_the_command_fails(inside: Callable[..., Any]) -> None:
    done = inside("check", "no.such-check", "--office")
    assert done.status == 2
    assert "closed None None" in done.out.splitlines()
    assert "IMADMIN_TEST_WORD" not in os.environ


@pytest.mark.usefixtures("offices")
def test_a_runbook_gets_it_too(
    imadmin: Callable[..., Any], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    seen = tmp_path / "seen.txt"
    source = (
        "import os\nfrom pathlib import Path\nfrom imadmin.runbook import open_run\n"
        "name = open_run(source).session.deployment.name\n"
        f"Path({str(seen)!r}).write_text(name + os.environ['IMADMIN_TEST_WORD'])"
    )
    done = imadmin("run", notebook('source: str = ""', source), "--office=north")
    assert done.status == 0, done.err
    assert seen.read_text(encoding="utf-8") == "northsesame"


@pytest.mark.parametrize("other", [("--from", "saved"), ("--deployment", "main.yaml")])
@pytest.mark.usefixtures("offices")
def test_2_with_another_deployment(other: tuple[str, str], inside: Callable[..., Any]) -> None:
    done = inside("check", "--office=north", *other)
    assert done.status == 2
    assert done.complaint == "--office stands for itself, without --from and --deployment"
    assert "opened" not in done.out


def test_2_with_another_of_its_kind(offices: Path, inside: Callable[..., Any]) -> None:
    write_plugin(offices, "plants", OFFICES.replace('"office"', '"plant"').replace("word", "sign"))
    done = inside("check", "server", "--office", "--plant")
    assert done.status == 2
    assert "unrecognized arguments: --" in done.complaint
    assert "opened" not in done.out


@pytest.mark.usefixtures("offices")
def test_3_where_the_plugin_cannot_make_it(inside: Callable[..., Any]) -> None:
    done = inside("check", "--office=lost")
    assert done.status == 3
    assert done.complaint == "plugin offices: could not make --office: OSError: the office is closed"
    assert inside("runs", "--json").out == "[]\n"


@pytest.mark.usefixtures("offices")
def test_what_the_plugin_says_of_it_is_passed_on(inside: Callable[..., Any]) -> None:
    done = inside("check", "--office=elsewhere")
    assert (done.status, done.complaint) == (3, "the office: nobody answers")
    assert "Ring again." in done.err


@pytest.mark.usefixtures("offices")
def test_2_where_the_file_is_not_there(inside: Callable[..., Any]) -> None:
    done = inside("check", "--office=south")
    assert done.status == 2
    assert "south.yaml" in done.complaint
    assert "closed None None" in done.out.splitlines()


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--office", "--no-plugin", "offices"),
        ("check", "--offices"),
        ("check", "--offic=north"),
        ("checks", "--office"),
        ("runs", "--office=north"),
    ],
)
@pytest.mark.usefixtures("offices")
def test_an_option_that_nobody_offers_here(arguments: tuple[str, ...], inside: Callable[..., Any]) -> None:
    done = inside(*arguments)
    assert done.status == 2
    assert done.complaint.startswith("unrecognized arguments: --offic")
    assert done.out == ""


@pytest.mark.usefixtures("offices")
def test_a_plugin_that_is_blocked_by_the_environment_offers_nothing(
    inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMADMIN_NO_PLUGINS", "offices")
    assert inside("check", "--office").complaint == "unrecognized arguments: --office"


# Commands


@pytest.mark.usefixtures("greeter")
def test_a_command(inside: Callable[..., Any]) -> None:
    assert inside("greet", "Ann") == (7, "Hello, Ann\n", "")
    assert inside("greet", "--loud", "Ann").out == "HELLO, Ann\n"


@pytest.mark.usefixtures("greeter")
def test_the_help_of_a_command(inside: Callable[..., Any], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        inside("greet", "--help")
    shown = capsys.readouterr().out
    assert ended.value.code == 0
    assert shown.startswith("usage: imadmin greet")
    assert "Greet somebody." in shown
    assert "whom to greet" in shown


@pytest.mark.usefixtures("greeter")
def test_a_command_is_told_what_is_wrong(inside: Callable[..., Any]) -> None:
    done = inside("greet")
    assert (done.status, done.out) == (2, "")
    assert "the following arguments are required: name" in done.complaint


def test_a_command_that_nobody_gives(inside: Callable[..., Any]) -> None:
    done = inside("greet", "Ann")
    assert (done.status, done.complaint) == (2, "there is no command 'greet'")
    assert "lab" in done.err, "those of imadmin's own plugins are named"
    assert "Did you mean lab?" in inside("labs").err


def test_a_command_of_imadmins_own_whose_plugin_is_blocked(
    inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMADMIN_NO_PLUGINS", "lab")
    done = inside("lab", "status")
    assert done.status == 3
    assert done.complaint == "the command lab cannot be used: its plugin is blocked"
    assert "imadmin plugins" in done.err


def test_a_command_of_imadmins_own_whose_plugin_is_broken(
    tmp_path: Path, imadmin: Callable[..., Any]
) -> None:
    (tmp_path / "shadow").mkdir()
    (tmp_path / "shadow/imadmin_lab.py").write_text("raise RuntimeError('no lab today')\n")
    done = imadmin("lab", "status", env={"PYTHONPATH": str(tmp_path / "shadow")})
    assert done.status == 3
    assert "the command lab cannot be used: " in done.complaint
    assert "RuntimeError: no lab today" in done.complaint


def test_the_help_names_the_lab_and_loads_no_plugin() -> None:
    program = (
        "import sys\n"
        "from imadmin.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "plugins = ('imadmin_', 'imadmin.plugins', 'pluggy')\n"
        "print([name for name in sys.modules if name.startswith(plugins)])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", timeout=60, check=True
    )
    *shown, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    assert any(line.split()[:1] == ["lab"] for line in shown)
