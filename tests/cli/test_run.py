"""`imadmin run`, `check`, `show` and `runs`: what they print, and what they leave."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import nbformat
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
CONTOSO = ROOT / "samples" / "contoso"
SOURCE = ROOT / "runbooks" / "readiness.ipynb"
ESCAPE = "\x1b["
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")


class Ran(NamedTuple):
    status: int
    out: str
    err: str
    folder: Path
    elsewhere: Path
    source_before: bytes


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One run of readiness on the sample, from another folder, with reports of several kinds."""
    base, before = tmp_path_factory.mktemp("ran"), SOURCE.read_bytes()
    (base / "elsewhere").mkdir()
    arguments = [
        "readiness",
        "--from",
        str(CONTOSO),
        "--report",
        "json=own.json",
        "--report",
        "html=own.html",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "imadmin", "run", *arguments],
        cwd=base / "elsewhere",
        env={**os.environ, "IMADMIN_HOME": str(base / "home"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    (folder,) = (base / "home" / "runs").iterdir()
    return Ran(done.returncode, done.stdout, done.stderr, folder, base / "elsewhere", before)


def comparable(document: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on how the checks were run."""
    for result in document["results"]:
        del result["seconds"]
    return {key: value for key, value in document.items() if key != "run"}


# What a run leaves


def test_the_exit_status_and_the_answer(ran: Ran) -> None:
    assert ran.status == 1
    assert "22 of 40 people cannot" in ran.out
    assert "Traceback" not in ran.out + ran.err


def test_the_executed_notebook_is_valid_and_all_its_cells_passed(ran: Ran) -> None:
    notebook = nbformat.read(ran.folder / "readiness.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert {cell.metadata["imadmin"]["status"] for cell in code} == {"pass"}
    shown = [cell for cell in code if "run." in cell.source]
    assert all(cell.outputs for cell in shown)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    answer = shown[-1].outputs[0].data
    assert "22 of 40 people cannot" in answer["text/plain"]
    assert "<pre" in answer["text/html"]


def test_the_parameters_stand_behind_those_of_the_notebook(ran: Ran) -> None:
    notebook = nbformat.read(ran.folder / "readiness.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    tags = [cell.metadata.get("tags", [None])[0] for cell in notebook.cells]
    injected = notebook.cells[tags.index("parameters") + 1]
    assert injected.metadata.tags == ["injected-parameters"]
    assert injected.source == f"# Parameters\nsource = {str(CONTOSO)!r}"


def test_the_events_are_not_among_the_outputs(ran: Ran) -> None:
    assert "vnd.imadmin.event" not in (ran.folder / "readiness.ipynb").read_text(encoding="utf-8")


def test_the_source_is_unchanged_and_nothing_lies_about(ran: Ran) -> None:
    assert SOURCE.read_bytes() == ran.source_before
    assert sorted(path.name for path in ran.elsewhere.iterdir()) == ["own.html", "own.json"]
    names = {path.name for path in ran.folder.iterdir()}
    assert names == {"context.json", "people.ndjson", "readiness.ipynb", "report.html", "report.json"}


def test_the_results_are_those_of_check(ran: Ran, imadmin: Callable[..., Any]) -> None:
    done = imadmin("check", "--from", CONTOSO, "--report", "json=-", "-q")
    assert done.err == ""
    by_runbook = json.loads((ran.folder / "report.json").read_text(encoding="utf-8"))
    assert comparable(by_runbook) == comparable(json.loads(done.out))


def test_reports_with_a_path_are_those_of_the_folder(ran: Ran) -> None:
    for name in ("json", "html"):
        own, kept = ran.elsewhere / f"own.{name}", ran.folder / f"report.{name}"
        assert own.read_bytes() == kept.read_bytes()
    assert b"<!doctype html>" in (ran.elsewhere / "own.html").read_bytes().lower()


def test_progress_is_told_on_standard_error(ran: Ran) -> None:
    lines = ran.err.splitlines()
    checks = [line.split()[1] for line in lines if line.startswith("  ")]
    assert sorted(checks) == [
        "client.build",
        "client.drafts-defect",
        "client.tls",
        "delivery.accepted-domains",
        "delivery.elsewhere",
        "delivery.retention",
        "delivery.test-send",
        "delivery.transport-rules",
        "ews.addresses",
        "ews.allowed",
        "ews.licenses",
        "ews.online-retirement",
        "ews.probed-mailbox",
        "ews.reachable",
        "ews.virtual-directories",
        "policy.archiving",
        "policy.auto-archiving",
        "policy.federation",
        "policy.modern-authentication",
        "policy.offline-im-enabled",
        "policy.saving-im",
        "server.im-configuration",
        "server.patch-version",
        "server.replica",
        "server.support",
        "spool.client-log",
        "spool.configuration-information",
        "spool.drafts",
        "spool.history-spooler",
        "spool.searched-places",
    ]
    assert f"Notebook, JSON and HTML: {ran.folder}" in lines
    assert [line for line in lines if line.startswith("written: ")] == [
        "written: own.json",
        "written: own.html",
    ]


@posix
def test_what_is_kept_is_for_the_owner_alone(ran: Ran) -> None:
    home = ran.folder.parents[1]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [home, *home.rglob("*")]}
    assert {path for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)} == set()
    assert stat.S_IMODE((ran.elsewhere / "own.json").stat().st_mode) == 0o600


# Reports


def test_json_is_utf_8_whatever_the_console_is(contoso: Path, imadmin: Callable[..., Any]) -> None:
    done = imadmin("check", "--from", contoso, "--report", "json=-", env={"PYTHONIOENCODING": "cp437"})
    assert json.loads(done.out)["summary"]["people"] == 40
    assert "�" not in done.out


def test_several_reports(failing: Path, tmp_path: Path, inside: Callable[..., Any]) -> None:
    wishes = ("json=a.json", "html=b.html", "console=c.txt", "json=-")
    done = inside("check", "--from", failing, *(f"--report={wish}" for wish in wishes))
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == done.out
    assert "1 of 2 people cannot" in (tmp_path / "c.txt").read_text(encoding="utf-8")
    assert "<html" in (tmp_path / "b.html").read_text(encoding="utf-8")


def test_a_report_without_a_path_has_its_place(failing: Path, home: Path, inside: Callable[..., Any]) -> None:
    done = inside("check", "--from", failing, "--report", "json")
    (path,) = home.glob("runs/*/report.json")
    assert f"written: {path}" in done.err
    assert "1 of 2 people cannot" in done.out


@posix
def test_a_pipe_is_written_to_and_not_replaced(
    failing: Path, tmp_path: Path, imadmin: Callable[..., Any]
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program = "import sys; sys.stdout.write(open(sys.argv[1]).read())"
    command = [sys.executable, "-X", "utf8", "-c", program, str(pipe)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as reader:
        done = imadmin("check", "--from", failing, f"--report=json={pipe}")
        out, _ = reader.communicate(timeout=30)
    assert done.status == 1
    assert json.loads(out)["summary"]["cannot_send"] == 1
    assert pipe.is_fifo()


@posix
def test_a_link_is_followed(failing: Path, tmp_path: Path, inside: Callable[..., Any]) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "target.json")
    inside("check", "--from", failing, "--report=json=link.json")
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "target.json").read_text(encoding="utf-8"))["schema_version"] == "1"


@posix
def test_a_full_disk_is_one_message(failing: Path, imadmin: Callable[..., Any]) -> None:
    done = imadmin("check", "--from", failing, "--report=json=/dev/full")
    assert done.status == 2
    assert done.complaint == "/dev/full: cannot be written: No space left on device"
    assert Path("/dev/full").is_char_device()
    listing = f"{sys.executable} -m imadmin checks > /dev/full"
    full = subprocess.run(["sh", "-c", listing], capture_output=True, text=True, check=False)  # noqa: S607
    assert full.returncode == 2
    assert full.stderr == "imadmin: error: standard output: cannot be written: No space left on device\n"


# Consoles


@pytest.mark.parametrize("encoding", ["cp437", "ascii:strict", "utf-8"])
def test_any_console_can_show_it(encoding: str, contoso: Path, imadmin: Callable[..., Any]) -> None:
    name = encoding.partition(":")[0]
    done = imadmin("check", "--from", contoso, env={"PYTHONIOENCODING": encoding}, encoding=name)
    assert done.status == 1
    assert "22 of 40 people cannot" in done.out
    assert "Traceback" not in done.err


@pytest.mark.parametrize("encoding", ["cp437", "ascii:strict"])
def test_a_console_that_lacks_a_letter(
    encoding: str, organisation: Callable[..., Path], imadmin: Callable[..., Any]
) -> None:
    folder = organisation(users={"łukasz": {}})
    name = encoding.partition(":")[0]
    sender = "łukasz@contoso.com"
    done = imadmin(
        "explain", sender, sender, "--from", folder, env={"PYTHONIOENCODING": encoding}, encoding=name
    )
    assert done.status == 0
    assert "Nothing stands against ?ukasz@contoso.com" in done.out


def test_colour_is_had_where_it_is_asked_for(failing: Path, inside: Callable[..., Any]) -> None:
    plain = [(), ("--color", "never"), ("--color", "auto")]
    assert all(ESCAPE not in inside("check", "--from", failing, *wish).out for wish in plain)
    assert ESCAPE in inside("check", "--from", failing, "--color", "always").out


@posix
@pytest.mark.parametrize(
    ("environment", "colourful"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_on_a_terminal(
    environment: dict[str, str],
    colourful: bool,  # noqa: FBT001 - expected
    failing: Path,
    home: Path,
) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "imadmin", "check", "--from", str(failing)],
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", "IMADMIN_HOME": str(home), **environment},
    )
    os.close(theirs)
    shown = b""
    while block := read_terminal(ours):
        shown += block
    os.close(ours)
    assert process.wait(30) == 1
    assert b"1 of 2 people cannot" in shown
    assert (ESCAPE.encode() in shown) == colourful


def read_terminal(handle: int) -> bytes:
    try:
        return os.read(handle, 4096)
    except OSError:  # how Linux says that the other side has closed it
        return b""


@posix
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["check", "--from", "FAILING"], 1),
        (["check", "--from", "FAILING", "--color", "always"], 1),
        (["check", "--from", "FAILING", "--report", "json=-"], 1),
        (["explain", "ann@contoso.com", "bob@contoso.com", "--from", "FAILING"], 1),
        (["checks"], 0),
        (["plugins", "--json"], 0),
        (["--help"], 0),
    ],
)
def test_a_reader_that_has_seen_enough(arguments: list[str], status: int, failing: Path, home: Path) -> None:
    """As in `imadmin checks | head -1`: no trace, and the exit status is still that of the command."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "imadmin", *(a.replace("FAILING", str(failing)) for a in arguments)],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "IMADMIN_HOME": str(home)},
        timeout=30,
        check=False,
    )
    os.close(writer)
    assert done.returncode == status
    lines = [line for line in done.stderr.splitlines() if not line.startswith("  ")]
    assert lines == []


def test_quiet_is_quiet(failing: Path, inside: Callable[..., Any]) -> None:
    assert inside("check", "--from", failing, "--quiet").err == ""


# Earlier runs


def test_show_says_what_the_run_said(failing: Path, fine: Path, inside: Callable[..., Any]) -> None:
    first, second = (inside("check", "--from", folder).out for folder in (failing, fine))
    assert first != second
    assert inside("show", "latest").out == second
    rows = json.loads(inside("runs", "--json").out)
    assert [row["ended"] for row in rows] == ["exit status 0", "exit status 1"]
    assert inside("show", rows[1]["id"]).out == first
    assert inside("show", rows[1]["id"][:-1]).out == first
    assert json.loads(inside("show", "latest", "--report", "json=-").out)["run"]["id"] == rows[0]["id"]


def test_show_of_more_than_one_run(fine: Path, inside: Callable[..., Any]) -> None:
    for _ in range(2):
        inside("check", "server", "--from", fine)
    done = inside("show", "20")
    assert done.status == 2
    assert done.complaint.startswith("2 runs begin with '20': ")


def test_show_of_a_run_without_a_result(
    fine: Path, notebook: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    assert inside("run", notebook("", "1 + 1"), "--from", fine).status == 0
    done = inside("show", "latest")
    assert done.status == 2
    assert "came to no result" in done.complaint
    assert "Its notebook is in" in done.err


def test_runs_names_them_with_their_ends(fine: Path, inside: Callable[..., Any]) -> None:
    assert inside("runs").out.split() == ["ID", "STARTED", "DEPLOYMENT", "WHAT", "ENDED"]
    inside("check", "server", "--from", fine)
    (row,) = inside("runs").out.splitlines()[1:]
    assert row.split()[2:] == ["saved", "check", "server", "exit", "status", "0"]


# Deployment files


def test_the_deployment_file_of_the_folder_is_found(
    fine: Path, tmp_path: Path, inside: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"deployment: {{}}\nskype: {{shell: export, folder: {fine / 'skype'}}}\n"
    (tmp_path / "imadmin.yaml").write_text(text.replace("{}", "here"), encoding="utf-8")
    (tmp_path / "other.yaml").write_text(text.replace("{}", "there"), encoding="utf-8")
    assert "here: can these people" in inside("check").out
    monkeypatch.setenv("IMADMIN_DEPLOYMENT", "other.yaml")
    assert "there: can these people" in inside("check").out
    assert "here: can these people" in inside("check", "--deployment", "imadmin.yaml").out


def test_json_on_standard_output_is_alone_there_and_plugins_can_be_left_out(
    contoso: Path, imadmin: Callable[..., Any]
) -> None:
    done = imadmin("run", "readiness", "--from", contoso, "--no-plugin", "clients", "--report", "json=-")
    told = json.loads(done.out)
    assert {result["check"] for result in told["results"]}.isdisjoint({"client.build"})
    assert "client" in told["summary"]["not_examined"]
    assert "policy.auto-archiving" in done.err
    assert "Notebook, JSON and HTML: " in done.err
    assert done.status == 1


# Names


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_folder_whose_name_is_not_utf_8(failing: Path, home: Path, inside: Callable[..., Any]) -> None:
    folder = failing.rename(failing.with_name(os.fsdecode(b"saved\xff\x1b[2J")))
    done = inside("check", "--from", folder, "--report", "json", "--report", "html", "--report", "console")
    assert done.status in {1, 3}
    assert "\x1b" not in done.out + done.err.replace(str(home), "")
    (path,) = home.glob("runs/*/report.json")
    assert json.loads(path.read_text(encoding="utf-8"))["run"]["source"] == str(folder)
    assert inside("show", "latest").out == done.out
    assert len(json.loads(inside("runs", "--json").out)) == 1


@pytest.mark.parametrize(
    "name", ["with blanks and (brackets)", "M\u00fcnchen \u5c71\u7530", "-rf", "*?[a]", "%s{x}"]
)
def test_a_folder_with_an_unusual_name(
    name: str, organisation: Callable[..., Path], inside: Callable[..., Any]
) -> None:
    folder = organisation(name, policies={"Global": False})
    done = inside("check", "--from", folder, "--report", "json=-")
    assert json.loads(done.out)["summary"]["cannot_send"] == 2
    assert done.status == 1
