"""The runner, on real kernels: whatever a cell does, the run ends, says how, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import nbformat
import pytest

from imadmin.errors import RunbookError
from imadmin.journal import Journal
from imadmin.records import Event
from imadmin.runbook import runner
from imadmin.runbook.catalog import Runbook
from imadmin.runbook.live import EVENT_MIME

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

posix = pytest.mark.skipif(os.name != "posix", reason="signals")
PID = "import os, pathlib\npathlib.Path('pid').write_text(str(os.getpid()))"
WAIT = """\
import os, pathlib, time
try:
    pathlib.Path('pid').write_text(str(os.getpid()))
    time.sleep(600)
"""
SLOW = Event("test", "slow", "pass")
TRICKY = {"text": "a'b\"\n\\n{x}\u2028\udcff\0 ü", "numbers": [1, -2.5], "limit": float("inf")}


class Executed(NamedTuple):
    ending: runner.Ending
    cells: list[Any]
    events: list[Event]
    folder: Path


@pytest.fixture(scope="module")
def execute(write_notebook: Callable[..., Path]) -> Callable[..., Executed]:
    """Execute a notebook made of these cells, in a folder of its own."""

    def run(
        folder: Path,
        *cells: str,
        values: dict[str, object] | None = None,
        timeout: float | None = None,
        **notebook: Any,
    ) -> Executed:
        path = write_notebook(folder / "book.ipynb", *cells, **notebook)
        before = path.read_bytes()
        events: list[Event] = []
        target = folder / "executed.ipynb"

        def tell(event: Event) -> None:
            events.append(event)
            if event == SLOW:
                time.sleep(1.5)  # a reader that is slower than the cell: many messages wait meanwhile

        book = Runbook("book", path, "test")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            ending = runner.execute(
                book, target, values or {}, environment={"MARK": "x"}, timeout=timeout, tell=tell
            )
        assert path.read_bytes() == before
        executed = nbformat.read(target, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(executed)
        return Executed(ending, executed.cells, events, folder)

    return run


def statuses(executed: Executed) -> list[str | None]:
    return [cell.metadata.get("imadmin", {}).get("status") for cell in executed.cells]


def text_of(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z" if sys.platform == "linux" else True


def wait_for(path: Path, process: subprocess.Popen[str]) -> str:
    """The content of a file that another process writes, whole, sooner or later."""
    deadline = time.monotonic() + 30
    while not (path.exists() and path.read_text()):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, f"{path} was never written"
        time.sleep(0.01)
    return path.read_text()


# A run that goes well


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, execute: Callable[..., Executed]) -> Executed:
    folder = tmp_path_factory.mktemp("good")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("home", "temporary"):
            (folder / name).mkdir()
        patch.setenv("HOME", str(folder / "home"))
        patch.setenv("TMPDIR", str(folder / "temporary"))
        patch.setattr(tempfile, "tempdir", None)
        patch.delenv("IPYTHONDIR", raising=False)
        return execute(
            folder,
            "# First",
            f"{PID}\n(folder,) = pathlib.Path(os.environ['TMPDIR']).glob('imadmin-*')\n"
            "shown = [(p.name, oct(p.stat().st_mode)) for p in folder.iterdir()]\n"
            "print(oct(folder.stat().st_mode & 0o777), shown)",
            "import sys\nprint(repr(text), numbers, limit, '' in sys.path, 'debugpy' in sys.modules)\n"
            "print(os.getcwd(), os.environ['MARK'], sys.modules['debugpy'],"
            " get_ipython().history_manager.enabled)",
            "# Many",
            "from IPython.display import display\n"
            f"display({{'{EVENT_MIME}': {SLOW._asdict()}}}, raw=True)\n"
            "for i in range(10_000):\n    display(i)",
            "",
            "# Last",
            "x = 1\nx",
            parameters="text: str = ''\nnumbers: list[str] = []\nlimit: float = 0.0",
            values=TRICKY,
        )


def test_all_cells_passed(good: Executed) -> None:
    assert good.ending == runner.Ending("pass")
    assert [s for s in statuses(good) if s] == ["pass"] * 6
    assert all(cell.metadata.imadmin.seconds >= 0 for cell in good.cells if "imadmin" in cell.metadata)
    assert good.cells[-1].outputs[0].data["text/plain"] == "1"


def test_parameters_are_injected_behind_their_cell_and_arrive_as_they_were(good: Executed) -> None:
    tags = [cell.metadata.get("tags", []) for cell in good.cells]
    assert tags[:2] == [["parameters"], ["injected-parameters"]]
    shown = text_of(good.cells[4]).splitlines()[0]
    assert shown == f"{TRICKY['text']!r} [1, -2.5] inf False True"


def test_the_kernel_is_as_it_should_be(good: Executed) -> None:
    """Where it was started, with what it was given, without debugger and history."""
    line = text_of(good.cells[4]).splitlines()[1]
    assert line == f"{good.folder} x None False"


@posix
def test_nobody_else_can_talk_to_the_kernel(good: Executed) -> None:
    mode, _, files = text_of(good.cells[3]).strip().partition(" ")
    assert mode == "0o700"
    assert "kernel.json" in files


def test_no_output_is_lost(good: Executed) -> None:
    outputs = [output.data["text/plain"] for output in good.cells[6].outputs]
    assert outputs == [str(number) for number in range(10_000)]


def test_nothing_is_left_behind(good: Executed) -> None:
    names = {path.name for path in good.folder.iterdir()}
    assert names == {"book.ipynb", "executed.ipynb", "home", "temporary", "pid"}
    assert list((good.folder / "temporary").iterdir()) == []
    written = [path for path in (good.folder / "home").rglob("*") if path.is_file()]
    assert [path for path in written if "hist" in path.name] == []
    assert [path for path in written if b"numbers" in path.read_bytes()] == []


@posix
def test_what_is_kept_is_for_the_owner_alone(good: Executed) -> None:
    assert stat.S_IMODE((good.folder / "executed.ipynb").stat().st_mode) == 0o600


@posix
def test_the_kernel_is_gone(good: Executed) -> None:
    assert not is_running(int((good.folder / "pid").read_text()))


def test_it_tells_of_the_cells_by_their_headings(good: Executed) -> None:
    told = [(event.name, event.status) for event in good.events if event.kind == "cell"]
    headings = ["", "", "First", "First", "Many", "Last"]
    assert told == [(name, status) for name in headings for status in ("started", "pass")]


# Cells that stop it


def test_a_cell_that_raises(tmp_path: Path, execute: Callable[..., Executed]) -> None:
    handlers = [signal.getsignal(number) for number in signal.valid_signals()]
    done = execute(tmp_path, PID, "# Here", "print('so far')\n1 / 0", "# Later", "open('ran', 'w')")
    assert [signal.getsignal(number) for number in signal.valid_signals()] == handlers
    assert done.ending == runner.Ending("error", "ZeroDivisionError: division by zero", "Here")
    assert statuses(done) == ["pass", None, "error", None, None]
    assert text_of(done.cells[2]) == "so far\n"
    assert done.cells[2].outputs[-1].ename == "ZeroDivisionError"
    assert done.cells[4].execution_count is None
    assert not (tmp_path / "ran").exists()
    assert done.events[-1].status == "error"
    assert not is_running(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import os\nos._exit(7)", "the kernel died"),
        ("input('your password: ')", "StdinNotImplementedError: raw_input was called"),
        ("import sys\nsys.exit(0)", "SystemExit: 0"),
    ],
    ids=["the kernel dies", "it asks", "it exits"],
)
def test_a_cell_that_ends_it(
    source: str, message: str, tmp_path: Path, execute: Callable[..., Executed]
) -> None:
    done = execute(tmp_path, "print('so far')", source, "open('ran', 'w')")
    assert done.ending.status == "error"
    assert done.ending.message.startswith(message)
    assert statuses(done) == ["pass", "error", None]
    assert text_of(done.cells[0]) == "so far\n"
    assert not (tmp_path / "ran").exists()


def test_a_cell_that_takes_too_long(tmp_path: Path, execute: Callable[..., Executed]) -> None:
    waiting = f"{WAIT}finally:\n    open('tidied', 'w').close()"
    done = execute(tmp_path, "# Waiting", waiting, "open('ran', 'w')", timeout=1.0)
    assert done.ending == runner.Ending("error", "a cell took longer than 1 seconds", "Waiting")
    assert statuses(done) == [None, "error", None]
    assert (tmp_path / "tidied").exists()
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("ending", ["time.sleep(600)", "pass"], ids=["goes on", "ends well"])
def test_a_cell_that_takes_too_long_and_does_not_listen(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, execute: Callable[..., Executed]
) -> None:
    """It is never a success: neither where it would go on, nor where it ends well after all."""
    monkeypatch.setattr(runner, "GRACE_SECONDS", 0.5)
    deaf = f"{WAIT}except KeyboardInterrupt:\n    {ending}"
    done = execute(tmp_path, deaf, "open('ran', 'w')", timeout=1.0)
    assert done.ending == runner.Ending("error", "a cell took longer than 1 seconds")
    assert statuses(done) == ["error", None]
    assert not (tmp_path / "ran").exists()
    assert not is_running(int((tmp_path / "pid").read_text()))


# Interruption


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_lets_the_cell_tidy_up(
    number: signal.Signals,
    tmp_path: Path,
    contoso: Path,
    write_notebook: Callable[..., Path],
    started: Callable[..., subprocess.Popen[str]],
) -> None:
    path = write_notebook(
        tmp_path / "book.ipynb",
        "# Waiting",
        f"{WAIT}finally:\n    open('tidied', 'w').close()",
        "open('ran', 'w')",
    )
    process = started(path, "--from", contoso)
    kernel = int(wait_for(tmp_path / "pid", process))
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "imadmin: interrupted; the notebook is kept as far as it got" in err
    assert (tmp_path / "tidied").exists()
    assert not (tmp_path / "ran").exists()
    assert not is_running(kernel)
    (entry,) = Journal().entries()
    assert entry.exit_status == 130
    kept = nbformat.read(Path(entry.folder) / "book.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    assert kept.cells[1].metadata.imadmin.status == "interrupted"
    assert kept.cells[2].execution_count is None


@posix
def test_a_second_interrupt_ends_the_kernel_at_once(
    tmp_path: Path,
    contoso: Path,
    write_notebook: Callable[..., Path],
    started: Callable[..., subprocess.Popen[str]],
) -> None:
    """However long it was given after the first."""
    deaf = (
        f"{WAIT}except KeyboardInterrupt:\n    pathlib.Path('heard').write_text('1')\n"
        "while True:\n    try:\n        time.sleep(600)\n    except KeyboardInterrupt:\n        pass"
    )
    process = started(write_notebook(tmp_path / "book.ipynb", deaf), "--from", contoso, grace=600)
    kernel = int(wait_for(tmp_path / "pid", process))
    process.send_signal(signal.SIGINT)
    wait_for(tmp_path / "heard", process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert not is_running(kernel)


@posix
def test_a_temporary_folder_with_a_long_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, execute: Callable[..., Executed]
) -> None:
    """Too long for a socket's path: then the kernel is reached otherwise, and not by everybody."""
    folder = tmp_path / ("x" * 120)
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    show = (
        "import json\nfrom ipykernel.connect import get_connection_info\n"
        "info = json.loads(get_connection_info())\nprint(info['transport'], 'curve_publickey' in info)"
    )
    done = execute(tmp_path, show)
    assert done.ending == runner.Ending("pass")
    assert text_of(done.cells[0]) == "tcp True\n"
    assert list(folder.iterdir()) == []


# What stands in the file


def test_a_notebook_without_parameters_and_of_an_older_format(
    tmp_path: Path, execute: Callable[..., Executed]
) -> None:
    done = execute(tmp_path, "# Title", "print(a)", values={"a": 1}, minor=4)
    assert done.ending.status == "pass"
    assert [cell.metadata.get("tags") for cell in done.cells] == [["injected-parameters"], None, []]
    assert text_of(done.cells[2]) == "1\n"
    assert len({cell.id for cell in done.cells}) == 3


BROKEN = {
    "nothing": "",
    "no JSON": "{",
    "no object": "[]",
    "no cells": '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "cells that are none": '{"cells": [1], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "an old format": '{"cells": [], "worksheets": [], "nbformat": 3, "nbformat_minor": 0, "metadata": {}}',
    "a later format": '{"cells": [], "nbformat": 5, "nbformat_minor": 0, "metadata": {}}',
    "no metadata": '{"cells": [], "nbformat": 4, "nbformat_minor": 5}',
    "a cell without source": '{"cells": [{"cell_type": "code", "metadata": {}}], "nbformat": 4,'
    ' "nbformat_minor": 5, "metadata": {}}',
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_notebook_starts_no_kernel(case: str, tmp_path: Path) -> None:
    path = tmp_path / "book.ipynb"
    path.write_text(BROKEN[case], encoding="utf-8")
    with pytest.raises(RunbookError) as refused:
        runner.execute(
            Runbook("book", path, ""),
            tmp_path / "x",
            {},
            environment={},
            tell=lambda event: pytest.fail(str(event)),
        )
    assert refused.value.where == str(path)
    assert "is not a notebook" in refused.value.what
    assert len(refused.value.what) < 300
    assert not (tmp_path / "x").exists()


# As the user sees it


def test_what_was_found_before_it_stopped_is_reported(
    tmp_path: Path,
    contoso: Path,
    write_notebook: Callable[..., Path],
    started: Callable[..., subprocess.Popen[str]],
) -> None:
    cells = [
        "from imadmin.runbook import open_run\nrun = open_run()",
        "# Checking",
        "run.check('server')",
        "run.check('polici')",
        "run.check('client')",
    ]
    process = started(write_notebook(tmp_path / "book.ipynb", *cells), "--from", contoso, "--report=json=-")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert "imadmin: error: the runbook stopped below 'Checking': UsageError: " in err
    assert "Did you mean policy?" in err
    assert {result["stage"] for result in json.loads(out)["results"]} == {"server"}
    journal = Journal()
    (entry,) = journal.entries()
    assert (entry.exit_status, entry.runbook) == (3, "book")
    assert journal.document(entry.id) is not None
    assert (Path(entry.folder) / "report.html").exists()


@pytest.mark.parametrize("content", [BROKEN["no JSON"], BROKEN["a cell without source"]])
def test_a_broken_notebook_is_one_message(
    content: str, tmp_path: Path, contoso: Path, started: Callable[..., subprocess.Popen[str]]
) -> None:
    (tmp_path / "book.ipynb").write_text(content)
    process = started("book.ipynb", "--from", contoso)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 2
    assert (out, err.count("imadmin: error: ")) == ("", 1)
    assert err.startswith(f"imadmin: error: {tmp_path / 'book.ipynb'}: is not a notebook")
    assert not [entry for entry in Journal().entries() if not entry.ended]
