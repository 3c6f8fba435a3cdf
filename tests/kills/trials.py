"""One operation killed at one boundary, and what the next start makes of it."""

from __future__ import annotations

import json
import signal
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from imadmin.journal import Journal
from tests.kills.child import run
from tests.kills.labs import Remote, serve

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from tests.kills.cases import Case
    from tests.kills.labs import State

__all__ = ["Bench", "Way"]

Way = Literal["finish", "take back"]
_SECONDS = 120
_TRIES = 5
_COUNTS = 3
_KILLED = -getattr(signal, "SIGKILL", signal.SIGTERM)
_LOST = 255
_FINE = (0, 1, 3)
"""Exit statuses: done; done, and something is wrong; something could not be found out."""


class _InconsistentError(AssertionError):
    """Something is not as it must be after a kill."""


@dataclass(frozen=True)
class _Home:
    """The user's, and the lab's deployment."""

    folder: Path
    deployment: str
    environment: dict[str, str]

    @property
    def journal(self) -> Journal:
        """As the next start finds it."""
        return Journal(self.folder)


class Bench:
    """A lab of its own, and processes that are killed: for one trial at a time.

    Args:
        context: makes processes.
    """

    def __init__(self, context: BaseContext) -> None:
        self._context = context
        self._end = ExitStack()
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs,), daemon=True)  # type: ignore[attr-defined]
        process.start()
        self._lab = Remote(ours)
        self._root = Path(self._end.enter_context(tempfile.TemporaryDirectory(prefix="imadmin-kills-")))
        self._count = 0

    def close(self) -> None:
        """End the lab."""
        self._lab.stop()
        self._end.close()

    def count(self, case: Case) -> list[str]:
        """The boundaries that the operation passes when nothing happens to it.

        Of several runs the shortest: how often a client of PowerShell remoting asks again for an answer that
        takes its time, depends on that time.
        """
        return min((self._counted(case) for _ in range(_COUNTS)), key=len)

    def _counted(self, case: Case) -> list[str]:
        home = self._home(case)
        status, folder = self._run(home, case.arguments, kill_at=0)
        _check(status in _FINE, f"{case.operation} ended with {status}", folder)
        passed: list[str] = json.loads((folder / "boundaries.json").read_text(encoding="utf-8"))
        return passed

    def killed(self, case: Case, boundary: int, way: Way) -> str:
        """Kill it there, and put it right; what is not consistent then, empty where all is."""
        try:
            self._trial(case, boundary, way)
        except _InconsistentError as error:
            return str(error)
        return ""

    def _trial(self, case: Case, boundary: int, way: Way) -> None:
        for _ in range(_TRIES):
            home = self._home(case)
            before = self._lab.state()
            status, folder = self._run(home, case.arguments, kill_at=boundary)
            if status not in _FINE:
                break  # else it asked a slow server less often this time, and did not come so far
        _check(status == _KILLED, f"was not killed, but ended with {status}", folder)
        after = self._lab.state()
        self._accounted(home, before, after)
        planned = self._put_right(home, way)
        if case.operation == "test-send":
            self._fine(home, ["apply", "cleanup", "--yes"])
        self._consistent(case, home, before, planned if way == "finish" else None)

    def _accounted(self, home: _Home, before: State, after: State) -> None:
        """What has changed outside was journaled before."""
        left = home.journal.interrupted()
        intents = [effect for pasts in left.values() for past in pasts for effect in past.effects]
        ended = [past for entry in home.journal.entries() for past in home.journal.changes.of(entry.id)]
        intents += [effect for past in ended for effect in past.effects]
        _check(after == before or bool(intents), f"changed, and the journal knows nothing: {after}")

    def _put_right(self, home: _Home, way: Way) -> list[dict[str, object]] | None:
        """Finish it or take it back, where the next start finds it; gives what was planned by the journal."""
        entries = home.journal.entries()
        if not entries:
            return None
        (entry,) = entries
        pasts = home.journal.changes.of(entry.id)
        unfinished = [past for past in pasts if not past.ended]
        begun = [past for past in pasts if past.unfinished]
        told = self._fine(home, ["runs"])
        _check(bool(entry.ended) or "did not end" in told, f"imadmin runs does not say so: {told}")
        _check(bool(begun) == bool(home.journal.interrupted()), "the interrupted run is not found")
        if way == "finish" and unfinished:
            self._fine(home, ["apply", "--resume", entry.id, "--yes"])
        if way == "take back" and (begun or any(past.touched for past in pasts)):
            self._fine(home, ["undo", entry.id, "--yes"])
        return [dict(past.planned.after) for past in pasts]

    def _consistent(
        self, case: Case, home: _Home, before: State, planned: list[dict[str, object]] | None
    ) -> None:
        now = self._lab.state()
        _check(not home.journal.changes.all_unfinished(), "a change has no end in the journal")
        _check(len(now.arrivals) - len(before.arrivals) <= case.sends, f"sent twice: {now.arrivals}")
        if case.operation in {"test-send", "cleanup"}:
            expected = () if planned or case.operation == "test-send" else None
            _check(expected is None or now.messages == expected, f"left behind: {now.messages}")
        elif not case.alters:
            _check(now.messages == before.messages, f"is no longer as it was: {now.messages}")
        if planned and case.alters:
            _check(now.objects != before.objects, "was not finished")
        else:
            _check(now.objects == before.objects, "was not taken back, or was touched")

    def _home(self, case: Case) -> _Home:
        self._count += 1
        folder = self._root / f"{self._count}"
        folder.mkdir(mode=0o700)
        deployment, environment = self._lab.fresh(case.scenario, case.mail)
        home = folder / "home"
        return _Home(home, deployment, {**environment, "IMADMIN_HOME": str(home)})

    def _fine(self, home: _Home, arguments: list[str]) -> str:
        """Run a command to its end; gives what it says."""
        status, folder = self._run(home, arguments)
        _check(status in _FINE, f"imadmin {' '.join(arguments)} ended with {status}", folder)
        return (folder / "output").read_text(encoding="utf-8")

    def _run(self, home: _Home, arguments: list[str], kill_at: int | None = None) -> tuple[int, Path]:
        folder = Path(tempfile.mkdtemp(dir=self._root))
        plans = arguments[0] == "apply" and "--resume" not in arguments
        named = ["--deployment", home.deployment] if plans else []
        process = self._context.Process(  # type: ignore[attr-defined]
            target=run, args=([*arguments, *named], home.environment, str(folder), kill_at)
        )
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise _InconsistentError(f"imadmin {' '.join(arguments)} did not end")
        return _status(process.exitcode, folder), folder


def _status(exit_code: int, folder: Path) -> int:
    """As the process has told itself: Python's fork server may lose an exit code, and gives 255 then."""
    told = folder / "status"
    if told.exists():
        return int(told.read_text(encoding="utf-8"))
    return _KILLED if exit_code == _LOST else exit_code


def _check(holds: bool, otherwise: str, folder: Path | None = None) -> None:  # noqa: FBT001
    if not holds:
        output = folder / "output" if folder else None
        said = output.read_text(encoding="utf-8") if output and output.exists() else ""
        raise _InconsistentError(f"{otherwise}\n{said}".rstrip())
