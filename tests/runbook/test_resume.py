"""Going on with a runbook that stopped, over a lab's servers: nothing is changed twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from imadmin.errors import UsageError
from imadmin.journal import Journal
from imadmin.operations import Change
from imadmin.runbook.resuming import check_not_taken_back

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imadmin_lab.lab import Lab

pytestmark = [
    pytest.mark.lab("offline-im-off-at-site"),
    pytest.mark.skipif(os.name != "posix", reason="POSIX: a kernel that kills itself"),
]
OPEN = "from imadmin.runbook import open_run\nrun = open_run(source)"
AT_MUNICH = 'run.apply("enable-offline-im", identity="Site:Munich").or_stop()'
EVERYWHERE_ELSE = 'run.apply("disable-offline-im", identity="Global")'
DIE_ONCE = """
import os, signal
from pathlib import Path
if not Path({flag!r}).exists():
    Path({flag!r}).touch()
    os.kill(os.getpid(), signal.SIGKILL)
"""
DIE_IN_THE_CHANGE = """
import os, signal
from pathlib import Path
from imadmin.shells.psrp import PsrpShell
change = PsrpShell.change
def killed(self, cmdlet):
    change(self, cmdlet)
    if not Path({flag!r}).exists():
        Path({flag!r}).touch()
        os.kill(os.getpid(), signal.SIGKILL)
PsrpShell.change = killed
"""


class Book(NamedTuple):
    path: Path
    lab: Lab

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        target = ("--deployment", str(self.lab.deployment))
        return subprocess.run(
            [sys.executable, "-m", "imadmin", "run", str(self.path), *target, "-q", *options],
            capture_output=True,
            encoding="utf-8",
            timeout=100,
            check=False,
        )

    def offline_im(self) -> dict[str, object]:
        entries = self.lab.directory.entries("skype", "CsImConfiguration")
        return {entry.identity: entry.get("EnableOfflineIm") for entry in entries}


@pytest.fixture
def book(
    lab: Lab, tmp_path: Path, write_notebook: Callable[..., Path], request: pytest.FixtureRequest
) -> Book:
    dying = request.param.format(flag=str(tmp_path / "died"))
    cells = (OPEN, dying, AT_MUNICH, EVERYWHERE_ELSE)
    if request.param is DIE_ONCE:
        cells = (OPEN, AT_MUNICH, dying, EVERYWHERE_ELSE)
    path = write_notebook(tmp_path / "book.ipynb", *cells, parameters='source: str = ""')
    return Book(path, lab)


def sent(journal: Journal, run: str) -> list[Any]:
    pasts = journal.changes.of(run)
    return [(past.subject, len(past.effects), bool(past.ended)) for past in pasts]


def test_what_was_taken_back_is_not_gone_on_with() -> None:
    journal = Journal()
    for run in ("r1", "r2"):
        journal.begin(run, deployment="contoso", source="imadmin.yaml", command=("imadmin",))
    made = journal.changes.plan("r1", "enable-offline-im", [Change("Global")])
    [back] = journal.changes.plan("r2", "enable-offline-im", [Change("Global")], undoes=made)
    check_not_taken_back(journal, "r1")
    journal.changes.begin(back)
    with pytest.raises(UsageError, match="taken back by run r2"):
        check_not_taken_back(journal, "r1")


@pytest.mark.parametrize("book", [DIE_ONCE], indirect=True)
def test_a_finished_step_is_not_done_again(book: Book) -> None:
    stopped = book.run()
    journal = Journal()
    run = journal.find("latest")
    assert stopped.returncode == 3
    assert f"--resume {run.id}" in stopped.stderr
    assert book.offline_im() == {"Global": True, "Site:Munich": True}
    book.lab.directory.change("skype", "CsImConfiguration", "Site:Munich", {"EnableOfflineIm": False})
    gone_on = book.run("--resume", run.id)
    assert gone_on.returncode == 0, gone_on.stderr
    assert book.offline_im() == {"Global": False, "Site:Munich": False}, "what others did since stands"
    assert sent(journal, run.id) == [("Site:Munich", 1, True), ("Global", 1, True)]
    assert book.run("--resume", run.id).returncode == 2, "it came to its end"


@pytest.mark.parametrize("book", [DIE_IN_THE_CHANGE], indirect=True)
def test_a_change_in_doubt_is_read_again_and_not_sent_twice(book: Book) -> None:
    assert book.run().returncode == 3
    journal = Journal()
    run = journal.find("latest")
    assert sent(journal, run.id) == [("Site:Munich", 1, False)]
    gone_on = book.run("--resume", run.id)
    assert gone_on.returncode == 0, gone_on.stderr
    assert sent(journal, run.id) == [("Site:Munich", 1, True), ("Global", 1, True)]
    munich = journal.changes.of(run.id)[0].finding
    assert munich is not None
    assert "It was made before the interruption" in munich.message


@pytest.mark.parametrize("book", [DIE_ONCE], indirect=True)
def test_what_it_does_not_go_on_with(book: Book) -> None:
    assert book.run().returncode == 3
    run = Journal().find("latest")
    refused = book.run("--resume", run.id, "-p", "source=x")
    assert (refused.returncode, "goes on with the parameters" in refused.stderr) == (2, True)
    notebook = json.loads(book.path.read_text(encoding="utf-8"))
    notebook["cells"][2]["source"] = AT_MUNICH.replace("Munich", "Oslo")
    book.path.write_text(json.dumps(notebook), encoding="utf-8")
    refused = book.run("--resume", run.id)
    assert (refused.returncode, "has been edited, moved or removed" in refused.stderr) == (2, True)
    assert book.offline_im() == {"Global": True, "Site:Munich": True}
